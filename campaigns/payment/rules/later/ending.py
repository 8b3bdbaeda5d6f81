"""The end of a saved card."""

import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.notice.rules import ERASED
from campaigns.payment.models import ChargeMandate, SavedMethod
from campaigns.payment.queries import saved as queries
from campaigns.payment.states import MandateState


def end_method(method: SavedMethod) -> list[ChargeMandate]:
    """End a card and every agreement to charge it; gives those. A sweep has the provider forget it."""
    ended = list(db.session.scalars(queries.with_method(method.id)))
    for mandate in ended:
        mandate.move_to(MandateState.ENDED)
    method.ended_at = method.ended_at or clock.now()
    db.session.flush()
    return ended


def forget_cards(address: str) -> None:
    """End every card that was saved with an address, and say no more whose it was."""
    mine = sa.select(SavedMethod).where(SavedMethod.email == address.lower())
    for method in db.session.scalars(mine).all():
        end_method(method)
        method.email, method.last_four, method.brand = f"card-{method.id}{ERASED}", "0000", "card"
    db.session.flush()
