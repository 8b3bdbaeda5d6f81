"""What no longer adds up between payments, receipts and the ledger."""

from campaigns.kit import db
from campaigns.payment.queries import bills, figures, pool, saved


def problems() -> list[str]:
    """Figures that the ledger contradicts, receipts without their money or their number, entries without a booking."""
    run = db.session.execute
    return [
        *(f"campaign {slug}: kept {kept} received, moved {real}" for slug, kept, real in run(figures.wrong_received())),
        *(f"receipt {id_}: says {said}, moved {moved}" for id_, said, moved in run(figures.wrong_receipts())),
        *(f"movement {id_} ({cause}): no receipt" for id_, cause in run(figures.without_receipt())),
        *(f"receipts of {org} in {year}: {count} up to {last}" for org, year, last, count in run(figures.gaps())),
        *(f"attempt {id_} ({charge}): succeeded, not booked" for id_, charge in run(bills.unbooked())),
        *(f"agreement {id_}: holds, but its card has ended" for id_ in db.session.scalars(saved.mandates_of_ended())),
        *(f"agreement {id_}: charged beyond it" for id_ in db.session.scalars(saved.beyond_mandate())),
        *(f"pledge {ref}: {moved} given from the pool, {due} pledged" for ref, moved, due in run(pool.wrong_gifts())),
        *(f"bank entry {id_} of {org}: confirmed, not booked" for id_, org in run(figures.unmoved_entries())),
    ]
