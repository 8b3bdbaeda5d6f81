"""Taking a student who is to be forgotten out of letters, and somebody's address out of signatures."""

import sqlalchemy as sa

from campaigns.ask.models import Ask, Letter
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules.erase import REMOVED, names
from campaigns.kit import db, text


def remove_student(campaign: Campaign, alias: str, *, every: bool) -> None:
    """Empty every version of a campaign's letters, or those that name the alias; who signed them is kept."""
    mine = sa.select(Letter).join(Ask, Ask.id == Letter.ask_id).where(Ask.campaign_id == campaign.id)
    removed = set()
    for letter in db.session.scalars(mine).all():
        if every or names(alias, letter.subject, letter.body):
            removed.add(letter.ask_id)
            letter.subject = letter.body = REMOVED
            letter.body_html = str(text.markdown(REMOVED))
            letter.content_hash = text.content_hash(REMOVED, REMOVED)
    about_nobody = sa.update(Ask).where(Ask.id.in_(removed)).values(concerns_minor=False)
    db.session.execute(about_nobody)
    grown = sa.update(Ask).where(Ask.campaign_id == campaign.id).values(version=Ask.version + 1, returned_note=None)
    db.session.execute(grown)
