"""What time does to campaigns."""

from collections.abc import Callable

import sqlalchemy as sa

from campaigns.campaign import queries
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import costs, figures, lifecycle
from campaigns.kit import db
from campaigns.kit.queue import sweep


@sweep
def take_due_steps() -> None:
    """Close what is past its deadline, and move on what was covered or has been paid."""
    for campaign_id in _ids(queries.due_for_a_step()):
        with db.transaction():
            lifecycle.step(figures.lock(campaign_id))


@sweep
def follow_withdrawn_consent() -> None:
    """Stop pledges to what is no longer shown, hide its pictures, and destroy those that may no longer be kept."""
    _each(queries.live_without_consent(), lifecycle.hide_without_consent)
    _each(queries.asking_without_consent(), lifecycle.take_out_withdrawn)
    _each(queries.covers_without_consent(), lifecycle.drop_cover)
    _each(queries.covers_to_hide(), lifecycle.hide_cover)
    _each(queries.covers_to_show(), lifecycle.show_cover)


@sweep
def follow_verifications() -> None:
    """Let lines whose costs are not confirmed any more leave the goal or be marked, and take back those that are."""
    for select in (queries.lapsed_lines(), queries.confirmed_again()):
        for campaign_id in _ids(select.with_only_columns(BudgetLine.campaign_id).distinct()):
            with db.transaction():
                costs.follow_verifications(campaign_id)


def _each(select: sa.Select[Campaign], work: Callable[[Campaign], None]) -> None:
    for campaign_id in _ids(select.with_only_columns(Campaign.id)):
        with db.transaction():
            campaign = db.session.scalars(select.where(Campaign.id == campaign_id)).one_or_none()
            if campaign is not None:
                work(campaign)


def _ids(select: sa.Select[int]) -> list[int]:
    with db.reading():
        ids = list(db.session.scalars(select))
        db.session.rollback()
    return ids
