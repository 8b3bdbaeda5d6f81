"""The list of what waits for a person in a community."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from campaigns import access
from campaigns.account.models import User
from campaigns.community.models import Community
from campaigns.kit import clock, db
from campaigns.site.kinds import KINDS
from campaigns.site.queries import today


@dataclass(frozen=True)
class Item:
    """One thing to do."""

    title: str
    why: str
    url: str
    action: str
    since: datetime | None
    by: date | None

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.by is not None and self.by < clock.today()

    @property
    def urgency(self) -> tuple[bool, date, datetime]:
        """What is late comes first, then what has a day, then what has waited longest."""
        return not self.late, self.by or date.max, self.since or clock.now()


@dataclass(frozen=True)
class More:
    """How many things of a kind are not in the list."""

    count: int
    what: str
    url: str


def of(user: User, community: Community) -> tuple[list[Item], list[More]]:
    """What waits for this person in this community, the most urgent first; and what there is beyond that."""
    held = {name: kind for name, kind in KINDS.items() if access.holds(user, kind.action, community)}
    sources = {name: kind.source(user, community.id) for name, kind in held.items()}
    if not sources:
        return [], []
    rows = db.session.execute(today.waiting(sources)).all()
    items, more = list(_items(rows, community)), list(_more(rows, community))
    return sorted(items, key=lambda item: item.urgency), more


def _items(rows: Any, community: Community) -> Iterator[Item]:
    told = set()
    for row in rows:
        kind = KINDS[row.kind]
        if not kind.key and row.kind in told:
            continue
        told.add(row.kind)
        words = {"title": row.title, "detail": row.detail or "", "total": row.total}
        url = url_for(kind.endpoint, slug=community.slug, **({kind.key: row.ref} if kind.key else {}))
        due = row.due or ((row.since + kind.within).date() if kind.within else None)
        yield Item(kind.title.format(**words), kind.why.format(**words), url, kind.button, row.since, due)


def _more(rows: Any, community: Community) -> Iterator[More]:
    beyond = {row.kind: row.total - today.SHOWN for row in rows if row.total > today.SHOWN}
    for name, count in beyond.items():
        if KINDS[name].key:
            yield More(count, KINDS[name].button, url_for(KINDS[name].more, slug=community.slug))
