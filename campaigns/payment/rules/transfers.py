"""Having the card company send money to a school: once for each payment, asked again until it has answered.

Who may, how much and whether it is there is settled by whoever begins a transfer; whether it may still go when it is
asked again, and what its end means for the payment, is theirs, too: `only_while`, `on_end`.
"""

from collections.abc import Callable
from datetime import timedelta

from campaigns.audit import rules as audit
from campaigns.kit import clock, db, refs
from campaigns.kit.money import Money
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.gateway import KEY_LASTS
from campaigns.payment.gateway.connect import Sent, TransferOrder
from campaigns.payment.models import ProviderTransfer
from campaigns.payment.queries import connect as queries
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.states import CaseKind, TransferState

PATIENCE = timedelta(minutes=2)
BATCH = 50

_told: list[Callable[[ProviderTransfer], None]] = []
_asked: list[Callable[[ProviderTransfer], bool]] = []


def on_end(hear: Callable[[ProviderTransfer], None]) -> Callable[[ProviderTransfer], None]:
    """Have this told, in the same transaction, when a transfer was sent or refused."""
    _told.append(hear)
    return hear


def only_while(may_go: Callable[[ProviderTransfer], bool]) -> Callable[[ProviderTransfer], bool]:
    """Have this asked each time before the provider is told to send: False, and it is not told any more."""
    _asked.append(may_go)
    return may_go


def begin(cause: str, money: Money, account_ref: str, organisation_id: int) -> ProviderTransfer:
    """Note, in the caller's transaction, that so much is to be sent for a payment; a second time is the first one."""
    known = db.session.scalars(queries.live_for(cause)).one_or_none()
    if known is not None:
        return known
    made = ProviderTransfer(cause=cause, account_ref=account_ref, organisation_id=organisation_id)
    made.amount, made.currency, made.key = money.amount, money.currency, f"{refs.random_ref(20)}:transfer:{cause}"
    db.session.add(made)
    db.session.flush()
    return made


def send(transfer_id: int, *, waiting: bool = True) -> None:
    """Tell the provider to send it, and keep what it says. Commits.

    An unclear answer leaves it begun: `follow` asks again with the same key, or looks for what that has made.
    """
    stripe = gateway.current()
    db.session.commit()
    if stripe is None:
        return
    with db.reading(), db.transaction():
        order, forgotten, may_go = _order(transfer_id)
    if order is None:
        return
    try:
        said = stripe.find_transfer(order.key) if forgotten or not may_go else None
        said = said or (stripe.transfer(order, waiting=waiting) if may_go else None)
    except (gateway.TryLater, gateway.Unclear) as fault:
        _keep(transfer_id, fault)
    except gateway.KeyReused as fault:
        _keep(transfer_id, fault, CaseKind.KEY_REUSED)
    except gateway.Rejected as fault:
        _refuse(transfer_id, str(fault))
    else:
        _end(transfer_id, said)


def _order(transfer_id: int) -> tuple[TransferOrder | None, bool, bool]:
    """What is asked for (None where it was answered), whether its key is forgotten by now, and whether it may go."""
    found = db.session.get_one(ProviderTransfer, transfer_id)
    if found.state is not TransferState.BEGUN:
        return None, False, False
    order = TransferOrder(found.key, found.money, found.account_ref, f"School fees {found.cause}")
    return order, clock.now() - found.asked_at >= KEY_LASTS, all(may_go(found) for may_go in _asked)


def _end(transfer_id: int, said: Sent | None) -> None:
    if said is None:
        _refuse(transfer_id, "The school must not be paid there any more, so this was not sent.")
        return
    with db.transaction():
        _answered(transfer_id, said)


def _answered(transfer_id: int, said: Sent) -> None:
    found = db.session.scalars(queries.locked(transfer_id)).one()
    wrong = _wrong(found, said)
    if wrong:
        found.changed_at = clock.now()
        _case(found, CaseKind.AMOUNT_MISMATCH, wrong)
        return
    if found.state is TransferState.BEGUN:
        found.provider_ref, found.fault = said.ref, None
        found.move_to(TransferState.SENT)
        audit.record(None, "transfer.sent", found)
        _tell(found)
    if said.returned.amount > found.returned:
        found.returned, found.changed_at = said.returned.amount, clock.now()
        _case(
            found,
            CaseKind.BOOK_DIFFERS,
            f"{said.returned} of what was sent to the school for payment {found.cause} is back at the card company:"
            " record it there as money that came back",
            of=said.returned,
        )


def _wrong(found: ProviderTransfer, said: Sent) -> str:
    """Why what the provider says cannot be what was asked for; empty where it can."""
    if said.money != found.money:
        return f"{found.money} was to be sent, {said.money} was"
    if found.state is TransferState.REFUSED:
        return f"Sending {found.money} for payment {found.cause} was refused, yet it was sent as {said.ref}"
    return ""


def _tell(found: ProviderTransfer) -> None:
    for hear in _told:
        hear(found)


def _keep(transfer_id: int, fault: Exception, case: CaseKind | None = None) -> None:
    with db.transaction():
        found = db.session.scalars(queries.locked(transfer_id)).one()
        found.fault, found.changed_at = str(fault)[:300], clock.now()
        if case is not None:
            _case(found, case, str(fault))


def _refuse(transfer_id: int, why: str) -> None:
    with db.transaction():
        found = db.session.scalars(queries.locked(transfer_id)).one()
        if found.state is TransferState.BEGUN:
            found.fault = why[:300]
            found.move_to(TransferState.REFUSED)
            audit.record(None, "transfer.refused", found)
            _tell(found)


def _case(found: ProviderTransfer, kind: CaseKind, note: str, of: Money | None = None) -> None:
    key = f"transfer:{found.id}:{kind}:{of.amount if of else ''}"
    open_case(kind, key, organisation_id=found.organisation_id, money=of or found.money, note=note)


def reflect(said: Sent) -> bool:
    """Bring a transfer to what the provider says of it; whether it is one of ours."""
    transfer_id = db.session.scalars(queries.with_key(said.key)).one_or_none() if said.key else None
    if transfer_id is None:
        return False
    _answered(transfer_id, said)
    return True


@sweep
def follow() -> None:
    """Ask again about every transfer that had no clear answer."""
    if gateway.current() is None:
        return
    with db.reading(), db.transaction():
        waiting = list(db.session.scalars(queries.unanswered(clock.now() - PATIENCE, BATCH)))
    for transfer_id in waiting:
        send(transfer_id, waiting=False)
