"""Campaigns and their budget lines, with the figures that people see kept beside them."""

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation
from campaigns.approval.models import guard_public
from campaigns.approval.states import Subject
from campaigns.campaign.states import MOVES, OPEN_FOR_PLEDGES, CampaignState
from campaigns.file.models import File
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.student.models import Need


class Figures(NamedTuple):
    """The five parts of the meter, never mixed."""

    asked: Money
    pledged: Money
    received: Money
    disbursed: Money
    proven: Money


class Campaign(db.Model):
    """A public request for the needs of one or several approved students, in one currency."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    once: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # the form it was made with
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    state: Mapped[CampaignState] = mapped_column(db.enum(CampaignState), default=CampaignState.DRAFT)
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(200), default="")
    story: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    story_html: Mapped[str] = mapped_column(sa.Text, default="")  # rendered and sanitised when saved
    content_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of what the reviewers approved
    concerns_minor: Mapped[bool] = mapped_column(default=True)  # two people have to approve what it says
    approval_id: Mapped[int | None] = mapped_column(sa.ForeignKey("approval.id"))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    level: Mapped[str | None] = mapped_column(sa.String(80))
    deadline: Mapped[date]
    currency: Mapped[str] = mapped_column(sa.String(3))
    cover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    cover_alt: Mapped[str] = mapped_column(sa.String(200), default="")
    cover_shows_student: Mapped[bool] = mapped_column(default=False)  # shown only while there is consent to it
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    returned_note: Mapped[str | None] = mapped_column(sa.Text)  # why a reviewer sent it back

    # Derived; refreshed in the transaction that changes their cause, verified by `flask check`.
    asked: Mapped[int] = mapped_column(db.Amount, default=0)
    pledged: Mapped[int] = mapped_column(db.Amount, default=0)
    held: Mapped[int] = mapped_column(db.Amount, default=0)  # reserved for companies; no part of the meter
    received: Mapped[int] = mapped_column(db.Amount, default=0)
    disbursed: Mapped[int] = mapped_column(db.Amount, default=0)
    proven: Mapped[int] = mapped_column(db.Amount, default=0)
    sponsor_count: Mapped[int] = mapped_column(default=0)
    update_count: Mapped[int] = mapped_column(default=0)
    # When each part of the meter first rose above zero.
    pledged_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    disbursed_at: Mapped[datetime | None]
    proven_at: Mapped[datetime | None]
    funded_at: Mapped[datetime | None]  # when everything was pledged, the last time; kept where it no longer is
    # Grows with every change that a visitor could see: the whole-page cache and feeds go by it.
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    cover: Mapped[File | None] = relationship(lazy="raise")
    lines: Mapped[list["BudgetLine"]] = relationship(lazy="raise", order_by="BudgetLine.id", back_populates="campaign")
    revision: Mapped["Revision | None"] = relationship(lazy="raise", back_populates="campaign")

    __table_args__ = (
        sa.CheckConstraint(
            "asked >= 0 AND pledged >= 0 AND received >= 0 AND disbursed >= 0 AND proven >= 0", name="figures"
        ),
        sa.CheckConstraint("held >= 0", name="held"),
        sa.CheckConstraint("disbursed <= received AND proven <= disbursed", name="chain"),
        sa.CheckConstraint("reviewed_by_id IS NULL OR reviewed_by_id <> author_id", name="two_people"),
        sa.Index("ix_campaign_state_published_at_id", "state", "published_at", "id"),
        sa.Index("ix_campaign_published_at_id", "published_at", "id"),
        sa.Index("ix_campaign_organisation_id_id", "organisation_id", "id"),
    )

    def move_to(self, state: CampaignState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state

    @property
    def figures(self) -> Figures:
        """What the meter shows."""
        parts = (self.asked, self.pledged, self.received, self.disbursed, self.proven)
        return Figures(*(Money(part, self.currency) for part in parts))

    @property
    def takes_pledges(self) -> bool:
        """Whether it asks for pledges now."""
        return self.state in OPEN_FOR_PLEDGES and self.deadline >= clock.today()

    @property
    def uncovered(self) -> Money:
        """What nobody has pledged or reserved yet; never below zero."""
        return Money(max(self.asked - self.pledged - self.held, 0), self.currency)


guard_public(
    Campaign.__table__,
    Subject.CAMPAIGN,
    public="NEW.state NOT IN ('draft', 'in_review', 'cancelled')",
    content_hash="NEW.content_hash",
    reworded="NEW.title {differs} OLD.title OR NEW.summary {differs} OLD.summary OR NEW.story {differs} OLD.story "
    "OR NEW.story_html {differs} OLD.story_html OR (NEW.cover_id IS NOT NULL AND (NEW.cover_id {differs} OLD.cover_id "
    "OR NEW.cover_alt {differs} OLD.cover_alt))",
)


class BudgetLine(db.Model):
    """One approved need within a campaign, and how far it is covered."""

    __tablename__ = "budget_line"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"))
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    alias: Mapped[str] = mapped_column(sa.String(60))
    label: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(32))
    term: Mapped[str] = mapped_column(sa.String(60))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    # Derived, as on the campaign.
    pledged: Mapped[int] = mapped_column(db.Amount, default=0)
    held: Mapped[int] = mapped_column(db.Amount, default=0)
    given: Mapped[int] = mapped_column(db.Amount, default=0)  # in kind: so much less is needed
    disbursed: Mapped[int] = mapped_column(db.Amount, default=0)
    proven: Mapped[int] = mapped_column(db.Amount, default=0)
    released_at: Mapped[datetime | None]  # nobody has pledged for it and nobody will: the need is free again
    left_at: Mapped[datetime | None]  # its student has left: nothing more is asked or paid for it
    # Since when nobody's word for the cost holds any more, and the day on which somebody last gave it.
    expired_at: Mapped[datetime | None]
    confirmed_on: Mapped[date | None]
    # The change about which its sponsors were asked last; derived: how many, and how many agreed.
    change_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need_change.id"))
    asked_again: Mapped[int] = mapped_column(default=0)
    agreed: Mapped[int] = mapped_column(default=0)

    campaign: Mapped[Campaign] = relationship(lazy="raise", back_populates="lines")
    need: Mapped[Need] = relationship(lazy="raise")
    school: Mapped[Organisation] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("amount > 0 AND pledged >= 0 AND held >= 0 AND pledged + held <= amount", name="covered"),
        sa.CheckConstraint("disbursed >= 0 AND disbursed <= amount AND proven <= disbursed", name="chain"),
        sa.CheckConstraint("released_at IS NULL OR (pledged = 0 AND held = 0)", name="released"),
        sa.CheckConstraint("given >= 0", name="given"),
        sa.CheckConstraint("agreed >= 0 AND agreed <= asked_again", name="agreed"),
        sa.Index(
            "uq_budget_line_need_id",  # a need is asked for once at a time
            "need_id",
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        ),
    )

    @property
    def gone(self) -> bool:
        """Whether it is no part of the goal any more."""
        return self.left_at is not None and self.released_at is not None

    @property
    def money(self) -> Money:
        """What the line costs."""
        return Money(self.amount, self.currency)

    @property
    def covered(self) -> Money:
        """What sponsors have pledged for it."""
        return Money(self.pledged, self.currency)

    @property
    def sent(self) -> Money:
        """What has gone to the school."""
        return Money(self.disbursed, self.currency)


class Revision(db.Model):
    """Other words or another cover for a campaign that is public: they wait here until a reviewer approves them."""

    __tablename__ = "campaign_revision"

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(200))
    story: Mapped[str] = mapped_column(sa.Text)
    cover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    cover_alt: Mapped[str] = mapped_column(sa.String(200), default="")
    cover_shows_student: Mapped[bool] = mapped_column(default=False)
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    returned_note: Mapped[str | None] = mapped_column(sa.Text)  # a reviewer wants it changed first

    campaign: Mapped[Campaign] = relationship(lazy="raise", back_populates="revision")
    cover: Mapped[File | None] = relationship(lazy="raise")

    @property
    def id(self) -> int:
        """The campaign's number: there is one revision at a time."""
        return self.campaign_id
