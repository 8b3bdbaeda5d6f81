"""What a campaign's page reads, by statements that are built once: building one costs more than running it.

Every one is bounded: by key, by limit, or by figures kept beside the row. None counts pledges.
"""

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.ask.models import Ask, Reply
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries import hidden, lapsed, line_columns, who_is_shown
from campaigns.file.models import File
from campaigns.file.states import Visibility
from campaigns.kit import db
from campaigns.kit.prepared import Prepared
from campaigns.offer.models import Condition, Gift, Match, Offer
from campaigns.offer.states import OfferKind, OfferState
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import COUNTED, PledgeStatus
from campaigns.student.states import Purpose
from campaigns.update.models import Update
from campaigns.update.states import UpdateState

SPONSORS_NAMED = 12
UPDATES_LISTED = 5
ASKS_LISTED = 12
CONDITIONS_LISTED = 6
MATCHES_LISTED = 3
GIFTS_LISTED = 12

_NOW = sa.bindparam("now", type_=db.UtcDateTime())
_ID = sa.bindparam("id", type_=db.Key)
_GIVEN = sa.or_(Offer.state == OfferState.ACCEPTED, Offer.state == OfferState.RECEIVED)

VERSION = Prepared(
    sa.select(
        Campaign.id,
        Campaign.state,
        Campaign.version,
        hidden(_NOW).label("hidden"),
        who_is_shown(_NOW).label("students"),
        sa.and_(Campaign.cover_shows_student, lapsed(Purpose.PUBLISH_IMAGE, _NOW)).label("cover_hidden"),
    ).where(Campaign.slug == sa.bindparam("slug"))
)
"""By `slug` and `now`: whether there is such a campaign, whether it may be shown, and what version it is in."""

CAMPAIGN = Prepared(
    sa.select(
        *(getattr(Campaign, name) for name in ("id", "slug", "state", "title", "summary", "story_html", "country")),
        *(getattr(Campaign, name) for name in ("level", "deadline", "currency", "published_at", "cover_alt")),
        *(getattr(Campaign, name) for name in ("asked", "pledged", "received", "disbursed", "proven", "held")),
        *(getattr(Campaign, name) for name in ("pledged_at", "received_at", "disbursed_at", "proven_at")),
        Campaign.sponsor_count,
        Campaign.update_count,
        sa.exists()
        .where(Offer.campaign_id == Campaign.id, Offer.kind == OfferKind.MATCH)
        .where(Offer.state == OfferState.STANDING)
        .label("has_matches"),
        sa.exists()
        .where(Offer.campaign_id == Campaign.id, Offer.kind == OfferKind.GIFT)
        .where(_GIVEN)
        .label("has_gifts"),
        sa.exists()
        .where(Offer.campaign_id == Campaign.id, Offer.kind == OfferKind.CONDITION)
        .where(Offer.state == OfferState.STANDING)
        .label("has_conditions"),
        Organisation.name.label("community_name"),
        Organisation.slug.label("community_slug"),
        File.ref.label("cover_ref"),
        File.width.label("cover_width"),
        File.height.label("cover_height"),
    )
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .outerjoin(File, sa.and_(File.id == Campaign.cover_id, File.visibility == Visibility.PUBLIC))
    .where(Campaign.id == _ID)
)

CONDITIONS = Prepared(
    sa.select(Offer.amount, Offer.currency, Offer.until, Condition.kind, Condition.threshold)
    .join(Condition, Condition.offer_id == Offer.id)
    .where(Offer.campaign_id == _ID, Offer.state == OfferState.STANDING)
    .order_by(Offer.until, Offer.id)
    .limit(CONDITIONS_LISTED)
)
"""What is promised under which conditions; nobody is named."""

MATCHES = Prepared(
    sa.select(Match.rate, Match.matched, Offer.amount, Offer.currency)
    .join(Match, Match.offer_id == Offer.id)
    .where(Offer.campaign_id == _ID, Offer.state == OfferState.STANDING)
    .order_by(Offer.id)
    .limit(MATCHES_LISTED)
)
"""What others' pledges move, up to which amounts; nobody is named."""

GIFTS = Prepared(
    sa.select(Gift.what, Gift.received_on, Offer.amount, Offer.currency)
    .join(Gift, Gift.offer_id == Offer.id)
    .where(Offer.campaign_id == _ID, _GIVEN)
    .order_by(Offer.id.desc())
    .limit(GIFTS_LISTED)
)
"""What is given in kind, once the team has looked at it; nobody is named."""

RESERVED = Prepared(
    sa.select(sa.func.min(Offer.until).label("first"), sa.func.max(Offer.until).label("last")).where(
        Offer.campaign_id == _ID, Offer.kind == OfferKind.HOLD, Offer.state == OfferState.STANDING
    )
)
"""Until when companies have reserved a part of it."""

LINES = Prepared(line_columns(_NOW).where(BudgetLine.campaign_id == _ID))
"""By `id` and `now`."""

SPONSORS = Prepared(
    sa.select(
        sa.func.coalesce(Pledge.organisation_name, Pledge.name).label("name"),
        Pledge.organisation_name.is_not(None).label("is_organisation"),
        Pledge.amount,
        Pledge.currency,
        sa.case((Pledge.message_shown_at.is_not(None), Pledge.message)).label("message"),
        (Pledge.status == PledgeStatus.FULFILLED).label("paid"),
    )
    .where(
        Pledge.campaign_id == _ID,
        Pledge.show_name,
        Pledge.confirmed_at.is_not(None),
        *(Pledge.status != status for status in PledgeStatus if status not in COUNTED),
    )
    .order_by(Pledge.confirmed_at.desc(), Pledge.id.desc())
    .limit(SPONSORS_NAMED)
)
"""Sponsors who let themselves be named, newest first; `ix_pledge_wall` has them in this order."""

UPDATES = Prepared(
    sa.select(Update.id, Update.title, Update.published_at)
    .where(Update.campaign_id == _ID, Update.state == UpdateState.PUBLISHED)
    .order_by(Update.published_at.desc(), Update.id.desc())
    .limit(UPDATES_LISTED)
)

ASKS = Prepared(
    sa.select(
        Ask.ref,
        Ask.state,
        Ask.public_at,
        Ask.signature_count,
        Organisation.name.label("company"),
        Reply.answer,
        Reply.reason,
        Reply.amount,
        Reply.currency,
        Reply.at.label("answered_at"),
    )
    .join(Organisation, Organisation.id == Ask.company_id)
    .outerjoin(Reply, Reply.ask_id == Ask.id)
    .where(Ask.campaign_id == _ID, sa.or_(Ask.public_at.is_not(None), Reply.is_public))
    .order_by(Ask.id.desc())
    .limit(ASKS_LISTED)
)
