"""The applications of a community as a table, without who the students are."""

from collections.abc import Iterator

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.student import queries
from campaigns.student.states import Stage

HEADER = (
    *("application", "alias", "stage", "since", "sent", "decided", "under 18", "school", "level", "country", "region"),
    *("costs", "asked", "currency", "round"),
)


def export_rows(community: Community, stage: Stage | None, *, by: User) -> Iterator[tuple[object, ...]]:
    """A row for each sent application, in one stage or all, newest first; that it was taken out is noted.

    Raises NotAllowed at once, before the first row.
    """
    access.require(by, Action.SEE_APPLICATIONS, community)
    audit.record(by, "application.exported", community, stage=stage.value if stage else "all")
    rows = db.session.execute(queries.exported(by, community.id, stage).execution_options(yield_per=500))
    return (_cells(row) for row in rows)


def _cells(row: "queries.ExportRow") -> tuple[object, ...]:
    decided = row.decided_at.date() if row.decided_at else None
    sent = row.submitted_at.date() if row.submitted_at else None
    asked = Money(row.asked, row.currency)
    what = (row.ref, row.alias, row.stage.value, row.stage_since.date(), sent, decided, "yes" if row.is_minor else "no")
    return (*what, row.school, row.level, row.country, row.region, row.costs, asked, row.currency, row.round)
