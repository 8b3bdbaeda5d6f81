"""What no longer adds up between choices, pledges and the book."""

import sqlalchemy as sa

from campaigns.departure.models import Departure, Share
from campaigns.departure.states import Choice, DepartureState
from campaigns.kit import db
from campaigns.ledger.models import Movement


def problems() -> list[str]:
    """Money that was moved by a choice and stands otherwise in the book; settled departures with something open."""
    kind = sa.case((Share.effect == Choice.BACK, "refund_due"), else_="transfer")
    cause = sa.literal("departure:") + sa.cast(Share.id, sa.String)
    booked = sa.and_(Movement.kind == kind, Movement.external_id == cause)
    moved = sa.func.coalesce(Movement.amount, 0)
    wrong = sa.select(Share.id, Share.moved, moved).outerjoin(Movement, booked).where(Share.moved != moved)
    settled = Departure.state == DepartureState.SETTLED
    still_open = sa.select(Share.id).join(Share.departure).where(settled, Share.done_at.is_(None))
    return [
        *(f"share {id_}: {kept} moved, {real} in the book" for id_, kept, real in db.session.execute(wrong)),
        *(f"share {id_}: open, though its departure is settled" for id_ in db.session.scalars(still_open)),
    ]
