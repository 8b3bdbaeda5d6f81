"""An order is made, taken back, and ends by itself once nothing of it is unpaid."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db, queue, refs
from campaigns.kit.errors import Refused
from campaigns.pledge.models import Instalment
from campaigns.remittance import queries
from campaigns.remittance.models import RemittanceLine, RemittanceOrder
from campaigns.remittance.states import OrderState

AT_ONCE = 500


class NothingChosen(Refused):
    """Choose at least one instalment."""

    field = "instalments"


class NotPayable(Refused):
    """One of these is paid, on hold or not due any more. The list below is as it stands now."""

    field = "instalments"


class AlreadyOrdered(Refused):
    """One of these stands in another transfer that you have prepared. Pay that one, or take it back first."""

    field = "instalments"


def order(company: Organisation, instalment_ids: Collection[int], *, by: User) -> list[RemittanceOrder]:
    """Put instalments together to be paid by one transfer for each community and currency, the longest due first.

    The same choice again gives the orders that it has made. Raises NotAllowed, NothingChosen, NotPayable,
    AlreadyOrdered.
    """
    access.require(by, Action.PAY_FOR_COMPANY, company)
    _hold(company)
    chosen = set(instalment_ids)
    if not chosen:
        raise NothingChosen()
    follow_lines()
    payable = db.session.scalars(queries.payable(company.id).where(Instalment.id.in_(chosen))).all()
    if len(payable) != len(chosen):
        raise NotPayable()
    taken = dict(db.session.execute(queries.in_open_orders(company.id)).all())
    if chosen & set(taken):
        return _same(company, chosen, taken)
    groups: dict[tuple[int, str], list[Instalment]] = defaultdict(list)
    for instalment in payable:
        groups[instalment.pledge.organisation_id, instalment.currency].append(instalment)
    return [_make(company, *key, instalments, by) for key, instalments in groups.items()]


def _hold(company: Organisation) -> None:
    """Of two who put together at once, one waits."""
    row = sa.select(Organisation.id).where(Organisation.id == company.id).with_for_update()
    db.session.execute(row)


def _same(company: Organisation, chosen: set[int], taken: dict[int, str]) -> list[RemittanceOrder]:
    """The orders of the first half of a double click. Raises AlreadyOrdered where the choice is another."""
    references = {taken.get(each) for each in chosen}
    if None in references or {each for each, reference in taken.items() if reference in references} != chosen:
        raise AlreadyOrdered()
    found = queries.of_company(company.id).where(RemittanceOrder.reference.in_(references))
    return list(db.session.scalars(found))


def _make(
    company: Organisation, organisation_id: int, currency: str, instalments: Sequence[Instalment], by: User
) -> RemittanceOrder:
    made = RemittanceOrder(
        reference=refs.creditor_reference(f"B{refs.random_ref(10)}"),
        organisation_id=organisation_id,
        company_id=company.id,
        amount=sum(each.amount for each in instalments),
        currency=currency,
        created_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    lines = [RemittanceLine(order_id=made.id, instalment_id=each.id, amount=each.amount) for each in instalments]
    db.session.add_all(lines)
    db.session.flush()
    audit.record(by, "remittance.ordered", made, amount=made.amount, currency=currency, instalments=len(lines))
    return made


def cancel(found: RemittanceOrder, *, by: User) -> None:
    """Take an order back before it is paid: its instalments may be put together anew. Raises NotAllowed, IllegalMove.

    A transfer that quotes its reference all the same is matched by hand.
    """
    company = db.session.get_one(Organisation, found.company_id)
    access.require(by, Action.PAY_FOR_COMPANY, company)
    _hold(company)
    db.session.refresh(found, ["state"], with_for_update=True)
    _end(found, OrderState.CANCELLED)
    audit.record(by, "remittance.cancelled", found)


def _end(found: RemittanceOrder, state: OrderState) -> None:
    found.move_to(state)
    found.ended_at = clock.now()
    lines = sa.update(RemittanceLine).where(RemittanceLine.order_id == found.id).values(is_open=False)
    db.session.execute(lines.execution_options(synchronize_session=False))
    db.session.flush()


def follow_lines() -> int:
    """Close the lines whose instalment is paid or has ended; how many were."""
    lines = db.session.scalars(queries.settled_lines(AT_ONCE)).all()
    for line in lines:
        line.is_open = False
    db.session.flush()
    return len(lines)


@queue.sweep
def follow() -> None:
    """Close the orders of which nothing is unpaid any more."""
    more = AT_ONCE
    while more == AT_ONCE:
        with db.transaction():
            more = follow_lines()
            for found in db.session.scalars(queries.without_open_lines().limit(AT_ONCE)):
                _end(found, OrderState.CLOSED)
                audit.record(None, "remittance.closed", found)
