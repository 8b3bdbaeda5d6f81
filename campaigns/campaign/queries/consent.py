"""Whether a campaign and its students may be shown, by the consent that holds."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import ASKING, PUBLIC, CampaignState
from campaigns.file.models import File
from campaigns.file.states import Visibility
from campaigns.student import queries as students
from campaigns.student.models import Consent, Need
from campaigns.student.states import Purpose


def holds(purpose: Purpose, now: "sa.ColumnElement[datetime] | None" = None) -> sa.ColumnElement[bool]:
    """Whether `student.queries.consented` has the student of a need; correlates to Need."""
    theirs = students.consented(purpose, now).where(Consent.application_id == Need.application_id)
    return theirs.correlate(Need).exists()


def lapsed(purpose: Purpose, now: "sa.ColumnElement[datetime] | None" = None) -> sa.ColumnElement[bool]:
    """Whether consent to this no longer holds for one of a campaign's students; correlates to Campaign."""
    return (
        sa.select(BudgetLine.id)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(BudgetLine.campaign_id == Campaign.id, ~holds(purpose, now))
        .correlate(Campaign)
        .exists()
    )


def hidden(now: "sa.ColumnElement[datetime] | None" = None) -> sa.ColumnElement[bool]:
    """Whether a campaign may not be shown: consent has ended for one of its students, and fewer than two are left.

    Of a group the others go on: what is shown of them names nobody. Correlates to Campaign.
    """
    left = sa.func.count(sa.distinct(sa.case((holds(Purpose.PUBLISH_TEXT, now), Need.application_id))))
    return sa.and_(lapsed(Purpose.PUBLISH_TEXT, now), _over_lines(left) < 2)


def who_is_shown(now: "sa.ColumnElement[datetime] | None" = None) -> sa.ColumnElement[int]:
    """A number that changes with the set of a campaign's students who may be shown; correlates to Campaign."""
    ids = sa.func.sum(sa.distinct(sa.case((holds(Purpose.PUBLISH_TEXT, now), Need.application_id))))
    return _over_lines(sa.cast(sa.func.coalesce(ids, 0), sa.BigInteger))


def _over_lines(figure: "sa.ColumnElement[int]") -> "sa.ScalarSelect[int]":
    return (
        sa.select(figure)
        .select_from(BudgetLine)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(BudgetLine.campaign_id == Campaign.id, BudgetLine.left_at.is_(None))
        .correlate(Campaign)
        .scalar_subquery()
    )


def _unpledged() -> sa.ColumnElement[bool]:
    """Whether a line asks for more than is pledged for it or reserved, and paid out."""
    more = sa.and_(BudgetLine.amount > BudgetLine.pledged + BudgetLine.held, BudgetLine.amount > BudgetLine.disbursed)
    return sa.and_(BudgetLine.released_at.is_(None), more)


def live_without_consent() -> sa.Select[Campaign]:
    """Campaigns that take pledges though they may not be shown any more."""
    return sa.select(Campaign).where(Campaign.state == CampaignState.LIVE, hidden())


def asking_without_consent() -> sa.Select[Campaign]:
    """Campaigns of a group that is shown, and that still asks for somebody who consents to it no longer."""
    theirs = (
        sa.select(BudgetLine.id)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(BudgetLine.campaign_id == Campaign.id, _unpledged(), ~holds(Purpose.PUBLISH_TEXT))
        .correlate(Campaign)
        .exists()
    )
    return sa.select(Campaign).where(Campaign.state.in_(ASKING), theirs, ~hidden())


def unpledged_without_consent(campaign_id: int) -> sa.Select[BudgetLine]:
    """The lines that a campaign still asks for and whose student consents to it no longer."""
    lines = sa.select(BudgetLine).join(Need, Need.id == BudgetLine.need_id)
    return lines.where(BudgetLine.campaign_id == campaign_id, _unpledged(), ~holds(Purpose.PUBLISH_TEXT))


def covers_without_consent() -> sa.Select[Campaign]:
    """Campaigns whose cover shows a student though consent to it no longer holds."""
    return (
        sa.select(Campaign)
        .where(Campaign.cover_id.is_not(None), Campaign.cover_shows_student, lapsed(Purpose.PUBLISH_IMAGE))
        .where(Campaign.state.in_(PUBLIC))
        .options(joinedload(Campaign.cover))
    )


def covers_to_hide() -> sa.Select[Campaign]:
    """Campaigns whose page is hidden because consent lapsed, while their cover can still be fetched."""
    return _with_cover(Visibility.PUBLIC).where(hidden())


def covers_to_show() -> sa.Select[Campaign]:
    """Campaigns whose page is shown again, while their cover cannot be fetched."""
    without = sa.and_(Campaign.cover_shows_student, lapsed(Purpose.PUBLISH_IMAGE))
    return _with_cover(Visibility.PRIVATE).where(~hidden(), ~without)


def _with_cover(visibility: Visibility) -> sa.Select[Campaign]:
    select = sa.select(Campaign).join(Campaign.cover).options(contains_eager(Campaign.cover))
    return select.where(File.visibility == visibility, Campaign.state.in_(PUBLIC))
