"""Every table that holds something about a student: told in an export, and what becomes of it on erasure.

A test walks all tables: one that refers to an application and stands in neither of these fails it.
"""

from campaigns.kit.held import Held, OnErasure
from campaigns.report.models import BreakGlass
from campaigns.student.rules import rights

HELD: dict[str, Held] = {
    **rights.HELD,
    "break_glass": Held(
        BreakGlass, "Who opened what is private outside their role, and why", OnErasure.KEEP, "the reason is sealed"
    ),
}

NOT_HELD: dict[str, str] = {
    **rights.NOT_HELD,
    "budget_line": "told under campaigns; on erasure alias and label become neutral, the book stays",
    "pledge_allocation": "amounts of the book, told as what was pledged for you",
    "disbursement_part": "amounts of the book, told as what was paid for you",
}
"""Tables that refer to a student's rows and are told in another way, and why they stay."""
