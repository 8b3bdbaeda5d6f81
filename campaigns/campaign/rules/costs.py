"""Budget lines follow the costs behind them: what somebody's word holds for, and what a cost has become.

Before a campaign is public, a line whose verification has run out leaves the goal, and comes back with the next one.
Once it is public, the line stays, and its page says that the cost is being confirmed again.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign import queries
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import figures, funding
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Refused
from campaigns.notice import rules as notice
from campaigns.student import queries as students
from campaigns.student.models import Need


class NothingConfirmed(Refused):
    """Nobody's word for any of its costs holds now. Have them confirmed first, on the page of each application."""


def follow_verifications(campaign_id: int) -> None:
    """Mark the lines whose costs are not confirmed any more, unmark those that are again, and tell whom it concerns."""
    campaign = figures.lock(campaign_id)
    lapsed = list(db.session.scalars(queries.lapsed_lines().where(BudgetLine.campaign_id == campaign_id)))
    confirmed = list(db.session.scalars(queries.confirmed_again().where(BudgetLine.campaign_id == campaign_id)))
    if lapsed or confirmed:
        _mark(lapsed)
        for line in confirmed:
            line.expired_at = line.confirmed_on = None
            audit.record(None, "campaign.cost_confirmed", campaign, line=line.id)
        refresh_goal(campaign)
    if lapsed:
        audit.record(None, "campaign.cost_expired", campaign, lines=[line.id for line in lapsed])
        _tell(campaign, lapsed)


def _mark(lines: Sequence[BudgetLine]) -> None:
    found = db.session.execute(students.last_verified([line.need_id for line in lines]))
    last = {row[0]: row[1] for row in found}
    for line in lines:
        at: datetime | None = last.get(line.need_id)
        line.expired_at, line.confirmed_on = clock.now(), at.date() if at else None


def refresh_goal(campaign: Campaign) -> None:
    """Bring the goal in line with the lines, and the state with the goal. The caller holds the campaign's lock."""
    db.session.flush()
    goal = queries.goals().where(Campaign.id == campaign.id).with_only_columns(queries.GOAL)
    campaign.asked = db.session.scalars(goal).one()
    figures.touch(campaign.id)
    funding.follow_pledges(campaign)


def keep_confirmed(campaign: Campaign) -> None:
    """Let go of the lines that nobody's word holds for, before a campaign is shown to others: their needs are free.

    The caller holds the campaign's lock. Raises NothingConfirmed where no line would be left.
    """
    db.session.flush()
    ids = set(db.session.scalars(queries.unconfirmed(campaign.id)))
    gone = [line for line in campaign.lines if line.id in ids]
    if len(gone) == len(campaign.lines):
        raise NothingConfirmed()
    for line in gone:
        campaign.lines.remove(line)
        db.session.delete(line)
    if gone:
        refresh_goal(campaign)
        audit.record(None, "campaign.cost_left", campaign, lines=len(gone))


def line_for(need_id: int) -> BudgetLine | None:
    """The line that asks for a cost now, its campaign held; None where no campaign does."""
    found = db.session.execute(queries.line_of(need_id)).one_or_none()
    if found is None:
        return None
    figures.lock(found.campaign_id)
    select = sa.select(BudgetLine).where(BudgetLine.id == found.id)
    return db.session.scalars(select.execution_options(populate_existing=True)).one()


def follow_need(line: BudgetLine, need: Need) -> None:
    """Let a line be what its cost has become, less what was given in kind.

    Never below what is pledged or reserved of it or has gone to the school.
    The caller holds the campaign's lock.
    """
    db.session.flush()
    db.session.refresh(line)
    campaign = db.session.get_one(Campaign, line.campaign_id)
    line.kind, line.label, line.term = need.kind.value, need.label, need.term
    line.amount = max(need.amount - line.given, line.pledged + line.held, line.disbursed, 1)
    refresh_goal(campaign)


def _tell(campaign: Campaign, lines: Sequence[BudgetLine]) -> None:
    """One e-mail: to the author of a draft; to those who confirm costs for a public campaign."""
    community = db.session.get_one(Organisation, campaign.organisation_id)
    public = campaign.published_at is not None
    if public:
        people = list(db.session.scalars(access.holders(Action.VERIFY_NEED, campaign.organisation_id)))
    else:
        people = [db.session.get_one(User, campaign.author_id)]
    for person in people:
        notice.send(
            person.email,
            "campaign/mail/cost_expired",
            key=f"campaign.cost_expired:{campaign.id}:{clock.today()}:{lines[0].id}",
            name=person.name,
            title=campaign.title,
            public=public,
            count=len(lines),
            community_name=community.name,
            url=links.url("campaign.manage", slug=community.slug, campaign_slug=campaign.slug),
        )
