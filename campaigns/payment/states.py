"""The life of a try to pay, of a line on a bank statement, of a provider's event."""

from enum import StrEnum

from campaigns.kit.states import Moves


class Provider(StrEnum):
    """Who carries the money."""

    BANK = "bank"
    STRIPE = "stripe"


class AttemptState(StrEnum):
    """Where one try to pay is. `unknown` after a time-out or a fault: never failed until reconciled."""

    CREATED = "created"
    SUBMITTING = "submitting"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


_GOING_ON = {
    AttemptState.REQUIRES_ACTION,
    AttemptState.PROCESSING,
    AttemptState.SUCCEEDED,
    AttemptState.FAILED,
    AttemptState.CANCELLED,
    AttemptState.EXPIRED,
}

MOVES: Moves[AttemptState] = {
    AttemptState.CREATED: {AttemptState.SUBMITTING, AttemptState.CANCELLED, AttemptState.SUCCEEDED},
    AttemptState.SUBMITTING: _GOING_ON | {AttemptState.UNKNOWN},
    AttemptState.UNKNOWN: _GOING_ON,
    AttemptState.REQUIRES_ACTION: _GOING_ON - {AttemptState.REQUIRES_ACTION},
    AttemptState.PROCESSING: {AttemptState.SUCCEEDED, AttemptState.FAILED, AttemptState.CANCELLED},
    # A provider may still take money after it said otherwise; the money decides.
    AttemptState.FAILED: {AttemptState.SUCCEEDED},
    AttemptState.EXPIRED: {AttemptState.SUCCEEDED},
    AttemptState.CANCELLED: {AttemptState.SUCCEEDED},
}

OPEN = frozenset(
    {
        AttemptState.CREATED,
        AttemptState.SUBMITTING,
        AttemptState.REQUIRES_ACTION,
        AttemptState.PROCESSING,
        AttemptState.UNKNOWN,
    }
)
"""Not finished; reconciliation looks after them."""


class EntryState(StrEnum):
    """Where a line of a bank statement is."""

    UNMATCHED = "unmatched"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    IGNORED = "ignored"


ENTRY_MOVES: Moves[EntryState] = {
    EntryState.UNMATCHED: {EntryState.PROPOSED, EntryState.CONFIRMED, EntryState.IGNORED},
    EntryState.PROPOSED: {EntryState.UNMATCHED, EntryState.CONFIRMED, EntryState.IGNORED},
    EntryState.IGNORED: {EntryState.UNMATCHED},
}


class Because(StrEnum):
    """Why an entry is thought to pay an instalment, the surest first."""

    EXACT = "exact"  # reference and amount
    SEVERAL = "several"  # several references, and together the amount
    REFERENCE = "reference"  # another amount
    TYPO = "typo"  # one character of the reference is wrong
    NAME = "name"  # the amount and the payer's name
    PAID_BEFORE = "paid_before"  # the reference of an instalment that is not due any more
    CHOSEN = "chosen"  # by the treasurer


SURE = frozenset({Because.EXACT, Because.SEVERAL})
"""What may be confirmed all at once: every reference is whole, and the amounts are what is due."""


class MandateState(StrEnum):
    """Where a sponsor's agreement is to have a saved card charged for a pledge."""

    ASKED = "asked"  # led to the page that saves a card
    ACTIVE = "active"
    ENDED = "ended"


MANDATE_MOVES: Moves[MandateState] = {
    MandateState.ASKED: {MandateState.ACTIVE, MandateState.ENDED},
    MandateState.ACTIVE: {MandateState.ENDED},
}


class BillState(StrEnum):
    """How far an invoice through a provider has come; each step is committed before the next."""

    ASKED = "asked"
    DRAFT = "draft"
    FILLED = "filled"  # its item is on it
    OPEN = "open"
    SENT = "sent"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"  # given up at the provider, and still payable
    REFUSED = "refused"  # the provider will not make it


BILL_MOVES: Moves[BillState] = {
    BillState.ASKED: {BillState.DRAFT, BillState.REFUSED, BillState.VOID},
    BillState.DRAFT: {BillState.FILLED, BillState.REFUSED, BillState.VOID},
    BillState.FILLED: {BillState.OPEN, BillState.REFUSED, BillState.VOID},
    BillState.OPEN: {BillState.SENT, BillState.PAID, BillState.VOID, BillState.UNCOLLECTIBLE, BillState.REFUSED},
    BillState.SENT: {BillState.PAID, BillState.VOID, BillState.UNCOLLECTIBLE},
    BillState.UNCOLLECTIBLE: {BillState.PAID, BillState.VOID},
    BillState.VOID: {BillState.PAID},  # the money decides
}

