"""Saved cards, what their owners agreed to, and what they were told."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.payment.states import MANDATE_MOVES, MandateState
from campaigns.pledge.models import Pledge


class SavedMethod(db.Model):
    """A card that a sponsor has saved at the provider, for pledges to one community; of a company, for its pledges."""

    __tablename__ = "saved_method"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the community
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))  # small letters
    customer_ref: Mapped[str] = mapped_column(sa.String(255))
    method_ref: Mapped[str] = mapped_column(sa.String(255), unique=True)
    brand: Mapped[str] = mapped_column(sa.String(40))
    last_four: Mapped[str] = mapped_column(sa.String(4))
    exp_month: Mapped[int]
    exp_year: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]  # removed, replaced, or refused for good
    forgotten_at: Mapped[datetime | None]  # ended, and the provider has taken it away, too

    __table_args__ = (
        sa.CheckConstraint("exp_month BETWEEN 1 AND 12", name="month"),
        sa.CheckConstraint("forgotten_at IS NULL OR ended_at IS NOT NULL", name="forgotten"),
        sa.Index("ix_saved_method_organisation_id_email", "organisation_id", "email"),
    )

    def expires_before(self, day: date) -> bool:
        """Whether it is no longer good on this day."""
        return (self.exp_year, self.exp_month) < (day.year, day.month)

    @property
    def label(self) -> str:
        """How its owner knows it: Visa ending in 4242."""
        return f"{self.brand.replace('_', ' ').title()} ending in {self.last_four}"

    @property
    def expiry(self) -> str:
        """As printed on it: 12/2040."""
        return f"{self.exp_month:02}/{self.exp_year}"


class ChargeMandate(db.Model):
    """That a sponsor lets a saved card be charged for a pledge: the words agreed to, and up to how much in all."""

    __tablename__ = "charge_mandate"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledge.id"), index=True)
    method_id: Mapped[int | None] = mapped_column(sa.ForeignKey("saved_method.id"), index=True)
    state: Mapped[MandateState] = mapped_column(db.enum(MandateState), default=MandateState.ASKED)
    words: Mapped[str] = mapped_column(sa.Text)
    amount: Mapped[int] = mapped_column(db.Amount)  # at most, in all
    currency: Mapped[str] = mapped_column(sa.String(3))
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)  # sent as the idempotency key
    session_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    page_url: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    pledge: Mapped[Pledge] = relationship(lazy="raise")
    method: Mapped[SavedMethod | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("state <> 'active' OR (method_id IS NOT NULL AND accepted_at IS NOT NULL)", name="accepted"),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        *(
            sa.Index(
                f"uq_charge_mandate_{state}",
                "pledge_id",
                unique=True,
                sqlite_where=sa.text(f"state = '{state}'"),
                postgresql_where=sa.text(f"state = '{state}'"),
            )
            for state in ("asked", "active")
        ),
    )

    def move_to(self, state: MandateState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MANDATE_MOVES, self.state, state)
        self.state = state
        if state is MandateState.ENDED:
            self.ended_at = clock.now()

    @property
    def money(self) -> Money:
        """The most that may be charged in all."""
        return Money(self.amount, self.currency)


class ChargeNotice(db.Model):
    """That a sponsor was told on which day a saved card is charged for an instalment; nothing is charged without."""

    __tablename__ = "charge_notice"

    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), primary_key=True)
    charge_on: Mapped[date] = mapped_column(index=True)
    told_at: Mapped[datetime] = mapped_column(default=clock.now)
