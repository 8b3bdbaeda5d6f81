"""A cost turns out to be another: corrected by one person before approval, changed by two after it."""

from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.student import queries
from campaigns.student.models import Application, Need, NeedChange
from campaigns.student.rules.needs import CORRECTABLE, USUAL, NeedChanged, NotNow, note_verified, require_word
from campaigns.student.states import FUNDABLE, ChangeState, How, NeedKind

MATERIAL_PER_CENT = 5


class SameAsBefore(Refused):
    """This is what it says already."""


class ProposedAlready(Refused):
    """Another change of this cost waits for a second person. Let that be decided first."""


class Told(NamedTuple):
    """What a cost is to be, why, and how that is known."""

    kind: NeedKind
    amount: Money
    term: str
    reason: str
    how: How


def is_material(need: Need, told: Told) -> bool:
    """Whether sponsors would have to be asked: more than 5 % up or down, another kind, or another term."""
    moved = abs(told.amount.amount - need.amount) * 100
    return moved > MATERIAL_PER_CENT * need.amount or (told.kind, told.term) != (need.kind, need.term)


def correct(need: Need, told: Told, *, by: User) -> NeedChange:
    """Put a cost right before the application is approved; the student reads what was changed, and why.

    Whoever corrects it has made sure of it by that. Raises NotAllowed, NotNow, SameAsBefore, NotItsWord.
    """
    application = hold(need, by)
    if application.stage not in CORRECTABLE:
        raise NotNow()
    change = _new(application, need, told, material=is_material(need, told), by=by)
    apply(change, application, need, by=None)
    return change


def propose(need: Need, told: Told, *, material: bool, by: User) -> NeedChange:
    """Note what a cost of an approved student is to be; it changes nothing before `apply`.

    Raises NotAllowed, NotNow, SameAsBefore, NotItsWord, ProposedAlready. For the rules of pledges, which know who
    has pledged.
    """
    application = hold(need, by)
    if application.stage not in FUNDABLE:
        raise NotNow()
    return _new(application, need, told, material=material, by=by)


def hold(need: Need, by: User) -> Application:
    """The application behind a cost, held, and the cost as it is now. Raises NotAllowed."""
    application = db.session.scalars(queries.locked(need.application_id)).one()
    access.require(by, Action.VERIFY_NEED, application)
    db.session.refresh(need)
    return application


def _new(application: Application, need: Need, told: Told, *, material: bool, by: User) -> NeedChange:
    if (told.kind, told.amount, told.term) == (need.kind, need.money, need.term):
        raise SameAsBefore()
    require_word(need, told.how, told.amount)
    change = NeedChange(
        application_id=application.id,
        organisation_id=application.organisation_id,
        need_id=need.id,
        state=ChangeState.PROPOSED,
        material=material,
        old_kind=need.kind,
        old_amount=need.amount,
        old_term=need.term,
        new_kind=told.kind,
        new_amount=told.amount.amount,
        new_term=told.term,
        currency=need.currency,
        how=told.how,
        reason=told.reason,
        proposed_by_id=by.id,
        applicant_user_id=application.applicant_user_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(change)
            db.session.flush()
    except IntegrityError as error:
        raise ProposedAlready() from error
    audit.record(by, "application.cost_change_proposed", application, need=need.id, material=material)
    return change


def apply(change: NeedChange, application: Application, need: Need, *, by: User | None) -> None:
    """Let a cost be what a change says, verified by who proposed it; `by` is the second person, where one is needed.

    Raises IllegalMove, NeedChanged where the cost is not what it was when the change was proposed.
    """
    if (need.kind, need.amount, need.term) != (change.old_kind, change.old_amount, change.old_term):
        raise NeedChanged()
    change.move_to(ChangeState.APPLIED)
    change.decided_by_id = by.id if by else None
    need.kind, need.amount, need.term = change.new_kind, change.new_amount, change.new_term
    db.session.flush()
    proposer = db.session.get_one(User, change.proposed_by_id)
    note_verified(application, need, change.how, clock.today() + USUAL, by=proposer)
    audit.record(by or proposer, "application.cost_changed", application, need=need.id, change=change.id)


def decline(change: NeedChange, *, by: User) -> None:
    """Leave the cost as it is. Raises NotAllowed, IllegalMove."""
    access.require(by, Action.APPROVE_NEED_CHANGE, change)
    db.session.scalars(queries.locked(change.application_id)).one()
    db.session.refresh(change)
    change.move_to(ChangeState.DECLINED)
    change.decided_by_id = by.id
    audit.record(by, "application.cost_change_declined", change)
