"""Where a school is paid: told by the school, confirmed by two people, open to objection."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation, User
from campaigns.kit import clock, crypto, db
from campaigns.kit.states import check_move
from campaigns.student.models.request import ConfirmationRequest
from campaigns.student.states import ACCOUNT_MOVES, AccountState

IN_USE = sa.text("state = 'confirmed'")


class SchoolAccount(db.Model):
    """A school's account, at a bank or at the card company, as one community knows it.

    No community relies on what another one confirmed.
    """

    __tablename__ = "school_account"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the community
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmation_request.id"), unique=True)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))  # who asked the school
    holder: Mapped[str] = mapped_column(crypto.Sealed)
    iban: Mapped[str | None] = mapped_column(crypto.Sealed)
    # Where there are no IBANs.
    number: Mapped[str | None] = mapped_column(crypto.Sealed)
    bank: Mapped[str | None] = mapped_column(crypto.Sealed)  # name and branch, or BIC
    provider_ref: Mapped[str | None] = mapped_column(sa.String(255))  # where a card company pays the school
    print: Mapped[str] = mapped_column(sa.String(64))  # keyed hash of the details: shows whether they have changed
    state: Mapped[AccountState] = mapped_column(db.enum(AccountState), default=AccountState.PROPOSED)
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    confirmed_at: Mapped[datetime | None]
    usable_from: Mapped[datetime | None]
    seconded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    seconded_at: Mapped[datetime | None]
    stopped_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None] = mapped_column(sa.String(300))

    school: Mapped[Organisation] = relationship(foreign_keys=[school_id], lazy="raise")
    request: Mapped[ConfirmationRequest] = relationship(lazy="raise")
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id], lazy="raise")
    seconded_by: Mapped[User | None] = relationship(foreign_keys=[seconded_by_id], lazy="raise")

    __table_args__ = (
        sa.CheckConstraint(
            "(iban IS NULL AND provider_ref IS NULL) = (number IS NOT NULL AND bank IS NOT NULL)"
            " AND (iban IS NULL OR provider_ref IS NULL)",
            name="one_kind",
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'replaced', 'stopped')) = (confirmed_by_id IS NOT NULL"
            " AND confirmed_at IS NOT NULL AND usable_from IS NOT NULL)",
            name="confirmed",
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR proposed_by_id IS NULL OR confirmed_by_id <> proposed_by_id", name="two_people"
        ),
        sa.CheckConstraint("usable_from IS NULL OR usable_from > confirmed_at", name="waits"),
        sa.CheckConstraint(
            "(seconded_by_id IS NULL) = (seconded_at IS NULL) AND (seconded_by_id IS NULL OR ("
            "confirmed_by_id IS NOT NULL AND seconded_by_id <> confirmed_by_id"
            " AND (proposed_by_id IS NULL OR seconded_by_id <> proposed_by_id)))",
            name="seconded",
        ),
        sa.CheckConstraint(
            "(state = 'stopped') = (stopped_by_id IS NOT NULL AND stopped_at IS NOT NULL)", name="stopped"
        ),
        sa.Index(
            "uq_school_account_in_use",
            *("organisation_id", "school_id"),
            unique=True,
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        ),
    )

    def move_to(self, state: AccountState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(ACCOUNT_MOVES, self.state, state)
        self.state = state

    @property
    def usable(self) -> bool:
        """Whether a school may be paid there now: two people have agreed, and nobody objected for 72 hours."""
        waited = self.usable_from is not None and self.usable_from <= clock.now()
        return self.state is AccountState.CONFIRMED and self.seconded_at is not None and waited

    @property
    def ending(self) -> str:
        """The last four characters of the account's number: tells accounts apart without giving them away."""
        return "… " + (self.iban or self.number or self.provider_ref or "")[-4:]
