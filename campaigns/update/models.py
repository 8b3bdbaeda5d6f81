"""Updates of a campaign."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.approval.models import guard_public
from campaigns.approval.states import Subject
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.kit.states import check_move
from campaigns.update.states import MOVES, UpdateState


class Update(db.Model):
    """One post about a campaign. Approval holds for the text whose hash was approved."""

    __tablename__ = "campaign_update"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    once: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # the form it was made with
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    state: Mapped[UpdateState] = mapped_column(db.enum(UpdateState), default=UpdateState.DRAFT)
    concerns_minor: Mapped[bool]
    title: Mapped[str] = mapped_column(sa.String(120))
    body: Mapped[str] = mapped_column(sa.Text)  # Markdown
    body_html: Mapped[str] = mapped_column(sa.Text)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    approved_hash: Mapped[str | None] = mapped_column(sa.String(64))
    approval_id: Mapped[int | None] = mapped_column(sa.ForeignKey("approval.id"))  # of two, where a minor is concerned
    returned_note: Mapped[str | None] = mapped_column(sa.String(500))  # what a reviewer wants changed first
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]  # followers and sponsors have their notices in the outbox

    campaign: Mapped[Campaign] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> author_id", name="two_people"),
        sa.CheckConstraint(
            "state <> 'published' OR NOT concerns_minor"
            " OR (approved_by_id IS NOT NULL AND approved_hash = content_hash)",
            name="approved",
        ),
        sa.Index("ix_campaign_update_campaign_id_state_published_at", "campaign_id", "state", "published_at"),
    )

    def move_to(self, state: UpdateState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state

    @property
    def shown_on(self) -> date:
        """The day that visitors read: of an update on a minor only the Monday of its week; publish it first."""
        if self.published_at is None:
            raise ValueError("not published yet")
        day = self.published_at.date()
        return day - timedelta(days=day.weekday()) if self.concerns_minor else day


guard_public(
    Update.__table__,
    Subject.UPDATE,
    public="NEW.state = 'published'",
    content_hash="NEW.content_hash",
    reworded="NEW.title {differs} OLD.title OR NEW.body {differs} OLD.body OR NEW.body_html {differs} OLD.body_html",
)
