"""One key a student: whatever is known of them is sealed under it, and unreadable once it is destroyed."""

from datetime import datetime
from typing import Any, overload

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from campaigns.kit import clock, db, envelope


class PersonKey(db.Model):
    """The key of the student behind one application, wrapped by SECRET_KEY; erased, the row stays without it."""

    __tablename__ = "person_key"
    __allow_unmapped__ = True

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    wrapped: Mapped[str | None] = mapped_column(sa.Text)
    wrapped_by: Mapped[str] = mapped_column(sa.String(8), index=True)  # which SECRET_KEY, for the rotation
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    destroyed_at: Mapped[datetime | None]

    _key: bytes | None = None

    __table_args__ = (
        sa.CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed"),
        sa.Index(  # the few who were forgotten are left out of every list
            "ix_person_key_destroyed",
            "application_id",
            sqlite_where=sa.text("destroyed_at IS NOT NULL"),
            postgresql_where=sa.text("destroyed_at IS NOT NULL"),
        ),
    )

    def __init__(self) -> None:
        """A new key, of nobody yet."""
        super().__init__(wrapped=envelope.wrap(envelope.new_key()), wrapped_by=envelope.wrapped_by())

    def open(self) -> bytes | None:
        """The key itself; None once it is destroyed. Raises CannotOpen."""
        if self.wrapped is None:
            return None
        if self._key is None:
            self._key = envelope.unwrap(self.wrapped)
        return self._key

    def rewrap(self) -> None:
        """Wrap it by the newest SECRET_KEY; what it sealed stays as it is. Nothing happens to a destroyed one."""
        key = self.open()
        if key is not None:
            self.wrapped, self.wrapped_by = envelope.wrap(key), envelope.wrapped_by()

    def destroy(self) -> None:
        """Make everything that it has sealed unreadable for good."""
        self.wrapped, self._key = None, None
        self.destroyed_at = self.destroyed_at or clock.now()


class Personal:
    """Text about a person, kept sealed in the column `<name>_sealed`; reads None once the person's key is gone.

    For rows that know their `application_id` (mix in `OfPerson`) before the text is set.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn which attribute this is; the text opens in that one alone."""
        self._column, self._context = f"{name}_sealed", f"{owner.__name__}.{name}"

    @overload
    def __get__(self, row: None, owner: type) -> "Personal": ...

    @overload
    def __get__(self, row: Any, owner: type) -> Any: ...

    def __get__(self, row: Any, owner: type) -> Any:
        """The text, opened."""
        if row is None:
            return self
        sealed = getattr(row, self._column)
        key = None if sealed is None else _key_of(row).open()
        return None if key is None else envelope.unseal(key, sealed, self._context)

    def __set__(self, row: Any, text: str | None) -> None:
        """Seal it. Raises ValueError for a person whose key is destroyed."""
        if text is None:
            setattr(row, self._column, None)
            return
        key = _key_of(row).open()
        if key is None:
            raise ValueError("nothing can be kept of somebody who was erased")
        setattr(row, self._column, envelope.seal(key, text, self._context))


class OfPerson:
    """A row about the student of one application: its personal columns are sealed under that student's key."""

    application_id: Mapped[int]

    @declared_attr
    def person_key(cls) -> Mapped[PersonKey | None]:
        """The key, loaded with the row."""
        return relationship(
            PersonKey,
            primaryjoin=lambda: PersonKey.application_id == cls.application_id,
            foreign_keys=lambda: [cls.application_id],  # type: ignore[arg-type]  # a column by then
            viewonly=True,
            lazy="joined",
        )


def _key_of(row: Any) -> PersonKey:
    return vars(row).get("person_key") or db.session.get_one(PersonKey, row.application_id)
