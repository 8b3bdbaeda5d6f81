"""Every write to a pledge: promised, confirmed, settled, changed, ended, and what no longer adds up."""

from campaigns.pledge.rules.amend import BadDay, IsPaused, PaidMeanwhile, Wanted, amend, resize
from campaigns.pledge.rules.answer import answer
from campaigns.pledge.rules.cards import NotByCard, is_payable
from campaigns.pledge.rules.changes import NoMessage, change, show_message
from campaigns.pledge.rules.check import problems
from campaigns.pledge.rules.confirmation import NotPromised, Wishes, confirm, stand, thank, wait_no_more
from campaigns.pledge.rules.end import NothingToEnd, end_quietly, withdraw
from campaigns.pledge.rules.goal import follow_goals
from campaigns.pledge.rules.group import (
    BadChoice,
    ForOne,
    OthersWereFaster,
    Share,
    confirm_several,
    promise_several,
    split,
)
from campaigns.pledge.rules.overdue import follow_up, forget_unconfirmed
from campaigns.pledge.rules.parting import give_back, move, stay
from campaigns.pledge.rules.pause import CannotPause, NotPaused, end_pauses, pause, resume
from campaigns.pledge.rules.promises import Offer, make, promise
from campaigns.pledge.rules.renewal import approve, ask_sponsors, propose, settle_refund
from campaigns.pledge.rules.returning import restore, returned, unspent
from campaigns.pledge.rules.settlement import Overpaid, settle
from campaigns.pledge.rules.status import derive
from campaigns.pledge.rules.taken import (
    Closed,
    FullyCovered,
    MoreThanUncovered,
    Paused,
    Reserved,
    TooSmall,
    check_running,
    check_taken,
    floor,
    is_open,
)
from campaigns.pledge.rules.terms import BadTerms, Term

__all__ = [
    "BadChoice",
    "BadDay",
    "BadTerms",
    "CannotPause",
    "Closed",
    "ForOne",
    "FullyCovered",
    "IsPaused",
    "MoreThanUncovered",
    "NoMessage",
    "NotByCard",
    "NotPaused",
    "NotPromised",
    "NothingToEnd",
    "Offer",
    "OthersWereFaster",
    "Overpaid",
    "PaidMeanwhile",
    "Paused",
    "Reserved",
    "Share",
    "Term",
    "TooSmall",
    "Wanted",
    "Wishes",
    "amend",
    "answer",
    "approve",
    "ask_sponsors",
    "change",
    "check_running",
    "check_taken",
    "confirm",
    "confirm_several",
    "derive",
    "end_pauses",
    "end_quietly",
    "floor",
    "follow_goals",
    "follow_up",
    "forget_unconfirmed",
    "give_back",
    "is_open",
    "is_payable",
    "make",
    "move",
    "pause",
    "problems",
    "promise",
    "promise_several",
    "propose",
    "resize",
    "restore",
    "resume",
    "returned",
    "settle",
    "settle_refund",
    "show_message",
    "split",
    "stand",
    "stay",
    "thank",
    "unspent",
    "wait_no_more",
    "withdraw",
]
