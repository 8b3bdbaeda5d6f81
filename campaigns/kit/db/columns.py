"""What columns are made of: moments in UTC, whole minor units, checked enums, names of constraints."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

E = TypeVar("E", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored without a zone in UTC and given back timezone-aware."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """What is stored: UTC without a zone. Raises ValueError for a moment that names none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """What was stored, in UTC by name."""
        return None if value is None else value.replace(tzinfo=UTC)


NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: constraint names, and moments by annotation."""

    registry = registry(metadata=sa.MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime})


class HasId(Protocol):
    """Any saved row."""

    @property
    def id(self) -> Any:
        """Its number."""
        ...


# Amounts are whole minor units and may exceed 32 bits; SQLite needs INTEGER for its own row ids.
Amount = sa.BigInteger
Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def enum(states: type[E], name: str | None = None) -> sa.Enum:
    """A column that stores the enum's values, checked by the database on both engines.

    `name` tells apart several such columns in one table.
    """
    return sa.Enum(
        states,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or states.__name__.lower(),
    )
