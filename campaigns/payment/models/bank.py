"""Statements of a bank, their entries, and what these pay."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.payment.states import ENTRY_MOVES, Because, EntryState
from campaigns.pledge.models import Instalment


class BankStatement(db.Model):
    """An imported file, known by its hash, so that each is imported once."""

    __tablename__ = "bank_statement"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    imported_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    imported_at: Mapped[datetime] = mapped_column(default=clock.now)
    entry_count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (sa.UniqueConstraint("organisation_id", "sha256"),)


class BankColumns(db.Model):
    """Which column is which in the tables of one bank, known by their heading, as a treasurer imported them last."""

    __tablename__ = "bank_columns"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    heading_hash: Mapped[str] = mapped_column(sa.String(64))
    columns: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    said_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (sa.UniqueConstraint("organisation_id", "heading_hash"),)


class BankEntry(db.Model):
    """Money that arrived at the bank, and which instalment it is thought, or known, to pay."""

    __tablename__ = "bank_entry"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    statement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bank_statement.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))  # the bank's id, or a hash of what the line says
    booked_on: Mapped[date]
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    payer: Mapped[str | None] = mapped_column(crypto.Sealed)
    remittance: Mapped[str] = mapped_column(sa.Text, default="")  # what the payer wrote
    state: Mapped[EntryState] = mapped_column(db.enum(EntryState), default=EntryState.UNMATCHED)
    instalment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("instalment.id"), index=True)
    repays_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_account.id"))  # a debt that it pays back
    proposed_because: Mapped[Because | None] = mapped_column(db.enum(Because))
    note: Mapped[str | None] = mapped_column(sa.String(200))  # why it is ignored, or what it pays back
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    confirmed_at: Mapped[datetime | None]

    instalment: Mapped[Instalment | None] = relationship(lazy="raise")
    shares: Mapped[list["BankEntryShare"]] = relationship(
        lazy="raise", order_by="BankEntryShare.instalment_id", back_populates="entry", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "fingerprint"),
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("state <> 'confirmed' OR (instalment_id IS NULL) <> (repays_id IS NULL)", name="confirmed"),
        sa.Index("ix_bank_entry_organisation_id_state_id", "organisation_id", "state", "id"),
    )

    def move_to(self, state: EntryState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(ENTRY_MOVES, self.state, state)
        self.state = state

    @property
    def money(self) -> Money:
        """What arrived."""
        return Money(self.amount, self.currency)


class BankEntryShare(db.Model):
    """How much of an entry pays which instalment, where it pays several; the entry names the first of them."""

    __tablename__ = "bank_entry_share"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_entry.id"), primary_key=True)
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(db.Amount)

    instalment: Mapped[Instalment] = relationship(lazy="raise")
    entry: Mapped[BankEntry] = relationship(lazy="raise", back_populates="shares")

    __table_args__ = (sa.CheckConstraint("amount > 0", name="positive"),)

    @property
    def money(self) -> Money:
        """How much."""
        return Money(self.amount, self.instalment.currency)
