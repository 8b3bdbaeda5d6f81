"""A company asks to pay by invoice, and calls it off again."""

from dataclasses import asdict, dataclass, field

from campaigns.audit import rules as audit
from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Refused
from campaigns.kit.queue import nudge
from campaigns.payment import gateway
from campaigns.payment.models import Bill
from campaigns.payment.queries import bills as queries
from campaigns.payment.rules.bills.ending import end_bills
from campaigns.payment.rules.bills.making import make_bills
from campaigns.payment.rules.checkout import NothingDue
from campaigns.payment.states import LIVE_BILLS, BillState
from campaigns.pledge.models import Instalment, Pledge

TERMS = (14, 30, 60)


class NoInvoices(Refused):
    """Invoices cannot be made here right now. Please pay by bank transfer; the details are on your pledge's page."""


class NotACompany(Refused):
    """Invoices are for companies and organisations. Please pay by bank transfer or card."""


@dataclass(frozen=True)
class Wanted:
    """What a company says of the invoice it wants."""

    name: str  # the billing entity
    email: str
    days: int
    po_number: str | None = None
    tax_id: str | None = None
    address: dict[str, str] = field(default_factory=dict)


def ask(pledge: Pledge, wanted: Wanted) -> Bill:
    """Note that what is due next of a company's pledge is to be paid by invoice; a sweep makes and sends it.

    Sent twice, it is one invoice. Raises NoInvoices, NotACompany, NothingDue.
    """
    if gateway.current() is None:
        raise NoInvoices()
    if not is_for_companies(pledge):
        raise NotACompany()
    due = to_bill(pledge)
    if due is None:
        raise NothingDue()
    new = db.insert(Bill).values(
        **asdict(wanted),
        organisation_id=pledge.organisation_id,
        instalment_id=due.id,
        state=BillState.ASKED,
        amount=due.amount,
        currency=due.currency,
        key=f"{refs.random_ref(20)}:bill:{due.id}",
        tries=0,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    db.session.execute(new.on_conflict_do_nothing())
    bill = db.session.scalars(queries.live_of(pledge.id)).one()
    audit.record(None, "bill.asked", bill, days=bill.days)
    nudge(make_bills)
    return bill


def to_bill(pledge: Pledge) -> Instalment | None:
    """What of a pledge can be invoiced now: what is to be paid first, unless the pledge waits or is paused."""
    goes_on = pledge.confirmed_at is not None and not pledge.waits and pledge.paused_until is None
    return pledge.payable() if goes_on else None


def is_for_companies(pledge: Pledge) -> bool:
    """Whether a pledge is that of a company or an organisation."""
    return pledge.company_id is not None or bool(pledge.organisation_name)


def call_off(pledge: Pledge) -> None:
    """Have the invoice of a pledge ended, so that it is paid another way. What was paid meanwhile counts."""
    bill = db.session.scalars(queries.live_of(pledge.id)).one_or_none()
    if bill is None or bill.state not in LIVE_BILLS or bill.end_wanted_at is not None:
        return
    bill.end_wanted_at = clock.now()
    audit.record(None, "bill.called_off", bill)
    nudge(end_bills)
