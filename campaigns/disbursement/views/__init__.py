"""Pages on which the team pays schools."""

from campaigns.disbursement.views import batches, payments, plans, receipts, returns, transfers
from campaigns.disbursement.views.base import blueprint

__all__ = ["batches", "blueprint", "payments", "plans", "receipts", "returns", "transfers"]
