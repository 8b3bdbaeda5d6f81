"""Money that arrived for an instalment."""

from datetime import datetime

from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.status import derive
from campaigns.pledge.states import InstalmentState


class Overpaid(Refused):
    """More was paid than is due."""

    field = "amount"


def settle(instalment: Instalment, paid: Money, *, at: datetime | None = None) -> None:
    """Mark an instalment paid, as of `at` (now by default), and bring its pledge's status up to date.

    A short payment closes it at what was paid and leaves a new instalment, with a reference of its
    own, for the rest. Raises Overpaid where more was paid than is due, CurrencyMismatch for another
    currency, IllegalMove where nothing is due any more. The caller holds the campaign's lock.
    """
    rest = instalment.money - paid
    if rest.amount < 0:
        raise Overpaid()
    pledge = db.session.scalars(queries.whole(instalment.pledge_id)).one()
    before = instalment.state
    instalment.move_to(InstalmentState.PAID)
    instalment.paid_at = at or clock.now()
    if rest:
        instalment.amount = paid.amount
        pledge.instalments.append(_rest(pledge, instalment, rest, before))
    pledge.status = derive(pledge)
    db.session.flush()


def _rest(pledge: Pledge, paid: Instalment, rest: Money, state: InstalmentState) -> Instalment:
    number = max(each.number for each in pledge.instalments) + 1
    return Instalment(
        number=number,
        reference=refs.creditor_reference(f"{pledge.ref}{number}"),
        amount=rest.amount,
        currency=rest.currency,
        due_on=paid.due_on,
        state=state,
        reminded_at=paid.reminded_at,
    )
