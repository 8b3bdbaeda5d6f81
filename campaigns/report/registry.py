"""Every table that holds something about a student: told in an export, and what becomes of it on erasure.

A test walks all tables: one that refers to an application and stands in neither of these fails it.
"""

from campaigns.departure.models import Departure
from campaigns.disbursement.models import ReceiptStudent
from campaigns.kit.held import Held, OnErasure
from campaigns.message.models import Message, Thread
from campaigns.report.models import BreakGlass
from campaigns.student.rules import held as student

HELD: dict[str, Held] = {
    **student.HELD,
    "message_thread": Held(Thread, "Conversations with sponsors", OnErasure.DELETE),
    "message": Held(Message, "Messages with sponsors", OnErasure.DELETE, omit=frozenset({"once"})),
    "departure": Held(Departure, "That you left", OnErasure.KEEP, "what became of the money; the note is sealed"),
    "school_receipt_student": Held(
        ReceiptStudent,
        "That the school said whether you are enrolled",
        OnErasure.KEEP,
        "whether money was used as meant",
    ),
    "break_glass": Held(
        BreakGlass, "Who opened what is private outside their role, and why", OnErasure.KEEP, "the reason is sealed"
    ),
}

NOT_HELD: dict[str, str] = {
    **student.NOT_HELD,
    "budget_line": "told under campaigns; on erasure alias and label become neutral, the book stays",
    "departure_share": "amounts of the book: what became of each sponsor's rest",
    "departure_kept": "amounts of the book: lines for which a rest was kept",
    "offer_held_part": "amounts of the book: what a company has reserved",
    "pledge_renewal": "what sponsors answered about a changed cost",
    "offer_gift": "told to whoever gives it; on erasure of their address its words become neutral",
    "pledge_allocation": "amounts of the book, told as what was pledged for you",
    "disbursement": "payments to schools, told as what was paid for you",
    "disbursement_part": "amounts of the book, told as what was paid for you",
    "disbursement_return": "amounts of the book: what came back of what was paid",
    "disbursement_return_part": "amounts of the book: what came back of what was paid",
    "school_receipt": "what the school said of a payment; of a student only what is told above",
    "payee": "how a school is paid by the card company: the school's, not the student's",
    "tranche_part": "amounts of the plan by which a school is paid",
}
"""Tables that refer to a student's rows and are told in another way, and why they stay."""
