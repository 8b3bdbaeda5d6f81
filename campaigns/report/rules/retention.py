"""How long things are kept: a nightly run that forgets what is due, one person a transaction, and says what it did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import UserSession
from campaigns.kit import clock, db, links
from campaigns.kit.queue import sweep
from campaigns.notice import rules as notice
from campaigns.report import queries
from campaigns.report.models import RetentionRun
from campaigns.report.rules import erase
from campaigns.student import queries as students
from campaigns.student.models import Application, Document
from campaigns.student.rules import documents, rights
from campaigns.student.states import Stage

HOUR = 2  # of the night, in UTC
BATCH = 200
WARNED = timedelta(days=14)  # before a draft goes

DRAFTS = timedelta(days=60)
DECLINED = timedelta(days=90)
DOCUMENTS = timedelta(days=180)
TOKENS = timedelta(days=30)

touched = sa.func.coalesce(Application.touched_at, Application.created_at)
decided = sa.func.coalesce(Application.decided_at, Application.stage_since)
kept = Application.id.not_in(students.erased())


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is kept for so long: `select` has its ids, `since` counts from then."""

    title: str
    lasts: timedelta
    select: "sa.Select[int]"
    since: Any
    forget: Callable[[int], None]

    def due(self) -> "sa.Select[int]":
        """The ids of what has been kept long enough."""
        return self.select.where(self.since < clock.now() - self.lasts)


def _forget_student(application_id: int) -> None:
    erase.forget(db.session.get_one(Application, application_id), by=None)


def _forget_paper(paper_id: int) -> None:
    paper = db.session.scalars(
        sa.select(Document).where(Document.id == paper_id).options(sa.orm.joinedload(Document.file))
    ).one_or_none()
    if paper is not None:
        documents.discard(paper)


def _forget_session(session_id: int) -> None:
    db.session.execute(sa.delete(UserSession).where(UserSession.id == session_id))


KINDS: dict[str, Kind] = {
    "drafts": Kind(
        "Drafts that nobody went on with",
        DRAFTS,
        sa.select(Application.id).where(Application.stage == Stage.DRAFT, kept),
        touched,
        _forget_student,
    ),
    "declined": Kind(
        "Declined applications",
        DECLINED,
        sa.select(Application.id).where(Application.stage == Stage.DECLINED, kept),
        decided,
        _forget_student,
    ),
    "documents": Kind(
        "Papers of applications that were decided",
        DOCUMENTS,
        sa.select(Document.id)
        .join(Application, Application.id == Document.application_id)
        .where(Application.decided_at.is_not(None)),
        Application.decided_at,
        _forget_paper,
    ),
    "sessions": Kind("Sessions that ended", TOKENS, sa.select(UserSession.id), UserSession.expires_at, _forget_session),
}


@sweep
def nightly() -> None:
    """Once a day, from two o'clock on: warn, forget what is due, and write down how much of what."""
    now = clock.now()
    if now.hour < HOUR:
        return
    run_id = _run_of(datetime.combine(now.date(), time(), now.tzinfo))
    if run_id is not None:
        run(run_id)


def by_hand() -> None:
    """Forget what is due at any hour, as today's run, also where that has been finished already."""
    day = datetime.combine(clock.today(), time(), clock.now().tzinfo)
    with db.transaction():
        again = sa.update(RetentionRun).where(RetentionRun.on == day).values(finished_at=None)
        db.session.execute(again.execution_options(synchronize_session=False))
    run_id = _run_of(day)
    if run_id is not None:
        run(run_id)


def _run_of(day: datetime) -> int | None:
    """The run of this day, begun now or by somebody who was stopped; None where it is done."""
    with db.transaction():
        found = db.session.scalars(sa.select(RetentionRun).where(RetentionRun.on == day)).one_or_none()
        if found is not None:
            return found.id if found.finished_at is None else None
        return db.insert_once(
            RetentionRun, unless=["day"], day=day, started_at=clock.now(), counts=dict.fromkeys(KINDS, 0), oldest={}
        )


def run(run_id: int) -> None:
    """Do what a run has still to do; what it has done already is found no more."""
    warn()
    for name, kind in KINDS.items():
        while ids := _ids(kind):
            for each in ids:
                with db.transaction():
                    kind.forget(each)
                    mine = db.session.get_one(RetentionRun, run_id, with_for_update=True)
                    mine.counts = mine.counts | {name: mine.counts.get(name, 0) + 1}
    with db.transaction():
        done = db.session.get_one(RetentionRun, run_id)
        done.finished_at, done.oldest = clock.now(), oldest()


def _ids(kind: Kind) -> list[int]:
    with db.reading():
        found = list(db.session.scalars(kind.due().order_by(kind.since).limit(BATCH)))
        db.session.rollback()
    return found


def due() -> dict[str, int]:
    """How much of each kind a run would forget now."""
    counts = {name: sa.select(sa.func.count()).select_from(kind.due().subquery()) for name, kind in KINDS.items()}
    return {name: db.session.scalar(count) or 0 for name, count in counts.items()}


def oldest() -> dict[str, str]:
    """Since when the oldest of each kind is kept; a kind of which there is none is left out."""
    found = {
        name: db.session.scalar(kind.select.with_only_columns(sa.func.min(kind.since))) for name, kind in KINDS.items()
    }
    return {name: moment.isoformat() for name, moment in found.items() if moment is not None}


def warn() -> None:
    """Tell the students who gave an address, two weeks before, that their draft will be forgotten; once each."""
    ends = clock.now() - DRAFTS
    soon = KINDS["drafts"].select.where(touched.between(ends, ends + WARNED)).order_by(Application.id)
    after = 0
    while ids := list(db.session.scalars(soon.where(Application.id > after).limit(BATCH))):
        with db.transaction():
            for application in db.session.scalars(
                sa.select(Application)
                .where(Application.id.in_(ids))
                .options(sa.orm.joinedload(Application.organisation))
            ):
                _warn(application)
        after = ids[-1]


def _warn(application: Application) -> None:
    last = application.touched_at or application.created_at
    for address in rights.addresses_of(application):
        notice.send(
            address,
            "report/mail/draft_ends",
            key=f"application.draft_ends:{application.id}:{last:%Y%m%d}",
            day=(last + DRAFTS).date(),
            url=links.url("student.resume"),
            community_name=application.organisation.name,
            why="You gave this address when you began to apply for support.",
        )


def latest() -> RetentionRun | None:
    """The last run that was finished."""
    return db.session.scalars(queries.runs().where(RetentionRun.finished_at.is_not(None)).limit(1)).first()
