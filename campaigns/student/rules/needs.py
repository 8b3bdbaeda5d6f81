"""The team makes sure of each cost, and corrects one that is wrong."""

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.student import queries
from campaigns.student.models import Application, Document, Need, NeedVerification
from campaigns.student.states import FUNDABLE, OPEN, CostState, How, Stage

LONGEST = timedelta(days=365)
USUAL = timedelta(days=182)
SOON = timedelta(days=14)
CORRECTABLE = OPEN | {Stage.WAITLISTED, Stage.APPEALED}
VERIFIABLE = CORRECTABLE | FUNDABLE | {Stage.MORE_INFO}


class NotNow(Refused):
    """In the stage in which this application is, its costs are not looked at."""


class NeedChanged(Refused):
    """This cost was changed since you opened the page. Look at it again."""


class BadEnd(Refused):
    """Choose a day after today and at most a year away."""

    field = "expires_on"


class NotItsPaper(Refused):
    """Choose one of the papers of this application."""

    field = "document"


class NotItsWord(Refused):
    """The school has not confirmed this amount by its link. Say how else you know it, or ask the school."""

    field = "how"


class Cost(NamedTuple):
    """A cost line, how far it is confirmed, and by the last verification, if there is any."""

    need: Need
    state: CostState
    last: NeedVerification | None

    @property
    def ends_soon(self) -> bool:
        """It holds, and for two weeks at most."""
        held = self.state is CostState.VERIFIED and self.last is not None
        return held and self.last.expires_on < clock.today() + SOON  # type: ignore[union-attr]


def costs(application: Application) -> list[Cost]:
    """The costs of an application, in order, and how far each is confirmed; `needs` must be loaded."""
    given = defaultdict(list)
    for each in db.session.scalars(queries.verifications_of(application.id)):
        given[each.need_id].append(each)
    return [_cost(need, given[need.id], application.school_id) for need in application.needs]


def _cost(need: Need, given: list[NeedVerification], school_id: int | None) -> Cost:
    fitting = [each for each in given if each.fits(need, school_id)]
    holding = [each for each in fitting if each.holds_by_date]
    if holding:
        return Cost(need, CostState.VERIFIED, max(holding, key=lambda each: each.expires_on))
    if fitting:
        return Cost(need, CostState.EXPIRED, fitting[-1])
    return Cost(need, CostState.CHANGED, given[-1]) if given else Cost(need, CostState.UNVERIFIED, None)


def verify(
    need: Need,
    how: How,
    expires_on: date,
    *,
    seen: str,
    note: str = "",
    document: Document | None = None,
    by: User,
) -> NeedVerification:
    """Note that a cost is right, as of now until the end of `expires_on`; `seen` is the fingerprint of what was read.

    Raises NotAllowed, NotNow, NeedChanged, BadEnd, NotItsPaper, NotItsWord.
    """
    application = db.session.scalars(queries.locked(need.application_id)).one()
    access.require(by, Action.VERIFY_NEED, application)
    db.session.refresh(need)
    if application.stage not in VERIFIABLE:
        raise NotNow()
    if need.fingerprint != seen:
        raise NeedChanged()
    if not clock.today() < expires_on <= clock.today() + LONGEST:
        raise BadEnd()
    if document is not None and document.application_id != application.id:
        raise NotItsPaper()
    require_word(need, how, need.money)
    return note_verified(application, need, how, expires_on, note=note, document=document, by=by)


def require_word(need: Need, how: How, amount: Money) -> None:
    """Return quietly unless it is said that the school confirmed this amount, and it did not. Raises NotItsWord."""
    if how is not How.SCHOOL_CONFIRMED:
        return
    words = db.session.scalars(queries.confirmed_needs([need.application_id]))
    if not any((word.need_id, word.money) == (need.id, amount) for word in words):
        raise NotItsWord()


def note_verified(
    application: Application,
    need: Need,
    how: How,
    expires_on: date,
    *,
    note: str = "",
    document: Document | None = None,
    by: User,
) -> NeedVerification:
    """Add the row; for rules that have asked for the permission."""
    made = NeedVerification(
        application_id=application.id,
        need_id=need.id,
        kind=need.kind,
        amount=need.amount,
        currency=need.currency,
        term=need.term,
        school_id=application.school_id,
        how=how,
        note=note or None,
        document_id=document.id if document else None,
        verified_by_id=by.id,
        applicant_user_id=application.applicant_user_id,
        expires_on=expires_on,
    )
    db.session.add(made)
    audit.record(by, "application.cost_verified", application, need=need.id, how=how.value, until=str(expires_on))
    return made
