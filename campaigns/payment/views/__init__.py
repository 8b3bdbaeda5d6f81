"""Pages about money that comes in."""

from campaigns.payment.rules import reconcile
from campaigns.payment.views import stripe
from campaigns.payment.views.base import blueprint

__all__ = ["blueprint", "reconcile", "stripe"]
