"""Every write to a payment to a school."""

from campaigns.disbursement.rules.ask_school import ask_again
from campaigns.disbursement.rules.batch import download, make_batch, settle, void
from campaigns.disbursement.rules.check import problems
from campaigns.disbursement.rules.debt import debt_of
from campaigns.disbursement.rules.lines import OpenLine, available, open_lines
from campaigns.disbursement.rules.plan import Step, make_plan
from campaigns.disbursement.rules.propose import cancel, propose, propose_next, require_apart
from campaigns.disbursement.rules.prove import prove
from campaigns.disbursement.rules.receipt import Received, accept, behind, confirm, students
from campaigns.disbursement.rules.release import approve, release, require_release, second_people
from campaigns.disbursement.rules.remind import remind_of_receipts
from campaigns.disbursement.rules.returned import CameBack, record_return
from campaigns.disbursement.rules.tell_returned import tell_sponsors
from campaigns.disbursement.rules.transfer import order as order_transfer
from campaigns.disbursement.rules.turn import is_late
from campaigns.disbursement.rules.where import has_changed, in_use, look_again

__all__ = [
    "CameBack",
    "OpenLine",
    "Received",
    "Step",
    "accept",
    "approve",
    "ask_again",
    "available",
    "behind",
    "cancel",
    "confirm",
    "debt_of",
    "download",
    "has_changed",
    "in_use",
    "is_late",
    "look_again",
    "make_batch",
    "make_plan",
    "open_lines",
    "order_transfer",
    "problems",
    "propose",
    "propose_next",
    "prove",
    "record_return",
    "release",
    "remind_of_receipts",
    "require_apart",
    "require_release",
    "second_people",
    "settle",
    "students",
    "tell_sponsors",
    "void",
]
