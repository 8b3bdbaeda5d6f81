"""Who the student is: sealed under the student's own key, in a table that no public query joins."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.student.models.person import OfPerson, Personal

MAJORITY = 18


class Identity(OfPerson, db.Model):
    """Who the student is. Sealed; read only by those who vet, never by public code."""

    __tablename__ = "application_identity"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    legal_name = Personal()
    legal_name_sealed: Mapped[str | None] = mapped_column("legal_name", sa.Text)
    birth_date = Personal()  # ISO 8601
    birth_date_sealed: Mapped[str | None] = mapped_column("birth_date", sa.Text)
    contact = Personal()  # a phone number; from before there was `email`, perhaps an address
    contact_sealed: Mapped[str | None] = mapped_column("contact", sa.Text)
    email = Personal()
    email_sealed: Mapped[str | None] = mapped_column("email", sa.Text)
    guardian_name = Personal()
    guardian_name_sealed: Mapped[str | None] = mapped_column("guardian_name", sa.Text)
    guardian_relation: Mapped[str | None] = mapped_column(sa.String(40))
    guardian_contact = Personal()
    guardian_contact_sealed: Mapped[str | None] = mapped_column("guardian_contact", sa.Text)
    helper_name = Personal()  # of who entered the application for the student, if somebody did
    helper_name_sealed: Mapped[str | None] = mapped_column("helper_name", sa.Text)
    helper_email = Personal()
    helper_email_sealed: Mapped[str | None] = mapped_column("helper_email", sa.Text)
    helper_phone = Personal()
    helper_phone_sealed: Mapped[str | None] = mapped_column("helper_phone", sa.Text)

    @property
    def born(self) -> date | None:
        """The birth date."""
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    @property
    def comes_of_age(self) -> date | None:
        """The 18th birthday; 1 March for who was born on 29 February."""
        if self.born is None:
            return None
        if (self.born.month, self.born.day) == (2, 29):
            return date(self.born.year + MAJORITY, 3, 1)
        return self.born.replace(year=self.born.year + MAJORITY)

    @property
    def is_minor(self) -> bool:
        """Under 18 today, or not known to be older."""
        return self.comes_of_age is None or clock.today() < self.comes_of_age
