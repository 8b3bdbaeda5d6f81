"""Finding pledges and instalments, by what the viewer may see."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns.access import Action, organisations_of
from campaigns.account.models import Organisation, User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries import hidden, holds, tells_of_several
from campaigns.campaign.states import PUBLIC
from campaigns.kit import db
from campaigns.kit.links import SignedLink
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.states import COUNTED, UNPAID, InstalmentState, PledgeStatus
from campaigns.student.models import Application, Need
from campaigns.student.states import Purpose

# Built once: the form is a hot page, and building a statement costs more than running it.
FORM_CAMPAIGN = (
    sa.select(
        Campaign.id,
        Campaign.organisation_id,
        Campaign.slug,
        Campaign.title,
        Campaign.state,
        Campaign.deadline,
        Campaign.currency,
        Campaign.asked,
        Campaign.pledged,
        Campaign.held,
        Campaign.received,
        Campaign.disbursed,
        Campaign.proven,
        Organisation.name.label("community"),
    )
    .join(Campaign.organisation)
    .where(Campaign.slug == sa.bindparam("slug"), Campaign.state.in_(PUBLIC))
    .where(~hidden(sa.bindparam("now", type_=db.UtcDateTime())))
)
"""The columns of a public campaign that the pledge's form shows, by `slug`; none without consent `now`."""

BY_ONCE = sa.select(Pledge).where(Pledge.once == sa.bindparam("once"))
"""The pledge that a form with this `once` has made."""

TO_PLEDGE_FOR = sa.select(Campaign).where(Campaign.id == sa.bindparam("id")).options(joinedload(Campaign.organisation))
"""A campaign with its community, by `id`."""


def visible_to(user: User) -> sa.Select[Pledge]:
    """The pledges to communities whose money this person may see."""
    return sa.select(Pledge).where(Pledge.organisation_id.in_(organisations_of(user, Action.SEE_MONEY)))


def by_ref(ref: str) -> sa.Select[Pledge]:
    """One pledge with its campaign and instalments, for whoever has shown that it is theirs."""
    return (
        sa.select(Pledge)
        .where(Pledge.ref == ref)
        .options(joinedload(Pledge.campaign).joinedload(Campaign.organisation), selectinload(Pledge.instalments))
    )


def whole(pledge_id: int) -> sa.Select[Pledge]:
    """A pledge as it is now, with its campaign and all its instalments."""
    return (
        sa.select(Pledge)
        .where(Pledge.id == pledge_id)
        .options(joinedload(Pledge.campaign), selectinload(Pledge.instalments))
        .execution_options(populate_existing=True)
    )


def unpaid(organisation_id: int) -> sa.Select[Instalment]:
    """What a community still expects, with the pledges behind it, the longest due first."""
    return (
        sa.select(Instalment)
        .join(Instalment.pledge)
        .where(Pledge.organisation_id == organisation_id, Instalment.state.in_(UNPAID))
        .where(Pledge.status != PledgeStatus.PROMISED)
        .options(joinedload(Instalment.pledge).joinedload(Pledge.campaign))
        .order_by(Instalment.due_on, Instalment.id)
    )


def due_by(state: InstalmentState, until: date, limit: int) -> sa.Select[int]:
    """The ids of instalments in `state` whose day is `until` or before, the longest due first."""
    return (
        sa.select(Instalment.id)
        .where(Instalment.state == state, Instalment.due_on <= until)
        .order_by(Instalment.due_on, Instalment.id)
        .limit(limit)
    )


def unconfirmed(before: datetime, limit: int) -> sa.Select[int]:
    """The ids of promises made before then that nobody has confirmed."""
    return (
        sa.select(Pledge.id)
        .where(Pledge.status == PledgeStatus.PROMISED, Pledge.created_at < before)
        .order_by(Pledge.id)
        .limit(limit)
    )


def term_names(campaign_id: int) -> sa.Select[str]:
    """The terms for which a campaign for one student still asks, in the order of its lines; of a group none is told."""
    open_lines = sa.and_(BudgetLine.campaign_id == campaign_id, ~tells_of_several(campaign_id))
    found = sa.select(BudgetLine.term).where(
        open_lines,
        BudgetLine.pledged < BudgetLine.amount,
        BudgetLine.released_at.is_(None),
        BudgetLine.left_at.is_(None),
    )
    return found.group_by(BudgetLine.term).order_by(sa.func.min(BudgetLine.id)).limit(20)


def with_campaign(pledge_id: int) -> sa.Select[Pledge]:
    """A pledge with its campaign, community and instalments, to be shown before it is confirmed."""
    return (
        sa.select(Pledge)
        .where(Pledge.id == pledge_id)
        .options(joinedload(Pledge.campaign).joinedload(Campaign.organisation), selectinload(Pledge.instalments))
        .execution_options(populate_existing=True)
    )


