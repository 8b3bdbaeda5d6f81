"""What is filled in about payments to schools."""

from campaigns.disbursement.forms.batches import DownloadForm, VoidForm, batch_form
from campaigns.disbursement.forms.payments import CancelForm, ProofForm, ReleaseForm, propose_form
from campaigns.disbursement.forms.plans import plan_form, return_form
from campaigns.disbursement.forms.receipts import AcceptForm, received_form

__all__ = [
    "AcceptForm",
    "CancelForm",
    "DownloadForm",
    "ProofForm",
    "ReleaseForm",
    "VoidForm",
    "batch_form",
    "plan_form",
    "propose_form",
    "received_form",
    "return_form",
]
