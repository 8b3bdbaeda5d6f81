"""Fees, each on its own account; none is ever taken out of what a sponsor gave for a student.

What the card company keeps, what it asks for a dispute and what Vouch asks stand below zero on accounts of the
community, which carries them; what sponsors add on top to cover them stands on an account of its own.
"""

from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.kit.amounts import digits
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import Movement
from campaigns.payment import gateway
from campaigns.payment.answers import Payment
from campaigns.payment.models import PaymentAttempt
from campaigns.pledge.rules import cards

BASIS = 10_000


class Rate(NamedTuple):
    """What a card payment costs in one currency: a share, and a fixed part in major units."""

    share: Decimal
    fixed: Decimal
    currency: str


def offered(money: Money) -> Money | None:
    """What a sponsor is offered to add to `money`; None for a currency whose fee is not known."""
    return cover(money, tuple(Rate(*each) for each in gateway.card_fees()))


def cover(money: Money, rates: "tuple[Rate, ...]") -> Money | None:
    """What to add so that `money` is left when the card company has taken its fee; None for a currency without rate."""
    rate = next((each for each in rates if each.currency == money.currency), None)
    if rate is None:
        return None
    fixed = rate.fixed.scaleb(digits(money.currency))
    extra = (money.amount * rate.share + fixed) / (1 - rate.share)
    step = cards.step(money.currency)
    return Money(int((extra / step).to_integral_value(ROUND_CEILING)) * step, money.currency)


def add_cover(attempt: PaymentAttempt) -> None:
    """Book what came on top for the fee, on its own account; the card company keeps its fee even of what goes back."""
    cause = ("fee_cover", f"stripe:{attempt.charge_ref}")
    _move(Money(attempt.cover, attempt.currency), attempt.organisation_id, "stripe", "fee:covered", cause)


def keep(attempt: PaymentAttempt, payment: Payment) -> None:
    """Book what the card company kept of a payment, once it is known."""
    if payment.fee and payment.charge_ref is not None and payment.charge_ref == attempt.charge_ref:
        book(attempt.organisation_id, payment.fee, payment.charge_ref)


def book(organisation_id: int, fee: Money, charge_ref: str) -> bool:
    """The same for one charge; whether it was not booked before."""
    cause = ("fee", f"stripe:{charge_ref}")
    known = sa.select(Movement.id).where(Movement.kind == cause[0], Movement.external_id == cause[1])
    if db.session.scalar(known) is not None:
        return False
    db.session.execute(
        sa.select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    )
    return _move(fee, organisation_id, "fee:stripe", "stripe", cause)


def ask_for_platform(movement: Movement, organisation_id: int) -> None:
    """Book what Vouch asks of a payment that counted: the community owes it; nothing leaves the campaign."""
    rate = db.session.scalar(sa.select(Community.platform_fee).where(Community.organisation_id == organisation_id))
    fee = Money(movement.amount * (rate or 0) // BASIS, movement.currency)
    if fee:
        source = ledger.account(f"fee:platform:{organisation_id}:{fee.currency}", fee.currency)
        target = ledger.account(f"platform:{fee.currency}", fee.currency)
        ledger.move(fee, source=source, target=target, cause=("platform_fee", movement.external_id))


def _move(amount: Money, organisation_id: int, source: str, target: str, cause: tuple[str, str]) -> bool:
    if amount.amount <= 0:
        return False
    ends = [ledger.account(f"{name}:{organisation_id}:{amount.currency}", amount.currency) for name in (source, target)]
    return ledger.move(amount, source=ends[0], target=ends[1], cause=cause) is not None
