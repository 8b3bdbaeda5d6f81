"""Payments to schools: planned, paid by budget line, receipted, and what came back."""

from campaigns.disbursement.models.batch import TransferBatch
from campaigns.disbursement.models.payment import Disbursement, DisbursementPart
from campaigns.disbursement.models.receipt import ReceiptStudent, SchoolReceipt
from campaigns.disbursement.models.returned import Return, ReturnPart
from campaigns.disbursement.models.tranche import Tranche, TranchePart

__all__ = [
    "Disbursement",
    "DisbursementPart",
    "ReceiptStudent",
    "Return",
    "ReturnPart",
    "SchoolReceipt",
    "Tranche",
    "TranchePart",
    "TransferBatch",
]
