"""What no longer adds up between payments, receipts and the ledger."""

from campaigns.kit import db
from campaigns.payment import queries


def problems() -> list[str]:
    """Figures that the ledger contradicts, receipts without their money or their number, entries without a booking."""
    run = db.session.execute
    return [
        *(f"campaign {slug}: kept {kept} received, moved {real}" for slug, kept, real in run(queries.wrong_received())),
        *(f"receipt {id_}: says {said}, moved {moved}" for id_, said, moved in run(queries.wrong_receipts())),
        *(f"movement {id_} ({cause}): no receipt" for id_, cause in run(queries.without_receipt())),
        *(f"receipts of {org} in {year}: {count} up to {last}" for org, year, last, count in run(queries.gaps())),
        *(f"bank entry {id_} of {org}: confirmed, not booked" for id_, org in run(queries.unmoved_entries())),
    ]
