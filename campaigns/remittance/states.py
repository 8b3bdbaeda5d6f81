"""The life of an order to pay."""

from enum import StrEnum

from campaigns.kit.states import Moves


class OrderState(StrEnum):
    """Where an order is. Closed: nothing of it is unpaid any more, however that came about."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


MOVES: Moves[OrderState] = {OrderState.OPEN: {OrderState.CLOSED, OrderState.CANCELLED}}
