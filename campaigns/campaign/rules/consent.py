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

    Of a group that is public already, those who have ended theirs are not told of any more: the others' consent
    to the text is enough while there are two. Called in the transaction that publishes. Raises ConsentMissing.
    """
    everybody = [each.id for each in db.session.scalars(queries.applications_of(campaign.id))]
    for purpose in (Purpose.PUBLISH_TEXT, Purpose.PUBLISH_IMAGE) if picture else (Purpose.PUBLISH_TEXT,):
        shown = _shown(campaign, everybody) if purpose is Purpose.PUBLISH_TEXT else everybody
        try:
            student_rules.require_consent(shown, purpose)
        except student_rules.NoConsent as refusal:
            raise ConsentMissing(purpose, missing(campaign, purpose)) from refusal


def _shown(campaign: Campaign, everybody: list[int]) -> list[int]:
    """Whom the campaign tells of: all, or of a public group those who are left."""
    if campaign.published_at is None:
        return everybody
    left = list(db.session.scalars(students.has_consent(everybody, Purpose.PUBLISH_TEXT)))
    return left if len(left) > 1 else everybody


def traces(campaign_id: int, *texts: str) -> list[str]:
    """What of a campaign's students can be found in texts about them, in words that never say it."""
    ids = [each.id for each in db.session.scalars(queries.applications_of(campaign_id))]
    return student_rules.traces(ids, *texts)
