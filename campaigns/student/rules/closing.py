"""Before, at and after a closing date, everybody who applied, or began to, hears how things stand."""

from collections.abc import Iterator
from datetime import timedelta

from campaigns import access
from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.kit import clock, db, links
from campaigns.kit.queue import sweep
from campaigns.notice import rules as notice
from campaigns.student import queries
from campaigns.student.models import Application
from campaigns.student.rules import tell
from campaigns.student.states import Stage

SOON = timedelta(days=3)
BATCH = 100


@sweep
def tell_of_closing_dates() -> None:
    """Tell drafts that it closes soon or has closed, and those who applied by when they hear, or that it is late."""
    today = clock.today()
    for community in db.session.scalars(queries.closing_soon(today, today + SOON)).all():
        _tell(community, (Stage.DRAFT,), "closes_soon")
    for community in db.session.scalars(queries.closing_untold(today)).all():
        _tell(community, (Stage.DRAFT,), "closed_unsent")
        _tell(community, queries.UNDECIDED, "closed")
        with db.transaction():
            community.closing_told_on = community.closes_on
    for community in db.session.scalars(queries.answer_untold(today)).all():
        if _tell(community, queries.UNDECIDED, "answer_late"):
            _tell_organisers(community)
        with db.transaction():
            community.answer_told_on = community.answer_by


def _tell(community: Community, stages: tuple[Stage, ...], what: str) -> int:
    """Mail each student of these stages who gave an address, a batch a transaction; returns how many students wait.

    The keys of the letters keep a sweep that was cut short from telling anybody twice.
    """
    waiting = 0
    for batch in _batches(community.id, stages):
        with db.transaction():
            for application_id in batch:
                application = db.session.scalars(queries.locked(application_id)).one()
                _tell_one(application, community, what)
        waiting += len(batch)
    return waiting


def _tell_one(application: Application, community: Community, what: str) -> None:
    tell.letter(
        application,
        f"student/mail/{what}",
        key=f"application.{what}:{application.id}:{community.closes_on}:{community.answer_by}",
        closes_on=community.closes_on,
        answer_by=community.answer_by,
        missing_answer=application.stage is Stage.MORE_INFO,
    )


def _batches(organisation_id: int, stages: tuple[Stage, ...]) -> Iterator[list[int]]:
    last = 0
    while batch := list(db.session.scalars(queries.in_stages(organisation_id, stages, last, BATCH))):
        db.session.commit()
        last = batch[-1]
        yield batch


def _tell_organisers(community: Community) -> None:
    with db.transaction():
        for person in db.session.scalars(access.holders(Action.MANAGE_TEAM, community.id)):
            notice.send(
                person.email,
                "student/mail/answers_owed",
                key=f"application.answers_owed:{community.id}:{community.answer_by}",
                answer_by=community.answer_by,
                url=links.url("student.applications", slug=community.slug),
                community_name=community.name,
                why=f"You organise {community.name}.",
            )
