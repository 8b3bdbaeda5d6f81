"""Finding the trail of consent, and whether it holds now."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from campaigns.kit import clock
from campaigns.student.models import Application, Consent
from campaigns.student.states import ConsentEvent, Purpose


def consents_of(application_id: int) -> sa.Select[Consent]:
    """The whole trail of consent of one application, oldest first."""
    return sa.select(Consent).where(Consent.application_id == application_id).order_by(Consent.id)


def consented(purpose: Purpose) -> sa.Select[int]:
    """The ids of the applications for which consent to this holds now: given, checked, not withdrawn, not expired.

    A renewal that nobody has checked yet does not end the consent before it.
    """
    later = aliased(Consent)
    withdrawn = sa.exists().where(
        later.application_id == Consent.application_id,
        later.purpose == Consent.purpose,
        later.event == ConsentEvent.WITHDRAWN,
        later.id > Consent.id,
    )
    return sa.select(Consent.application_id).where(
        Consent.purpose == purpose,
        Consent.event == ConsentEvent.CHECKED,
        Consent.expires_at > clock.now(),
        ~withdrawn,
    )


def has_consent(application_ids: Collection[int], purpose: Purpose) -> sa.Select[int]:
    """Those of these applications for which consent to this holds now."""
    return consented(purpose).where(Consent.application_id.in_(application_ids))


def withdrawn(application_ids: Collection[int]) -> sa.Select[int]:
    """Those of these applications of which nothing may be shown any more: consent was withdrawn or has run out."""
    return sa.select(Application.id).where(
        Application.id.in_(application_ids), Application.id.not_in(consented(Purpose.PUBLISH_TEXT))
    )