UNSENT = frozenset({BillState.ASKED, BillState.DRAFT, BillState.FILLED, BillState.OPEN})
"""Still being made."""

LIVE_BILLS = UNSENT | {BillState.SENT, BillState.UNCOLLECTIBLE}
"""Can still be paid."""


class EventState(StrEnum):
    """Where a provider's event is."""

    RECEIVED = "received"
    DONE = "done"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"


class CaseKind(StrEnum):
    """Why a person must look at something."""

    AMOUNT_MISMATCH = "amount_mismatch"
    PAID_AFTER_END = "paid_after_end"
    OVERPAID = "overpaid"
    KEY_REUSED = "key_reused"
    PROVIDER_SAYS_OTHERWISE = "provider_says_otherwise"
    REFUND_SEEN = "refund_seen"
    REFUND_DUE = "refund_due"  # a sponsor wants back what was paid for somebody who has left
    REFUND_FAILED = "refund_failed"  # the provider could not send it
    DISPUTED = "disputed"  # a sponsor's bank takes a payment back, or wants to
    BOOK_DIFFERS = "book_differs"  # the provider's balance and the ledger do not tell the same


class RefundState(StrEnum):
    """Where money is that we give back. `begun` until its provider has answered, however it was asked."""

    BEGUN = "begun"
    ON_ITS_WAY = "on_its_way"
    DONE = "done"
    FAILED = "failed"


REFUND_MOVES: Moves[RefundState] = {
    RefundState.BEGUN: {RefundState.ON_ITS_WAY, RefundState.DONE, RefundState.FAILED},
    RefundState.ON_ITS_WAY: {RefundState.DONE, RefundState.FAILED},
    RefundState.DONE: {RefundState.FAILED},  # the sponsor's bank sent it back
}

UNDERWAY = frozenset({RefundState.BEGUN, RefundState.ON_ITS_WAY})
"""Set apart, and not known to have arrived."""


class DisputeState(StrEnum):
    """Where a sponsor's bank is that takes a payment back. A `warning` only asks: no money has moved."""

    WARNING = "warning"
    OPEN = "open"  # an answer is due
    IN_REVIEW = "in_review"  # the bank reads our answer
    WON = "won"
    LOST = "lost"
    DROPPED = "dropped"


_DECIDED = {DisputeState.WON, DisputeState.LOST, DisputeState.DROPPED}

DISPUTE_MOVES: Moves[DisputeState] = {
    DisputeState.WARNING: {DisputeState.OPEN, DisputeState.IN_REVIEW} | _DECIDED,
    DisputeState.OPEN: {DisputeState.IN_REVIEW} | _DECIDED,
    DisputeState.IN_REVIEW: _DECIDED,
    DisputeState.DROPPED: {DisputeState.OPEN, DisputeState.IN_REVIEW, DisputeState.WON, DisputeState.LOST},
    # An appeal may turn a decision; an answer fetched early never does.
    DisputeState.LOST: {DisputeState.WON},
    DisputeState.WON: {DisputeState.LOST},
}

UNDECIDED = frozenset({DisputeState.WARNING, DisputeState.OPEN, DisputeState.IN_REVIEW})
"""The money may go: it is not paid on, and nothing more is collected for that pledge."""

TAKEN = frozenset({DisputeState.OPEN, DisputeState.IN_REVIEW})
"""The bank has the money: it cannot be given back as well."""


class RefundReason(StrEnum):
    """Why money goes back."""

    SPONSOR_ASKED = "sponsor_asked"
    PAID_TWICE = "paid_twice"
    MISTAKE = "mistake"
    STUDENT_LEFT = "student_left"
    COST_FELL = "cost_fell"
    NOT_THEIR_MONEY = "not_their_money"


class TransferState(StrEnum):
    """Where money is that the provider is told to send to a school. `begun` until it has answered."""

    BEGUN = "begun"
    SENT = "sent"
    REFUSED = "refused"


TRANSFER_MOVES: Moves[TransferState] = {TransferState.BEGUN: {TransferState.SENT, TransferState.REFUSED}}
