"""Payments that a sponsor's bank takes back."""

from campaigns.payment.rules.disputes.reflect import WARN, reflect, remind

__all__ = ["WARN", "reflect", "remind"]
