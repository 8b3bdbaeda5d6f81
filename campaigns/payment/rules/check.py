"""What no longer adds up between payments, receipts and the ledger."""

from campaigns.kit import db
from campaigns.payment.queries import bills, disputes, figures, pool, refunds, saved


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
        *(
            f"credit notes of {org} in {year}: {count} up to {last}"
            for org, year, last, count in run(figures.note_gaps())
        ),
        *(f"receipt {id_}: {said} for the fee, {moved} moved" for id_, said, moved in run(figures.wrong_covers())),
        *(f"dispute {id_} ({state}): {moved} of {whole} booked" for id_, state, whole, moved in run(disputes.wrong())),
        *(f"pledge {ref}: held back for no dispute, or not for one" for (ref,) in run(disputes.wrong_holds())),
        *(f"credit note {id_}: says {said}, moved {moved}" for id_, said, moved in run(figures.wrong_notes())),
        *(f"receipt {id_}: {back} of {whole} corrected" for id_, whole, back in run(figures.corrected_too_often())),
        *(
            f"refund {id_} ({state}): {apart} set apart, {sent} sent, {again} come again"
            for id_, state, apart, sent, again in run(refunds.wrong())
        ),
        *(f"bank entry {id_} of {org}: confirmed, not booked" for id_, org in run(figures.unmoved_entries())),
    ]
