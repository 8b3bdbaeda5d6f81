"""Pages about money that comes in."""

from campaigns.payment.rules import balance, reconcile
from campaigns.payment.rules.later import questions
from campaigns.payment.views import (
    bank,
    bill,
    card,
    debts,
    importing,
    money,
    papers,
    payee,
    receipt,
    refunds,
    splitting,
    stripe,
    unclaimed,
)
from campaigns.payment.views.base import blueprint
from campaigns.payment.views.pool import pool

__all__ = [
    "balance",
    "bank",
    "bill",
    "blueprint",
    "card",
    "debts",
    "importing",
    "money",
    "papers",
    "payee",
    "pool",
    "questions",
    "receipt",
    "reconcile",
    "refunds",
    "splitting",
    "stripe",
    "unclaimed",
]