def team_list(user: User, organisation_id: int, status: PledgeStatus | None) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of the team's list, for `paging.page` by `Pledge.id`."""
    of_pledge = Instalment.pledge_id == Pledge.id
    open_ones = sa.and_(of_pledge, Instalment.state.in_(UNPAID))
    paid = db.total(Instalment.amount)
    select = (
        visible_to(user)
        .with_only_columns(
            *(Pledge.id, Pledge.ref, Pledge.created_at, Pledge.status, Pledge.amount, Pledge.currency),
            *(Pledge.name, Pledge.organisation_name, Pledge.email, Pledge.show_name, Pledge.method),
            *(Pledge.message, Pledge.message_shown_at),
            *(Campaign.title.label("campaign"), Campaign.slug.label("campaign_slug")),
            sa.select(paid).where(of_pledge, Instalment.state == InstalmentState.PAID).scalar_subquery().label("paid"),
            sa.select(sa.func.min(Instalment.due_on)).where(open_ones).scalar_subquery().label("due_on"),
            sa.select(sa.func.min(Instalment.reference)).where(open_ones).scalar_subquery().label("reference"),
        )
        .join(Pledge.campaign)
        .where(Pledge.organisation_id == organisation_id)
    )
    return select.where(Pledge.status == status) if status is not None else select


def messages(organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The latest messages that came with pledges to a community, read or not."""
    return (
        sa.select(
            *(Pledge.ref, Pledge.name, Pledge.organisation_name, Pledge.created_at),
            *(Pledge.message, Pledge.message_shown_at, Campaign.title.label("campaign")),
        )
        .join(Pledge.campaign)
        .where(Pledge.organisation_id == organisation_id, Pledge.status.in_(COUNTED), Pledge.message.is_not(None))
        .order_by(Pledge.id.desc())
        .limit(20)
    )


def counts(organisation_id: int) -> sa.Select[PledgeStatus, int]:
    """How many pledges of a community have which status."""
    of_community = sa.select(Pledge.status, sa.func.count()).where(Pledge.organisation_id == organisation_id)
    return of_community.group_by(Pledge.status)


def standing_for(ask_id: int) -> sa.Select[int]:
    """The id of a pledge that stands for a company's answer already."""
    return sa.select(Pledge.id).where(Pledge.ask_id == ask_id, Pledge.status.in_(COUNTED)).limit(1)


def confirmed_with(token_hash: str) -> sa.Select[Pledge]:
    """The pledge that was confirmed with a link, spent since, from the hash of its token."""
    link = sa.select(SignedLink.subject_id).where(
        SignedLink.token_hash == token_hash, SignedLink.purpose == "pledge.confirm", SignedLink.used_at.is_not(None)
    )
    return sa.select(Pledge).where(Pledge.id == link.scalar_subquery(), Pledge.confirmed_at.is_not(None))


def lines_of(pledge_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The budget lines a pledge stands for: (line, how much of it is its own), then what of its student may be told.

    `told` and `public` say whether what is for sponsors, and what is for everybody, may be told of that student;
    `several` whether the campaign is for more than one.
    """
    told, public = holds(Purpose.SHARE_WITH_SPONSOR), holds(Purpose.PUBLISH_TEXT)
    return (
        sa.select(
            *(BudgetLine, Allocation.amount, told.label("told"), public.label("public")),
            tells_of_several(BudgetLine.campaign_id).label("several"),
            *(getattr(Application, name) for name in ("id", "alias", "level", "region", "country")),
        )
        .join(Allocation, Allocation.line_id == BudgetLine.id)
        .join(Need, Need.id == BudgetLine.need_id)
        .join(Application, Application.id == Need.application_id)
        .where(Allocation.pledge_id == pledge_id)
        .order_by(BudgetLine.id)
    )


def allocations(pledge_id: int) -> sa.Select[Allocation]:
    """Which budget lines a pledge stands for, in their order."""
    return sa.select(Allocation).where(Allocation.pledge_id == pledge_id).order_by(Allocation.line_id)


def public_wall(campaign_id: int, limit: int) -> sa.Select[str, str, int, str, str, int]:
    """Who stands behind a campaign, newest first, as a visitor may read it: columns only.

    `name` is None for a sponsor who is not to be named, `message` where the team has not put it on the
    page; `paid` says whether all of it has arrived.
    """
    name = sa.case((Pledge.show_name, sa.func.coalesce(Pledge.organisation_name, Pledge.name)), else_=None)
    return (
        sa.select(
            name.label("name"),
            Pledge.amount,
            Pledge.currency,
            sa.case((Pledge.message_shown_at.is_not(None), Pledge.message), else_=None).label("message"),
            Pledge.confirmed_at,
            (Pledge.status == PledgeStatus.FULFILLED).label("paid"),
        )
        .where(Pledge.campaign_id == campaign_id, Pledge.status.in_(COUNTED))
        .order_by(Pledge.confirmed_at.desc(), Pledge.id.desc())
        .limit(limit)
    )
