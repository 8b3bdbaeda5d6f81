"""Taking a student who is to be forgotten out of updates."""

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.campaign.rules.erase import REMOVED, names
from campaigns.kit import clock, db, text
from campaigns.notice import rules as notice
from campaigns.update.models import Update
from campaigns.update.rules.mailing import cause
from campaigns.update.states import UpdateState


def remove_student(campaign: Campaign, alias: str, *, every: bool) -> None:
    """Empty and withdraw every update of a campaign, or those that name the alias."""
    for update in db.session.scalars(sa.select(Update).where(Update.campaign_id == campaign.id)).all():
        if every or names(alias, update.title, update.body):
            _remove(update)


def _remove(update: Update) -> None:
    if update.state is UpdateState.PUBLISHED:
        update.move_to(UpdateState.WITHDRAWN)
        update.withdrawn_at = clock.now()
        figures.add(update.campaign_id, updates=-1)
    notice.call_back(cause(update.id))
    update.title = update.body = REMOVED
    update.concerns_minor = False  # these words are about nobody
    update.body_html = str(text.markdown(REMOVED))
    update.content_hash, update.approved_hash = text.content_hash(REMOVED, REMOVED), None
    update.returned_note = None
