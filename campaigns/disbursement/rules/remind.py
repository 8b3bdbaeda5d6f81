"""Receipts that do not come: somebody is reminded, and what comes after them waits."""

from datetime import timedelta

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.audit import rules as audit
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.rules.ask_school import ask
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db, links
from campaigns.kit.queue import sweep
from campaigns.notice import rules as notice

MOST = 3
EVERY = timedelta(days=14)
BATCH = 50


@sweep
def remind_of_receipts() -> None:
    """Remind of receipts that have been missing for two weeks, and twice again; one payment a transaction."""
    for disbursement_id in db.session.scalars(queries.to_remind(MOST, clock.now() - EVERY).limit(BATCH)).all():
        db.session.commit()
        with db.transaction():
            _remind(disbursement_id)


def _remind(disbursement_id: int) -> None:
    found = db.session.scalars(queries.locked(disbursement_id)).one()
    due = found.reminded_at is None or found.reminded_at < clock.now() - EVERY
    if found.state is not DisbursementState.RELEASED or found.reminders >= MOST or not due:
        return
    found.reminders, found.reminded_at = found.reminders + 1, clock.now()
    _tell_treasurers(found)
    if not db.session.scalars(queries.open_receipts(found.id)).first():
        ask(found, reminder=True)
    audit.record(None, "disbursement.reminded", found, times=found.reminders)


def _tell_treasurers(found: Disbursement) -> None:
    community = db.session.get_one(Organisation, found.organisation_id)
    school = db.session.get_one(Organisation, found.school_id)
    for person in db.session.scalars(access.holders(Action.PROVE_DISBURSEMENT, community.id)):
        notice.send(
            person.email,
            "disbursement/mail/receipt_missing",
            key=f"disbursement.receipt_missing:{found.id}:{found.reminders}",
            name=person.name,
            amount=found.kept,
            school_name=school.name,
            paid_on=found.paid_on,
            url=links.url("disbursement.show", slug=community.slug, ref=found.ref),
            why=f"You get this because you keep the money of {community.name}.",
        )
