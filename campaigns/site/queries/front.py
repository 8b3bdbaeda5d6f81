"""What the front page shows: the newest campaigns, and all that was ever asked, pledged and paid."""

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.campaign.models import Campaign
from campaigns.campaign.queries import hidden, lapsed
from campaigns.campaign.states import PUBLIC, CampaignState
from campaigns.file.models import File
from campaigns.kit import db
from campaigns.student.states import Purpose

# Statements of a page that many see are built once; the moment of the question is a parameter.
NOW = sa.bindparam("now", type_=db.UtcDateTime)

# What is shown of a student has consent at this moment.
MAY_SHOW_COVER = sa.not_(sa.and_(Campaign.cover_shows_student, lapsed(Purpose.PUBLISH_IMAGE, NOW)))

NEWEST = (
    sa.select(
        *(Campaign.slug, Campaign.title, Campaign.summary, Campaign.country, Campaign.deadline, Campaign.currency),
        *(Campaign.asked, Campaign.pledged, Campaign.received, Campaign.disbursed, Campaign.proven),
        Campaign.cover_alt,
        Organisation.name.label("community"),
        sa.case((MAY_SHOW_COVER, File.ref)).label("cover"),
    )
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .outerjoin(File, File.id == Campaign.cover_id)
    .where(Campaign.state == CampaignState.LIVE, ~hidden(NOW))
    .order_by(Campaign.published_at.desc(), Campaign.id.desc())
    .limit(3)
)

TOTALS = (
    sa.select(
        Campaign.currency,
        sa.func.count().label("campaigns"),
        *(
            sa.cast(sa.func.sum(column), sa.BigInteger).label(column.key)
            for column in (Campaign.asked, Campaign.pledged, Campaign.received, Campaign.disbursed, Campaign.proven)
        ),
    )
    .where(Campaign.state.in_(PUBLIC))
    .group_by(Campaign.currency)
    .order_by(sa.desc("campaigns"), Campaign.currency)
)

IN_SITEMAP = 5_000

SITEMAP = (
    sa.select(Campaign.slug, Campaign.published_at)
    .where(Campaign.state.in_(PUBLIC), Campaign.published_at.is_not(None), ~hidden(NOW))
    .order_by(Campaign.id.desc())
    .limit(IN_SITEMAP)
)
