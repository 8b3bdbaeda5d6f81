"""A sponsor's own trace: what a pledge stands for, what the school was sent for it, its receipt, what came of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from campaigns.disbursement.queries import trace as queries
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import db, templating
from campaigns.kit.money import Money
from campaigns.pledge.models import Pledge
from campaigns.pledge.views.chain import Link, Part
from campaigns.pledge.views.students import Group, Supported
from campaigns.site.views.base import blueprint
from campaigns.student.states import REACHED


class Way(NamedTuple):
    """What became of a pledge's part of one budget line, step by step."""

    part: Part
    alias: str  # of the student, where the sponsor may know it
    links: list[Link]


@blueprint.app_template_global()
def trace_of(pledge: Pledge, parts: Sequence[Part], group: Group, several: bool) -> list[Way]:
    """The ways of a pledge, line by line; of a group only those of students who let sponsors know of them."""
    shown = list(_shown(parts, group, several))
    sent = defaultdict(list)
    for row in db.session.execute(queries.sent_for([part.line.id for part, _ in shown])) if shown else ():
        sent[row.line_id].append(row)
    return [
        Way(part, student.alias if student else "", [*_school(pledge, sent[part.line.id]), *_outcome(student)])
        for part, student in shown
    ]


def _shown(parts: Sequence[Part], group: Group, several: bool) -> Iterator[tuple[Part, Supported | None]]:
    if several:
        yield from ((part, student) for student in group.known for part in student.parts)
    else:
        yield from ((part, group.known[0] if group.known else None) for part in parts)


def _school(pledge: Pledge, rows: Sequence[Any]) -> Iterator[Link]:
    if not rows:
        yield {"title": "Sent to the school", "state": "next", "at": None}
    for row in rows:
        amount = Money(row.amount, row.currency)
        url = f"/c/{pledge.campaign.slug}/ledger?before={row.number + 1}#e{row.number}" if row.number else None
        text = f"Payment {row.ref}, for all of this cost that it pays"
        yield {"title": "Sent to the school", "state": "done", "at": row.paid_on, "amount": amount, "url": url,
               "text": text}  # fmt: skip
        if row.state is DisbursementState.RETURNED:
            yield {"title": "Came back from the school", "state": "failed", "at": None, "text": "It can be sent anew."}
        else:
            yield _receipt(row)


def _receipt(row: Any) -> Link:
    if row.receipt_on is None and row.agreed_at is not None:
        return {"title": "Confirmed by the school", "state": "done", "at": row.agreed_at}
    if row.receipt_on is None:
        return {"title": "The school's receipt", "state": "now", "at": None}
    text = f"Fingerprint {row.sha256[:16]}…" if row.sha256 else None
    return {"title": "The school's receipt", "state": "done", "at": row.receipt_on, "text": text}


def _outcome(student: Supported | None) -> Iterator[Link]:
    if student is None or student.outcome is None:
        yield {"title": "What came of it", "state": "next", "at": None}
        return
    outcome = student.outcome
    confirmed = ", confirmed by the school" if outcome.school_confirmed else ""
    text = f"{templating.month(outcome.reached_on)}{confirmed}"
    yield {"title": REACHED[outcome.kind], "state": "done", "at": None, "text": text}
