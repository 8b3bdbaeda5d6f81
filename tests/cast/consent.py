"""Consent to one more purpose, given and checked, as rows."""

from datetime import timedelta

from campaigns.kit import clock, crypto, db
from campaigns.student.models import Application, Consent
from campaigns.student.states import ConsentEvent, Purpose


def add_consent(
    application: Application,
    purpose: Purpose,
    event: ConsentEvent,
    *,
    by_guardian: bool = True,
    days: int = 360,
    checked_how: str | None = None,
) -> None:
    """Add one step to the trail of a student's consent, the guardian's unless told otherwise; the caller commits."""
    db.session.add(
        Consent(
            application_id=application.id,
            purpose=purpose,
            event=event,
            by_guardian=by_guardian,
            giver_name="Canary Guardian" if by_guardian else "Canary Legalname",
            relation="mother" if by_guardian else "self",
            checked_how=checked_how,
            wording="I agree.",
            wording_hash=crypto.digest("I agree."),
            expires_at=clock.now() + timedelta(days=days),
        )
    )


def consent_step(application: Application, purpose: Purpose, event: ConsentEvent, *, days: int = 360) -> None:
    """A guardian gives, withdraws or lets check consent."""
    add_consent(application, purpose, event, days=days)
    db.session.commit()


def agree(application: Application, *purposes: Purpose, by_guardian: bool = True) -> None:
    """Let consent to these hold for an application: the student's, a guardian's unless told otherwise, checked."""
    givers = [(False, ConsentEvent.GIVEN), *([(True, ConsentEvent.GIVEN)] if by_guardian else [])]
    for purpose in purposes:
        for guardian, event in [*givers, (by_guardian, ConsentEvent.CHECKED)]:
            add_consent(application, purpose, event, by_guardian=guardian)
    db.session.commit()
