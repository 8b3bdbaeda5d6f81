"""What referees and schools have answered, through their links."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import Known


class Vouching(OfPerson, db.Model):
    """A referee stands up for the student. Who it was stands in the request."""

    __tablename__ = "vouching"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmation_request.id"), unique=True)
    name = Personal()  # as the referee wrote it
    name_sealed: Mapped[str] = mapped_column("name", sa.Text)
    relation: Mapped[str] = mapped_column(sa.String(40))
    known: Mapped[Known] = mapped_column(db.enum(Known))
    text = Personal()
    text_sealed: Mapped[str] = mapped_column("text", sa.Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class SchoolConfirmation(OfPerson, db.Model):
    """What a school says of a student, from an address at its own domain."""

    __tablename__ = "school_confirmation"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmation_request.id"), unique=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    attends: Mapped[bool]  # or has a place
    name = Personal()  # of who answered for the school
    name_sealed: Mapped[str] = mapped_column("name", sa.Text)
    position = Personal()
    position_sealed: Mapped[str] = mapped_column("position", sa.Text)
    level = Personal()
    level_sealed: Mapped[str | None] = mapped_column("level", sa.Text)
    since = Personal()  # in the school's words: "September 2026"
    since_sealed: Mapped[str | None] = mapped_column("since", sa.Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class NeedConfirmation(db.Model):
    """What a school says that one cost line comes to; `asked` is what the line said that day."""

    __tablename__ = "need_confirmation"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmation_request.id"))
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    asked: Mapped[int] = mapped_column(db.Amount)
    confirmed: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        sa.UniqueConstraint("request_id", "need_id"),
        sa.CheckConstraint("asked > 0 AND confirmed >= 0", name="amounts"),
    )

    @property
    def money(self) -> Money:
        """What the school confirmed."""
        return Money(self.confirmed, self.currency)
