"""Pledges, what they cover, and when what is due."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.pledge.states import (
    MOVES,
    UNPAID,
    Fallback,
    InstalmentState,
    Method,
    Plan,
    PledgeStatus,
    Renewal,
    Surplus,
)
from campaigns.student.models import NeedChange


class PledgeGroup(db.Model):
    """One pledge over several campaigns of a community: each part is a pledge of its own, confirmed together."""

    __tablename__ = "pledge_group"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was sent with
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    reference: Mapped[str] = mapped_column(sa.String(25), unique=True)  # ISO 11649, of one transfer for all parts
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    pledges: Mapped[list["Pledge"]] = relationship(
        lazy="raise", order_by="Pledge.campaign_id", back_populates="group", viewonly=True
    )


class Pledge(db.Model):
    """A sponsor's promise to one campaign."""

    __tablename__ = "pledge"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was sent with: a double click is one
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the community
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pledge_group.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    ask_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ask.id"), index=True)
    status: Mapped[PledgeStatus] = mapped_column(db.enum(PledgeStatus), default=PledgeStatus.PROMISED)  # derived
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    organisation_name: Mapped[str | None] = mapped_column(sa.String(200))  # as the sponsor typed it
    method: Mapped[Method] = mapped_column(db.enum(Method))
    plan: Mapped[Plan] = mapped_column(db.enum(Plan), default=Plan.ONCE)
    surplus: Mapped[Surplus] = mapped_column(db.enum(Surplus), default=Surplus.REFUND)
    fallback: Mapped[Fallback | None] = mapped_column(db.enum(Fallback))  # where what it waits for does not come true
    reached_at: Mapped[datetime | None]  # what it waits for has come true; never undone
    missed_at: Mapped[datetime | None]  # it did not, and the fallback was followed
    paused_until: Mapped[date | None]  # nothing is due before then
    pauses: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None] = mapped_column(sa.String(500))
    message_shown_at: Mapped[datetime | None]  # somebody of the team has read it and put it on the page
    show_name: Mapped[bool] = mapped_column(default=False)
    wants_updates: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # cancelled, withdrawn or lapsed, perhaps after a part was paid
    end_reason: Mapped[str | None] = mapped_column(sa.String(200))
    disputed_at: Mapped[datetime | None]  # a bank asks a payment back: nothing more is collected until it has decided

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    company: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[company_id])
    group: Mapped[PledgeGroup | None] = relationship(lazy="raise", back_populates="pledges")
    instalments: Mapped[list["Instalment"]] = relationship(
        lazy="raise", order_by="Instalment.number", back_populates="pledge"
    )

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("status = 'promised' OR status = 'cancelled' OR confirmed_at IS NOT NULL", name="confirmed"),
        sa.CheckConstraint("plan <> 'goal' OR fallback IS NOT NULL", name="asked_beforehand"),
        sa.CheckConstraint("reached_at IS NULL OR missed_at IS NULL", name="one_outcome"),
        sa.CheckConstraint("pauses BETWEEN 0 AND 3", name="pauses"),
        sa.CheckConstraint("paused_until IS NULL OR (confirmed_at IS NOT NULL AND ended_at IS NULL)", name="paused"),
        sa.Index(
            "ix_pledge_paused_until",
            "paused_until",
            sqlite_where=sa.text("paused_until IS NOT NULL"),
            postgresql_where=sa.text("paused_until IS NOT NULL"),
        ),
        sa.Index(
            "ix_pledge_waiting",
            "campaign_id",
            "id",
            sqlite_where=sa.text("plan = 'goal' AND reached_at IS NULL AND missed_at IS NULL"),
            postgresql_where=sa.text("plan = 'goal' AND reached_at IS NULL AND missed_at IS NULL"),
        ),
        sa.Index("ix_pledge_campaign_id_status_confirmed_at", "campaign_id", "status", "confirmed_at"),
        sa.Index("ix_pledge_organisation_id_status_id", "organisation_id", "status", "id"),
        # The sponsors that a campaign's page names, newest first, however many others there are.
        sa.Index(
            "ix_pledge_wall",
            "campaign_id",
            "confirmed_at",
            "id",
            sqlite_where=sa.text("show_name = 1 AND confirmed_at IS NOT NULL"),
            postgresql_where=sa.text("show_name AND confirmed_at IS NOT NULL"),
        ),
    )

    @property
    def money(self) -> Money:
        """What was promised and stands: an end takes the unpaid part away, and only the instalments still tell it."""
        return Money(self.amount, self.currency)

    def payable(self, number: int | None = None) -> "Instalment | None":
        """What can be paid: the unpaid instalment of this number, else the one that is to be paid first."""
        unpaid = [each for each in self.instalments if each.state in UNPAID]
        chosen = [each for each in unpaid if each.number == number]
        return min(chosen or unpaid, key=lambda each: (each.due_on, each.number), default=None)

    @property
    def waits(self) -> bool:
        """Whether nothing is due before something else has come true."""
        return self.plan is Plan.GOAL and self.reached_at is None and self.missed_at is None

    @property
    def public_name(self) -> str:
        """What a visitor reads: the organisation, the name, or neither."""
        return (self.organisation_name or self.name) if self.show_name else "Anonymous"


