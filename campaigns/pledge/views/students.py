"""Whom a pledge supports, as far as each of them lets sponsors know."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from campaigns.campaign.rules.budget import SMALL
from campaigns.kit import db
from campaigns.pledge.views.chain import Part, part_of
from campaigns.student import queries as students
from campaigns.student.models import Outcome


@dataclass
class Supported:
    """One student, under the alias, with what the pledge pays for and what has come of it."""

    alias: str
    level: str | None
    region: str | None
    country: str | None
    parts: list[Part] = field(default_factory=list)
    outcome: Outcome | None = None


@dataclass
class Group:
    """Those of a group who let sponsors know, and what of the pledge is for the others."""

    known: list[Supported]
    others: list[Part]
    how_many: int | None  # others, from ten on


def group_of(rows: Sequence[Any]) -> Group:
    """Whom these lines are for; of those who have not agreed, or do no longer, nothing is told."""
    known: dict[int, Supported] = {}
    others: list[Part] = []
    unknown = set()
    for row in rows:
        part = part_of(row.BudgetLine, row.amount)
        if row.told:
            known.setdefault(row.id, Supported(row.alias, row.level, row.region, row.country)).parts.append(part)
        else:
            others.append(part)
            unknown.add(row.id)
    for outcome in db.session.scalars(students.outcomes_of(known)) if known else ():
        known[outcome.application_id].outcome = outcome
    return Group(list(known.values()), others, len(unknown) if len(unknown) >= SMALL else None)


def alias_for(rows: Sequence[Any]) -> str:
    """The one student of a campaign by the alias, while sponsors or everybody may know it."""
    return next((row.alias for row in rows if row.told or row.public), "a student")
