"""An invoice, held while something is noted about it; and its owner forgotten."""

import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.notice.rules import ERASED
from campaigns.payment.models import Bill
from campaigns.payment.queries import bills as queries


def held(bill_id: int) -> Bill:
    """An invoice as it is now, held until this transaction ends."""
    db.session.execute(sa.select(Bill.id).where(Bill.id == bill_id).with_for_update()).one()
    return db.session.scalars(queries.bill(bill_id)).one()


def forget_bills(address: str) -> None:
    """Say no more whom the invoices to an address were for; what is still to be paid of them is called off."""
    for bill in db.session.scalars(sa.select(Bill).where(Bill.email == address)).all():
        bill.end_wanted_at = bill.end_wanted_at or clock.now()
        bill.name, bill.email, bill.address = "Anonymous", f"bill-{bill.id}{ERASED}", {}
        bill.tax_id = bill.po_number = None
    db.session.flush()
