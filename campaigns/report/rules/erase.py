"""Forgetting a student: one transaction, noted in the journal that outlives a restore. The ledger stays as it is."""

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.ask.rules import erase as asks
from campaigns.audit import rules as audit
from campaigns.campaign.rules import erase as campaigns
from campaigns.kit import db, journal, links
from campaigns.kit.errors import Refused
from campaigns.notice import rules as notice
from campaigns.report import queries, registry
from campaigns.student.models import Application, PersonKey
from campaigns.student.rules import rights
from campaigns.update.rules import erase as updates

KIND = "application"
WORD = "erase"


class NotTyped(Refused):
    """Type the word “erase” to say that you mean it."""

    field = "word"


def by_student(application: Application, *, code: str, word: str) -> None:
    """Forget the student who asks for it, with the code and the word. Raises NotTyped, WrongCode."""
    require_word(word)
    rights.require_code(application, code)
    _erase(application, by=None)


def by_officer(application: Application, *, word: str, by: User) -> None:
    """Forget a student who has asked an officer. Raises NotAllowed, ReauthenticationNeeded, NotTyped."""
    access.require(by, Action.ERASE_PERSON, application)
    require_word(word)
    _erase(application, by=by)


def require_word(word: str) -> None:
    """Return quietly where somebody has typed that they mean it. Raises NotTyped."""
    if word.strip().strip("“”\"'").casefold() != WORD:
        raise NotTyped()


def _erase(application: Application, *, by: User | None) -> None:
    ref = application.ref
    forget(application, by=by)
    db.session.flush()
    journal.write(KIND, ref)  # last, and before the commit: see there


def forget(application: Application, *, by: User | None) -> bool:
    """Everything about one student; whether there was anything left. For retention and restored backups, too."""
    application = db.session.scalars(queries.locked(application.id)).one()
    if rights.is_erased(application):
        return False
    notice.forget_addresses(rights.addresses_of(application))
    alias, money_left = application.alias, _undisbursed(application)
    for campaign in campaigns.of_student(application.id):
        only = campaigns.alone(campaign)
        campaigns.remove_student(campaign, application.id, alias)
        updates.remove_student(campaign, alias, every=only)
        asks.remove_student(campaign, alias, every=only)
        audit.record(by, "campaign.student_removed", campaign)
    rights.forget(application, registry.HELD, by=by)
    if money_left:
        _tell_treasurers(application)
    return True


def _undisbursed(application: Application) -> bool:
    return any(row.pledged > row.disbursed for row in db.session.execute(queries.lines_of(application.id)))


def _tell_treasurers(application: Application) -> None:
    """That money for a student who was erased is still here; the today page shows it until it is settled."""
    community = application.organisation
    for person in db.session.scalars(access.holders(Action.PROPOSE_DISBURSEMENT, community.id)):
        notice.send(
            person.email,
            "report/mail/left",
            key=f"application.erased:{application.id}",
            ref=application.ref,
            url=links.url("payment.money", slug=community.slug),
            community_name=community.name,
            why=f"You look after the money of {community.name}.",
        )


def reapply(lines: set[str]) -> int:
    """Forget again everybody whom these lines, or the store, say were forgotten; gives how many were.

    For a database that was restored from before. Commits one by one.
    """
    alive = (
        sa.select(Application.id, Application.ref)
        .join(PersonKey, PersonKey.application_id == Application.id)
        .where(PersonKey.wrapped.is_not(None))
    )
    with db.reading():
        known = {ref: number for number, ref in db.session.execute(alive.order_by(Application.id))}
        db.session.rollback()
    found = journal.noted(KIND, known, lines)
    for ref in found:
        with db.transaction():
            forget(db.session.get_one(Application, known[ref]), by=None)
    return len(found)
