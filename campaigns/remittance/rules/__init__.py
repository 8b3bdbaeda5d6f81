"""Every write to an order."""

from campaigns.remittance.rules.check import problems
from campaigns.remittance.rules.order import AlreadyOrdered, NothingChosen, NotPayable, cancel, follow, order

__all__ = ["AlreadyOrdered", "NotPayable", "NothingChosen", "cancel", "follow", "order", "problems"]
