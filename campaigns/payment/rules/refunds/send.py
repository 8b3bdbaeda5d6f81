"""Having the provider send a refund: asked once it is committed, and again with its key until it has answered."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.answers import TakenBack
from campaigns.payment.back import Return
from campaigns.payment.gateway import KEY_LASTS, Gateway
from campaigns.payment.models import PaymentAttempt, Refund
from campaigns.payment.queries import refunds as find
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.refunds import settle
from campaigns.payment.states import CaseKind, RefundState

PATIENCE = timedelta(minutes=10)
BATCH = 50


def send(refund_id: int, *, waiting: bool = True) -> None:
    """Ask the provider to send a refund, and keep what it says.

    Commits. An unclear answer leaves the refund begun: `follow` asks again with the same key. One that the provider
    refuses has failed, and its money is where it was.
    """
    stripe = gateway.current()
    db.session.commit()
    if stripe is None:
        return
    with db.reading(), db.transaction():
        order, begun = _order(refund_id)
    if order is None:
        return
    try:
        said = _found(order, begun, stripe) or stripe.give_back(order, waiting=waiting)
    except (gateway.TryLater, gateway.Unclear) as fault:
        _keep(refund_id, fault)
    except gateway.KeyReused as fault:
        _keep(refund_id, fault, CaseKind.KEY_REUSED)
    except gateway.Rejected as fault:
        _refuse(refund_id, fault)
    else:
        _answered(refund_id, said)


def _order(refund_id: int) -> tuple[Return | None, bool]:
    """What is asked for (None where it was answered), and whether so long ago that the key is forgotten."""
    refund = db.session.get_one(Refund, refund_id)
    if refund.state is not RefundState.BEGUN or refund.attempt_id is None:
        return None, False
    charge = db.session.get_one(PaymentAttempt, refund.attempt_id).charge_ref or ""
    return Return(refund.key, charge, refund.money), clock.now() - refund.asked_at >= KEY_LASTS


def _found(order: Return, forgotten: bool, stripe: Gateway) -> TakenBack | None:
    return stripe.find_refund(order) if forgotten else None


def _answered(refund_id: int, said: TakenBack) -> None:
    with db.transaction():
        settle.reflect(settle.held(refund_id), said)


def _keep(refund_id: int, fault: Exception, case: CaseKind | None = None) -> None:
    with db.transaction():
        refund = settle.held(refund_id)
        refund.fault, refund.changed_at = str(fault)[:300], clock.now()
        if case is not None:
            key = f"refund:ours:{refund.id}:{case}"
            open_case(case, key, organisation_id=refund.organisation_id, money=refund.money, note=str(fault))


def _refuse(refund_id: int, fault: Exception) -> None:
    with db.transaction():
        refund = settle.held(refund_id)
        if refund.state is RefundState.BEGUN:
            settle.failed(refund, str(fault))


@sweep
def follow() -> None:
    """Ask after every refund that has been without an end, and unlooked-at, for ten minutes."""
    stripe = gateway.current()
    if stripe is None:
        return
    with db.reading(), db.transaction():
        stale = list(db.session.scalars(find.stale(clock.now() - PATIENCE, BATCH)))
    for refund_id in stale:
        try:
            _look_at(refund_id, stripe)
        except (gateway.Unclear, gateway.TryLater):
            return  # the provider is not well; the next sweep asks again
        except gateway.Rejected as fault:
            _keep(refund_id, fault, CaseKind.PROVIDER_SAYS_OTHERWISE)


def _look_at(refund_id: int, stripe: Gateway) -> None:
    with db.transaction():
        db.session.execute(sa.update(Refund).where(Refund.id == refund_id).values(changed_at=clock.now()))
        ref = db.session.scalar(sa.select(Refund.provider_ref).where(Refund.id == refund_id))
    if ref is None:
        send(refund_id, waiting=False)
    else:
        _answered(refund_id, stripe.refund(ref))
