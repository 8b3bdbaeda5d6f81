"""What an application said when it was sent, and what has changed since the time before."""

import difflib
import json
import re
from typing import NamedTuple

from campaigns.kit import db
from campaigns.student import queries
from campaigns.student.models import Application, Submission
from campaigns.student.redact import redacted

NAMES = {
    "school": "School",
    "level": "Level",
    "place": "Lives in",
    "alias": "Appears as",
    "needs": "What is needed",
    "story": "In the student's words",
}


class Piece(NamedTuple):
    """Some words of a text that changed: `kind` is same, gone or new."""

    kind: str
    text: str


class Change(NamedTuple):
    """A field that changed, with its words before and after in one text."""

    name: str
    pieces: list[Piece]


def keep(application: Application) -> None:
    """Keep what the application says now, sealed; `school` and `needs` must be loaded."""
    content = json.dumps(_said(application))
    db.session.add(Submission(application_id=application.id, round=application.round, content=content))


def _said(application: Application) -> dict[str, str]:
    needs = (f"{need.label}, {need.term}: {need.money.format('en')}" for need in application.needs)
    return {
        "school": application.school_label,
        "level": application.level or "",
        "place": ", ".join(filter(None, (application.region, application.country))),
        "alias": application.alias,
        "needs": "\n".join(needs),
        "story": application.story or "",
    }


def what_changed(application: Application, hidden: frozenset[str]) -> list[Change]:
    """What the student changed before sending it again, with the name parts `hidden` taken out; [] the first time."""
    sent = db.session.scalars(queries.last_submissions(application.id)).all()
    if len(sent) < 2:
        return []
    new, old = (json.loads(each.content or "{}") for each in sent)
    told = ((name, redacted(old.get(key), hidden), redacted(new.get(key), hidden)) for key, name in NAMES.items())
    return [Change(name, compared(before, after)) for name, before, after in told if before != after]


def compared(before: str, after: str) -> list[Piece]:
    """Two texts as one, word by word."""
    old, new = (re.findall(r"\S+\s*", text) for text in (before, after))
    pieces = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        pieces += [Piece("gone", "".join(old[i:j]))] if i < j else []
        pieces += [Piece("new", "".join(new[k:m]))] if k < m else []
    return pieces
