"""Pages about money that comes in."""

from campaigns.payment.rules import reconcile
from campaigns.payment.views import bank, importing, money, papers, receipt, splitting, stripe, unclaimed
from campaigns.payment.views.base import blueprint

__all__ = [
    "bank",
    "blueprint",
    "importing",
    "money",
    "papers",
    "receipt",
    "reconcile",
    "splitting",
    "stripe",
    "unclaimed",
]