class Allocation(db.Model):
    """How much of a pledge stands for which budget line."""

    __tablename__ = "pledge_allocation"

    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledge.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_line.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(db.Amount)

    __table_args__ = (sa.CheckConstraint("amount > 0", name="positive"),)


class Instalment(db.Model):
    """What is due when. A short payment closes it at what was paid and leaves a new one for the rest."""

    __tablename__ = "instalment"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledge.id"))
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(sa.String(25), unique=True)  # ISO 11649, quoted in the transfer
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    due_on: Mapped[date]
    state: Mapped[InstalmentState] = mapped_column(db.enum(InstalmentState), default=InstalmentState.SCHEDULED)
    paid_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    pledge: Mapped[Pledge] = relationship(lazy="raise", back_populates="instalments")

    __table_args__ = (
        sa.UniqueConstraint("pledge_id", "number"),
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid"),
        sa.Index("ix_instalment_state_due_on", "state", "due_on"),
    )

    def move_to(self, state: InstalmentState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state

    @property
    def money(self) -> Money:
        """What is due."""
        return Money(self.amount, self.currency)


class PledgeRenewal(db.Model):
    """That a sponsor was asked whether a pledge stands after a cost behind it has changed, and the answer.

    While there is none, what is unpaid is on hold: not reminded of, not overdue, not given up.
    """

    __tablename__ = "pledge_renewal"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    change_id: Mapped[int] = mapped_column(sa.ForeignKey("need_change.id"))
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledge.id"))
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_line.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answer_by: Mapped[date]  # later is silence, which agrees to nothing; an answer is still welcome
    told_at: Mapped[datetime | None]  # mailed
    reminded_at: Mapped[datetime | None]
    answer: Mapped[Renewal | None] = mapped_column(db.enum(Renewal))
    answered_at: Mapped[datetime | None]
    refund_amount: Mapped[int | None] = mapped_column(db.Amount)  # what had been paid when it was wished back
    settled_at: Mapped[datetime | None]  # the treasurer has done what was wished, or said why not
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    outcome: Mapped[str | None] = mapped_column(sa.String(200))

    pledge: Mapped[Pledge] = relationship(lazy="raise")
    change: Mapped[NeedChange] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("change_id", "pledge_id"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint(
            "(refund_amount IS NOT NULL) = (answer IS NOT NULL AND answer = 'refund_wished')", name="refund"
        ),
        sa.CheckConstraint("refund_amount IS NULL OR refund_amount > 0", name="positive"),
        sa.CheckConstraint("settled_at IS NULL OR refund_amount IS NOT NULL", name="settled"),
        sa.Index("ix_pledge_renewal_pledge_id_answered_at", "pledge_id", "answered_at"),
        sa.Index("ix_pledge_renewal_organisation_id_answered_at", "organisation_id", "answered_at"),
    )

    @property
    def is_silent(self) -> bool:
        """The day for an answer has passed without one."""
        return self.answered_at is None and self.answer_by < clock.today()
