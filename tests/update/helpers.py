"""What tests of updates share."""

from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.kit import db
from campaigns.student import rules as students
from campaigns.student.models import Application
from campaigns.student.states import Purpose


def application_of(campaign_id: int) -> Application:
    """The one application behind a campaign."""
    return db.session.scalars(campaigns.applications_of(campaign_id)).one()


def withdraw_consent(campaign_id: int) -> None:
    """Let the guardian take back the consent to being written about."""
    students.withdraw(application_of(campaign_id), Purpose.PUBLISH_TEXT, by=None)
    db.session.commit()


def campaign_now(campaign_id: int) -> Campaign:
    """The campaign as the database has it."""
    db.session.expire_all()
    return db.session.get_one(Campaign, campaign_id)
