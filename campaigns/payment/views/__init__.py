"""Pages about money that comes in."""

from campaigns.payment.rules import reconcile
from campaigns.payment.rules.later import questions
from campaigns.payment.views import bank, bill, card, importing, money, papers, receipt, splitting, stripe, unclaimed
from campaigns.payment.views.base import blueprint
from campaigns.payment.views.pool import pool

__all__ = [
    "bank",
    "bill",
    "blueprint",
    "card",
    "importing",
    "money",
    "papers",
    "pool",
    "questions",
    "receipt",
    "reconcile",
    "splitting",
    "stripe",
    "unclaimed",
]
