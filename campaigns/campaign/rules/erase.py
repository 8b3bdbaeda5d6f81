"""Taking a student who is to be forgotten out of the campaigns that asked for them; the book stays."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.campaign import queries
from campaigns.campaign.models import BudgetLine, Campaign, Revision
from campaigns.campaign.rules import figures, lifecycle, words
from campaigns.file import rules as files
from campaigns.kit import db
from campaigns.student import queries as students
from campaigns.student.models import Need
from campaigns.student.rules import rights

REMOVED = "Removed at the student's request"


def of_student(application_id: int) -> list[Campaign]:
    """The campaigns that ask, or asked, for a student's needs, with cover and revision."""
    ids = sa.select(BudgetLine.campaign_id).join(Need, Need.id == BudgetLine.need_id)
    mine = ids.where(Need.application_id == application_id)
    return list(db.session.scalars(_whole().where(Campaign.id.in_(mine)).order_by(Campaign.id)))


def _whole() -> sa.Select[Campaign]:
    """Campaigns as they are now, with what they show."""
    cover, revision = joinedload(Campaign.cover), joinedload(Campaign.revision).joinedload(Revision.cover)
    return sa.select(Campaign).options(cover, revision).execution_options(populate_existing=True)


def alone(campaign: Campaign) -> bool:
    """Whether it is, or was, for one student only."""
    return len(db.session.scalars(queries.applications_of(campaign.id)).all()) == 1


def remove_student(campaign: Campaign, application_id: int, alias: str) -> None:
    """Empty what a campaign says and shows of this student; amounts, terms and dates stay.

    Of a campaign for several the words go too where they name the alias, and so does a picture of students.
    """
    figures.lock(campaign.id)
    campaign = db.session.scalars(_whole().where(Campaign.id == campaign.id)).one()
    mine = [need.id for need in db.session.scalars(students.needs_of(application_id))]
    for line in db.session.scalars(sa.select(BudgetLine).where(BudgetLine.need_id.in_(mine))):
        line.alias, line.label = rights.ALIAS, rights.KINDS[line.kind]  # type: ignore[index]  # a StrEnum's value
    only = alone(campaign)
    if only or names(alias, campaign.title, campaign.summary, campaign.story):
        campaign.title, campaign.summary, campaign.story = REMOVED, REMOVED, REMOVED
        campaign.concerns_minor = False  # these words are about nobody
        campaign.returned_note, campaign.content_hash = None, None
        words.render(campaign)
    if campaign.cover is not None and (only or campaign.cover_shows_student):
        lifecycle.drop_cover(campaign)
    if campaign.revision is not None:
        _drop(campaign.revision)
    figures.touch(campaign.id)


def names(alias: str, *texts: str) -> bool:
    """Whether one of these texts names the alias."""
    return any(alias.casefold() in text.casefold() for text in texts)


def _drop(revision: Revision) -> None:
    cover = revision.cover
    db.session.delete(revision)
    db.session.flush()
    if cover is not None:
        files.discard(cover)
