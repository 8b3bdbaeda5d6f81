"""What no longer adds up between pledges, their instalments, budget lines and campaigns."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.pledge.models import Pledge
from campaigns.pledge.queries import figures, groups, renewals, waiting
from campaigns.pledge.rules.status import derive
from campaigns.pledge.states import COUNTED, UNPAID, InstalmentState

STANDING = UNPAID | {InstalmentState.PAID}
BATCH = 500


def problems() -> list[str]:
    """Campaigns, lines and pledges whose kept figures or status differ from what they are derived from."""
    return [
        *(f"campaign {row[0]}: kept {row[1]} pledged, real {row[2]}" for row in _rows(figures.wrong_pledged())),
        *(f"campaign {row[0]}: kept {row[1]} sponsors, real {row[2]}" for row in _rows(figures.wrong_sponsors())),
        *(f"budget line {row[0]}: kept {row[1]} pledged, real {row[2]}" for row in _rows(figures.wrong_lines())),
        *(f"budget line {row[0]}: kept {row[1]} agreed, real {row[2]}" for row in _rows(renewals.wrong_counts())),
        *(f"pledge {row[0]}: {row[1]} promised, {row[2]} covered" for row in _rows(figures.wrong_cover())),
        *(f"pledge {ref}: an amount is {state}, against its goal" for ref, state in _goals()),
        *(
            f"pledge {ref}: paused, and an amount is {state}"
            for ref, state in db.session.execute(waiting.due_in_a_pause())
        ),
        *(
            f"group {ref}: {parts} parts that do not belong together"
            for ref, parts in db.session.execute(groups.torn())
        ),
        *_wrong_pledges(),
    ]


def _goals() -> Iterator[sa.Row[str, InstalmentState]]:
    yield from db.session.execute(waiting.wrong_outcomes())


def _rows(select: "sa.Select[str | int, int, int]") -> Iterator[sa.Row[str | int, int, int]]:
    yield from db.session.execute(select)


def _wrong_pledges() -> Iterator[str]:
    every = sa.select(Pledge).options(selectinload(Pledge.instalments)).order_by(Pledge.id)
    for pledge in db.session.scalars(every.execution_options(yield_per=BATCH)):
        if pledge.status is not derive(pledge):
            yield f"pledge {pledge.ref}: kept {pledge.status}, derived {derive(pledge)}"
        standing = sum(each.amount for each in pledge.instalments if each.state in STANDING)
        if pledge.status in COUNTED and pledge.money != Money(standing, pledge.currency):
            yield f"pledge {pledge.ref}: {pledge.amount} promised, {standing} in instalments"
