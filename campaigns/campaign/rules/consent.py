"""Nothing of a student is published without consent that holds now."""

from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.student import queries as students
from campaigns.student import rules as student_rules
from campaigns.student.states import Purpose

WHAT = {Purpose.PUBLISH_TEXT: "being written about", Purpose.PUBLISH_IMAGE: "their picture being shown"}


class ConsentMissing(Refused):
    """Consent is missing, has run out or was withdrawn."""

    def __init__(self, purpose: Purpose, aliases: list[str]) -> None:
        super().__init__(f"There is no checked consent to {WHAT[purpose]} for {', '.join(aliases)}.")


def missing(campaign: Campaign, purpose: Purpose) -> list[str]:
    """The aliases of the students for whom consent to this does not hold now."""
    applications = db.session.scalars(queries.applications_of(campaign.id)).all()
    held = set(db.session.scalars(students.has_consent([each.id for each in applications], purpose)))
    return [each.alias for each in applications if each.id not in held]


def require(campaign: Campaign, *, picture: bool) -> None:
    """Refuse unless every student's consent to the text, and with `picture` to the image, holds now.

    Called in the transaction that publishes. Raises ConsentMissing.
    """
    ids = [each.id for each in db.session.scalars(queries.applications_of(campaign.id))]
    for purpose in (Purpose.PUBLISH_TEXT, Purpose.PUBLISH_IMAGE) if picture else (Purpose.PUBLISH_TEXT,):
        try:
            student_rules.require_consent(ids, purpose)
        except student_rules.NoConsent as refusal:
            raise ConsentMissing(purpose, missing(campaign, purpose)) from refusal


def traces(campaign_id: int, *texts: str) -> list[str]:
    """What of a campaign's students can be found in texts about them, in words that never say it."""
    ids = [each.id for each in db.session.scalars(queries.applications_of(campaign_id))]
    return student_rules.traces(ids, *texts)
