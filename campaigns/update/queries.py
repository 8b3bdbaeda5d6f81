"""Finding updates, by what the viewer may see, and what waits."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.campaign.states import PUBLIC, CampaignState
from campaigns.kit import clock, crypto
from campaigns.kit.links import SignedLink
from campaigns.notice.models import Subscription
from campaigns.update.models import Update
from campaigns.update.states import UpdateState

OWED_AFTER = timedelta(days=60)
FEED_LENGTH = 20
RUNNING = frozenset({CampaignState.LIVE, CampaignState.FUNDED, CampaignState.SETTLING, CampaignState.REPORTING})


def visible_to(user: User) -> sa.Select[Update]:
    """The updates of the communities in which this person holds a role."""
    return sa.select(Update).where(Update.organisation_id.in_(access.organisations_of(user, Action.VIEW_COMMUNITY)))


def for_page(user: User, organisation_id: int, update_id: int) -> sa.Select[Update]:
    """One update of one community, with its campaign."""
    chosen = visible_to(user).where(Update.organisation_id == organisation_id, Update.id == update_id)
    return chosen.options(joinedload(Update.campaign))


def rows(user: User, organisation_id: int) -> sa.Select[*tuple[Any, ...]]:
    """The columns of the team's list, for `paging.page` by id."""
    return (
        visible_to(user)
        .join(Update.campaign)
        .join(User, User.id == Update.author_id)
        .where(Update.organisation_id == organisation_id)
        .with_only_columns(
            Update.id,
            Update.title,
            Update.state,
            Update.concerns_minor,
            Update.created_at,
            Update.returned_note,
            Campaign.title.label("campaign_title"),
            User.name.label("author_name"),
        )
    )


def made_with(once: str) -> sa.Select[Update]:
    """The update that this very form has made already."""
    return sa.select(Update).where(Update.once == once)


def campaign_of(user: User, organisation_id: int, slug: str) -> sa.Select[Campaign]:
    """One campaign of a community that this person belongs to."""
    return campaigns.visible_to(user).where(Campaign.organisation_id == organisation_id, Campaign.slug == slug)


def public_campaign(slug: str) -> sa.Select[Campaign]:
    """The campaign of this address, where a visitor may see it."""
    chosen = sa.select(Campaign).where(Campaign.slug == slug, Campaign.state.in_(PUBLIC), ~_lapsed())
    return chosen.options(joinedload(Campaign.organisation))


def once_public(slug: str, update_id: int) -> sa.Select[Update, bool]:
    """An update that is or was published, and whether a visitor may read it now: not withdrawn, with consent."""
    readable = sa.and_(Update.state == UpdateState.PUBLISHED, ~_lapsed())
    return (
        sa.select(Update, readable)
        .join(Update.campaign)
        .where(Update.id == update_id, Campaign.slug == slug, Campaign.state.in_(PUBLIC))
        .where(Update.published_at.is_not(None))
        .options(contains_eager(Update.campaign).joinedload(Campaign.organisation))
    )


def published_of(campaign_id: int) -> sa.Select[Update]:
    """A campaign's published updates, newest first. Whether the campaign may be seen is for the caller to say."""
    chosen = sa.select(Update).where(Update.campaign_id == campaign_id, Update.state == UpdateState.PUBLISHED)
    return chosen.order_by(Update.published_at.desc(), Update.id.desc())


def to_mail() -> sa.Select[int]:
    """The ids of published updates whose followers have not all been told."""
    return (
        sa.select(Update.id)
        .join(Update.campaign)
        .where(Update.state == UpdateState.PUBLISHED, Update.mailed_at.is_(None), ~_lapsed())
        .order_by(Update.id)
    )


def hidden(update_ids: Collection[int]) -> sa.Select[int]:
    """Those of these updates that nobody may read now: withdrawn, or without consent."""
    gone = sa.or_(Update.state != UpdateState.PUBLISHED, Campaign.state.not_in(PUBLIC), _lapsed())
    return sa.select(Update.id).join(Update.campaign).where(Update.id.in_(update_ids), gone)


def being_mailed(update_id: int) -> sa.Select[Update]:
    """The update, where its followers are still to be told, with campaign and community."""
    return (
        sa.select(Update)
        .join(Update.campaign)
        .where(Update.id.in_(to_mail()), Update.id == update_id)
        .options(contains_eager(Update.campaign).joinedload(Campaign.organisation))
    )


def followed_with(token: str) -> sa.Select[Subscription]:
    """The running subscription that this link has confirmed, for whoever opens it again."""
    return (
        sa.select(Subscription)
        .join(SignedLink, SignedLink.subject_id == Subscription.id)
        .where(SignedLink.token_hash == crypto.digest(token), SignedLink.purpose == "follow")
        .where(SignedLink.used_at.is_not(None))
        .where(Subscription.confirmed_at.is_not(None), Subscription.ended_at.is_(None))
    )


def subscription(number: int) -> sa.Select[Subscription]:
    """A subscription by its number."""
    return sa.select(Subscription).where(Subscription.id == number)


def followed_campaign(subscription: Subscription) -> sa.Select[Campaign]:
    """The campaign that a subscription is about."""
    kind, _, number = subscription.topic.partition(":")
    return sa.select(Campaign).where(Campaign.id == (int(number) if kind == "campaign" else None))


def waiting(organisation_id: int) -> sa.Select[Update]:
    """What somebody has to see to: updates to approve, and drafts that were given back, with their campaigns."""
    returned = sa.and_(Update.state == UpdateState.DRAFT, Update.returned_note.is_not(None))
    return (
        sa.select(Update)
        .where(Update.organisation_id == organisation_id)
        .where(sa.or_(Update.state == UpdateState.IN_REVIEW, returned))
        .options(joinedload(Update.campaign))
        .order_by(Update.id)
    )


def owed(organisation_id: int) -> sa.Select[Campaign]:
    """Running campaigns that have received money and have published nothing for 60 days."""
    since = clock.now() - OWED_AFTER
    told = sa.exists().where(
        Update.campaign_id == Campaign.id, Update.state == UpdateState.PUBLISHED, Update.published_at > since
    )
    return (
        sa.select(Campaign)
        .where(Campaign.organisation_id == organisation_id, Campaign.state.in_(RUNNING), Campaign.received > 0)
        .where(sa.func.coalesce(Campaign.received_at, Campaign.published_at) <= since, ~told)
        .order_by(Campaign.id)
    )


def wrong_counts() -> sa.Select[str, int, int]:
    """Campaigns whose kept number of updates differs from the published ones: (slug, kept, real)."""
    real = sa.func.count(Update.id)
    published = sa.and_(Update.campaign_id == Campaign.id, Update.state == UpdateState.PUBLISHED)
    return (
        sa.select(Campaign.slug, Campaign.update_count, real)
        .outerjoin(Update, published)
        .group_by(Campaign.id, Campaign.slug, Campaign.update_count)
        .having(Campaign.update_count != real)
    )


def _lapsed() -> sa.ColumnElement[bool]:
    """Whether the campaign may not be shown, for want of consent; correlates to Campaign."""
    return campaigns.hidden()
