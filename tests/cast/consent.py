"""Consent to one more purpose, given and checked, as rows."""

from datetime import timedelta

from campaigns.kit import clock, crypto, db
from campaigns.student.models import Application, Consent
from campaigns.student.states import ConsentEvent, Purpose


def agree(application: Application, *purposes: Purpose, by_guardian: bool = True) -> None:
    """Let consent to these hold for an application: the student's, a guardian's unless told otherwise, checked."""
    givers = [(False, ConsentEvent.GIVEN), *([(True, ConsentEvent.GIVEN)] if by_guardian else [])]
    for purpose in purposes:
        for guardian, event in [*givers, (by_guardian, ConsentEvent.CHECKED)]:
            db.session.add(
                Consent(
                    application_id=application.id,
                    purpose=purpose,
                    event=event,
                    by_guardian=guardian,
                    giver_name="Canary Guardian" if guardian else "Canary Legalname",
                    relation="mother" if guardian else "self",
                    wording="I agree.",
                    wording_hash=crypto.digest("I agree."),
                    expires_at=clock.now() + timedelta(days=360),
                )
            )
    db.session.commit()
