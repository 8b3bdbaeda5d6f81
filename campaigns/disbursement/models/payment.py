"""Payments to schools, by budget line."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement.models.batch import TransferBatch
from campaigns.disbursement.models.tranche import Tranche
from campaigns.disbursement.states import MOVES, DisbursementState
from campaigns.file.models import File
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.student.models import SchoolAccount

COUNTS = sa.text("state NOT IN ('cancelled', 'returned')")


class Disbursement(db.Model):
    """One payment from a campaign to one school."""

    __tablename__ = "disbursement"
    __allow_unmapped__ = True  # for kept_out_ids, below

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[DisbursementState] = mapped_column(db.enum(DisbursementState), default=DisbursementState.PROPOSED)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    note: Mapped[str] = mapped_column(sa.String(300), default="")  # for the team
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    released_at: Mapped[datetime | None]
    bank_reference: Mapped[str | None] = mapped_column(sa.String(80))
    paid_on: Mapped[date | None]  # the day on the bank's statement
    proof_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    proven_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    proven_at: Mapped[datetime | None]
    school_receipt: Mapped[str | None] = mapped_column(sa.String(80))  # the number on the school's receipt
    receipt_on: Mapped[date | None]  # the day on the school's receipt
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(sa.String(300))
    # Where it goes: known when it is proposed, and looked at again if the school has another one by then.
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("school_account.id"))
    account_print: Mapped[str | None] = mapped_column(sa.String(64))  # of the details it was paid to
    looked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("transfer_batch.id"), index=True)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))  # who saw the bank pay it
    tranche_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tranche.id"))
    returned: Mapped[int] = mapped_column(db.Amount, default=0)  # derived from its returns, checked against them
    reminders: Mapped[int] = mapped_column(default=0)  # how often somebody was reminded of the receipt
    reminded_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]  # when what the school said was taken for its receipt

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    school: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[school_id])
    proof: Mapped[File | None] = relationship(lazy="raise")
    account: Mapped[SchoolAccount | None] = relationship(lazy="raise")
    tranche: Mapped[Tranche | None] = relationship(lazy="raise")
    batch: Mapped[TransferBatch | None] = relationship(lazy="raise")
    parts: Mapped[list["DisbursementPart"]] = relationship(lazy="raise", order_by="DisbursementPart.line_id")

    # Who is too close to the students behind the lines; `rules.release` sets it before it asks who may.
    kept_out_ids: frozenset[int] = frozenset()

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint(
            "released_by_id IS NULL OR (released_by_id <> proposed_by_id"
            " AND (looked_by_id IS NULL OR released_by_id <> looked_by_id))",
            name="two_people",
        ),
        sa.CheckConstraint("account_print IS NULL OR account_id IS NOT NULL", name="account"),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'cancelled')"
            " OR (released_by_id IS NOT NULL AND bank_reference IS NOT NULL)",
            name="released",
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR (released_by_id IS NOT NULL AND account_print IS NOT NULL)", name="approved"
        ),
        sa.CheckConstraint("batch_id IS NULL OR released_by_id IS NOT NULL", name="ordered"),
        sa.CheckConstraint("state <> 'proven' OR proof_id IS NOT NULL OR agreed_at IS NOT NULL", name="proven"),
        sa.CheckConstraint("returned >= 0 AND returned <= amount", name="returned"),
        sa.CheckConstraint("(state = 'returned') = (returned = amount)", name="all_back"),
        sa.Index("ix_disbursement_organisation_id_state_id", "organisation_id", "state", "id"),
        sa.Index(  # a tranche is paid once
            "uq_disbursement_tranche_id",
            "tranche_id",
            unique=True,
            sqlite_where=COUNTS,
            postgresql_where=COUNTS,
        ),
    )

    def move_to(self, state: DisbursementState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state

    @property
    def money(self) -> Money:
        """What is paid."""
        return Money(self.amount, self.currency)

    @property
    def kept(self) -> Money:
        """What has not come back."""
        return Money(self.amount - self.returned, self.currency)

    @property
    def came_back(self) -> Money:
        """What has come back."""
        return Money(self.returned, self.currency)


class DisbursementPart(db.Model):
    """How much of a payment is for which budget line."""

    __tablename__ = "disbursement_part"

    disbursement_id: Mapped[int] = mapped_column(sa.ForeignKey("disbursement.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_line.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(db.Amount)
    returned: Mapped[int] = mapped_column(db.Amount, default=0)  # derived, as on the payment

    line: Mapped[BudgetLine] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("returned >= 0 AND returned <= amount", name="returned"),
    )
