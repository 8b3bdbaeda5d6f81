"""Several decisions at once: each by itself, none half done."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from campaigns.account.models import User
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.student.models import Application
from campaigns.student.rules.vetting.deciding import decide
from campaigns.student.states import Reason


class Chosen(NamedTuple):
    """One of several: why, and which letter was read."""

    reason: Reason
    seen: str


class Outcome(NamedTuple):
    """What became of one of several: `refused` is empty where it was decided."""

    application: Application
    refused: str


def decide_all(applications: Sequence[Application], chosen: Mapping[str, Chosen], *, by: User) -> list[Outcome]:
    """Decide each application for which something was chosen, by its ref; what is refused stays as it was."""
    return [Outcome(each, _decide_one(each, chosen[each.ref], by)) for each in applications if each.ref in chosen]


def _decide_one(application: Application, chosen: Chosen, by: User) -> str:
    try:
        with db.session.begin_nested():
            decide(application, chosen.reason, seen=chosen.seen, by=by)
    except (Refused, NotAllowed) as refusal:
        return str(refusal)
    return ""
