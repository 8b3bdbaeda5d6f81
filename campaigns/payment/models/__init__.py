"""Tries to pay, events, receipts and cases."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.payment.models.bank import BankColumns, BankEntry, BankEntryShare, BankStatement
from campaigns.payment.models.bill import Bill
from campaigns.payment.models.connect import Payee, ProviderTransfer
from campaigns.payment.models.dispute import Dispute
from campaigns.payment.models.presented import PresentedAmount
from campaigns.payment.models.refund import CreditNote, Refund
from campaigns.payment.models.saved import ChargeMandate, ChargeNotice, SavedMethod
from campaigns.payment.states import (
    MOVES,
    OPEN,
    AttemptState,
    CaseKind,
    EventState,
    Provider,
)
from campaigns.pledge.models import Instalment

__all__ = [
    "BalanceCursor",
    "BankColumns",
    "BankEntry",
    "BankEntryShare",
    "BankStatement",
    "Bill",
    "ChargeMandate",
    "ChargeNotice",
    "CreditNote",
    "Dispute",
    "Payee",
    "PaymentAttempt",
    "PaymentCase",
    "PresentedAmount",
    "ProviderEvent",
    "ProviderTransfer",
    "Receipt",
    "Refund",
    "SavedMethod",
]

_UNFINISHED = "state IN ({})".format(", ".join(f"'{state.value}'" for state in sorted(OPEN)))


class PaymentAttempt(db.Model):
    """One try to pay an instalment, committed before the provider is called."""

    __tablename__ = "payment_attempt"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    mandate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("charge_mandate.id"), index=True)  # a saved card
    bill_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bill.id"), index=True)  # an invoice
    provider: Mapped[Provider] = mapped_column(db.enum(Provider))
    state: Mapped[AttemptState] = mapped_column(db.enum(AttemptState), default=AttemptState.CREATED)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    cover: Mapped[int] = mapped_column(db.Amount, server_default="0", default=0)  # what its sponsor adds for the fee
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)  # sent as the idempotency key
    session_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)  # Checkout session
    intent_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)  # payment intent
    charge_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)  # charge, or bank entry
    pay_url: Mapped[str | None] = mapped_column(sa.Text)
    fault: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    instalment: Mapped[Instalment] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("amount > 0 AND cover >= 0", name="positive"),
        sa.Index("ix_payment_attempt_state_changed_at", "state", "changed_at"),
        # Two clicks at once make one attempt.
        sa.Index(
            "uq_payment_attempt_open",
            "instalment_id",
            "provider",
            unique=True,
            sqlite_where=sa.text(_UNFINISHED),
            postgresql_where=sa.text(_UNFINISHED),
        ),
    )

    def move_to(self, state: AttemptState) -> None:
        """Take an allowed step and note when. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state, self.changed_at = state, clock.now()

    @property
    def money(self) -> Money:
        """What is being paid of the instalment."""
        return Money(self.amount, self.currency)

    @property
    def charged(self) -> Money:
        """What the card is charged: the same, and what covers the fee."""
        return Money(self.amount + self.cover, self.currency)


class ProviderEvent(db.Model):
    """A provider's event as it came, committed before it is worked on."""

    __tablename__ = "provider_event"

    id: Mapped[str] = mapped_column(sa.String(120), primary_key=True)  # the provider's own
    provider: Mapped[Provider] = mapped_column(db.enum(Provider))
    type: Mapped[str] = mapped_column(sa.String(120))
    object_ref: Mapped[str | None] = mapped_column(sa.String(120))
    livemode: Mapped[bool]
    body: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[EventState] = mapped_column(db.enum(EventState), default=EventState.RECEIVED)
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None] = mapped_column(sa.String(300))
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_provider_event_state_received_at", "state", "received_at"),)


class BalanceCursor(db.Model):
    """Until when a provider's balance has been matched against the ledger."""

    __tablename__ = "balance_cursor"

    provider: Mapped[Provider] = mapped_column(db.enum(Provider), primary_key=True)
    matched_until: Mapped[datetime]


class Receipt(db.Model):
    """The sponsor's receipt for money that arrived; numbered without gaps per community and year."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    year: Mapped[int]
    number: Mapped[int]
    movement_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_movement.id"), unique=True)
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), index=True)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    cover: Mapped[int] = mapped_column(db.Amount, server_default="0", default=0)  # beside it, for the card's fee
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    # What the community was before the law that day, and whether this lowers tax; none where it had not told.
    terms: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    __table_args__ = (sa.UniqueConstraint("organisation_id", "year", "number"),)

    @property
    def label(self) -> str:
        """The number as printed: 2026-0042."""
        return f"{self.year}-{self.number:04}"

    @property
    def money(self) -> Money:
        """What arrived."""
        return Money(self.amount, self.currency)

    @property
    def covered(self) -> Money:
        """What came beside it to cover the card company's fee."""
        return Money(self.cover, self.currency)


class PaymentCase(db.Model):
    """A difference that a person must look at; nothing about money ends as a log line only."""

    __tablename__ = "payment_case"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[CaseKind] = mapped_column(db.enum(CaseKind))
    key: Mapped[str] = mapped_column(sa.String(160), unique=True)  # one case per cause
    attempt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_attempt.id"))
    event_id: Mapped[str | None] = mapped_column(sa.ForeignKey("provider_event.id"))
    amount: Mapped[int | None] = mapped_column(db.Amount)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    outcome: Mapped[str | None] = mapped_column(sa.String(300))

    __table_args__ = (sa.Index("ix_payment_case_organisation_id_closed_at", "organisation_id", "closed_at"),)

    @property
    def money(self) -> Money | None:
        """How much it is about, where that is known."""
        return None if self.amount is None or self.currency is None else Money(self.amount, self.currency)
