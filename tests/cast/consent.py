"""Consent to one more purpose, given and checked, as rows."""

from datetime import timedelta

from campaigns.kit import clock, crypto, db
from campaigns.student.models import Application, Consent
from campaigns.student.states import ConsentEvent, Purpose


def agree(application: Application, *purposes: Purpose, by_guardian: bool = True) -> None:
    """Let consent to these hold for an application."""
    for purpose in purposes:
        for event in (ConsentEvent.GIVEN, ConsentEvent.CHECKED):
            db.session.add(
                Consent(
                    application_id=application.id,
                    purpose=purpose,
                    event=event,
                    by_guardian=by_guardian,
                    giver_name="Canary Guardian" if by_guardian else "Canary Legalname",
                    relation="mother" if by_guardian else "self",
                    wording="I agree.",
                    wording_hash=crypto.digest("I agree."),
                    expires_at=clock.now() + timedelta(days=360),
                )
            )
    db.session.commit()
