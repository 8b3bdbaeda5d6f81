"""Finding students' own work: the student's, what waits for the team, and what anyone may see."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.account.models import User
from campaigns.file.models import File
from campaigns.student.models import Application, PersonKey, ShowcaseName, Work
from campaigns.student.queries.consent import consented
from campaigns.student.queries.vetting import visible_to
from campaigns.student.states import FUNDABLE, Purpose, Stage, WorkState

SHOWN = FUNDABLE | {Stage.COMPLETED}
"""The stages in which a student's work is shown."""


def works_of(application_id: int) -> sa.Select[Work]:
    """A student's own works, newest first."""
    mine = sa.select(Work).where(Work.application_id == application_id)
    return mine.options(joinedload(Work.file), joinedload(Work.application)).order_by(Work.id.desc())


def work_made_with(once: str) -> sa.Select[Work]:
    """The work that this very form has made already."""
    return sa.select(Work).where(Work.once == once)


def held_work(work_id: int) -> sa.Select[Work]:
    """A work as it is now, held against others until the transaction ends."""
    chosen = sa.select(Work).where(Work.id == work_id).options(joinedload(Work.file), joinedload(Work.application))
    return chosen.with_for_update(of=Work).execution_options(populate_existing=True)


def reviewable(user: User, organisation_id: int) -> sa.Select[Work]:
    """Works of a community's students that this person may look at, never their own."""
    theirs = visible_to(user).with_only_columns(Application.id)
    mine = sa.and_(Work.organisation_id == organisation_id, Work.application_id.in_(theirs))
    return sa.select(Work).where(mine, _readable())


def works_to_review(user: User, organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of the list of works that wait, for `paging.page` by `Work.id`."""
    return (
        reviewable(user, organisation_id)
        .where(Work.state == WorkState.IN_REVIEW)
        .join(Work.application)
        .with_only_columns(
            *(Work.id, Work.ref, Work.kind, Work.sent_at, Work.first_approver_id, Application.alias),
            Application.is_minor,
        )
    )


def work_for_team(user: User, organisation_id: int, ref: str) -> sa.Select[Work]:
    """One work with its picture and its student's application."""
    chosen = reviewable(user, organisation_id).where(Work.ref == ref, Work.state != WorkState.DRAFT)
    return chosen.options(joinedload(Work.file), joinedload(Work.application).joinedload(Application.school))


def public_works() -> "sa.Select[*tuple[Any, ...]]":
    """What anyone may see at this moment: page it by `Work.published_at`, `Work.id`.

    `pictured` says whether the picture may be seen. `ShowcaseName` is only there of who is of age.
    """
    of_age = sa.and_(ShowcaseName.application_id == Work.application_id, ~Application.is_minor)
    columns = (Work, Work.id, Work.published_at, Application.alias, Application.country, ShowcaseName)
    select = sa.select(*columns, _pictured().label("pictured")).select_from(Work).join(Work.application)
    found: sa.Select[*tuple[Any, ...]] = _shown(select.outerjoin(ShowcaseName, of_age))
    return found.options(joinedload(Work.file))


def public_picture(ref: str) -> sa.Select[File]:
    """The picture of a work, where anyone may see it at this moment."""
    select = sa.select(File).join(Work, Work.file_id == File.id).join(Work.application)
    found: sa.Select[File] = _shown(select).where(Work.ref == ref, _pictured())
    return found


def _pictured() -> sa.ColumnElement[bool]:
    """Whether a work has a picture that may be seen: one that shows the student has consent of its own."""
    agreed = Work.application_id.in_(consented(Purpose.PUBLISH_IMAGE))
    return sa.and_(Work.file_id.is_not(None), sa.or_(~Work.shows_me, agreed))


def _readable() -> sa.ColumnElement[bool]:
    """Whether the student's key is still there: without it a work is only a row."""
    return sa.exists().where(PersonKey.application_id == Work.application_id, PersonKey.wrapped.is_not(None))


def _shown(select: Any) -> Any:
    """Published works of supported students whose consent holds now, of nobody who was erased."""
    return (
        select.where(Work.state == WorkState.PUBLISHED, Application.stage.in_(SHOWN), _readable())
        .where(Work.application_id.in_(consented(Purpose.SHOWCASE)))
        .where(sa.or_(_pictured(), Work.text_sealed.is_not(None)))
    )


def showcase_name(application_id: int) -> sa.Select[ShowcaseName]:
    """The name that a student of age has chosen for the showcase."""
    return sa.select(ShowcaseName).where(ShowcaseName.application_id == application_id)
