"""Credit notes: what corrects a receipt when its money has gone back, numbered without gaps per community and year."""

import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.ledger.models import Movement
from campaigns.payment.models import CreditNote, Receipt
from campaigns.payment.rules.receive import hold


def issue(part: Movement, back: Movement | None, cause: str) -> CreditNote | None:
    """Write the next credit note for what went back of a receipted payment, once for each movement.

    None where there is nothing to correct: nobody was given a receipt for `part`, or nothing has moved.
    """
    receipt = db.session.scalars(sa.select(Receipt).where(Receipt.movement_id == part.id)).one_or_none()
    if receipt is None or back is None or _of(back) is not None:
        return None
    hold(receipt.organisation_id)
    year = clock.today().year
    mine = sa.and_(CreditNote.organisation_id == receipt.organisation_id, CreditNote.year == year)
    last = db.session.scalar(sa.select(sa.func.max(CreditNote.number)).where(mine))
    note = CreditNote(
        organisation_id=receipt.organisation_id,
        year=year,
        number=(last or 0) + 1,
        receipt_id=receipt.id,
        movement_id=back.id,
        amount=back.amount,
        currency=back.currency,
        cause=cause,
    )
    db.session.add(note)
    db.session.flush()
    return note


def withdraw(back: Movement) -> None:
    """A note whose money has come again counts no more; it keeps its number."""
    note = _of(back)
    if note is not None:
        note.withdrawn_at = clock.now()


def _of(back: Movement) -> CreditNote | None:
    return db.session.scalars(sa.select(CreditNote).where(CreditNote.movement_id == back.id)).one_or_none()
