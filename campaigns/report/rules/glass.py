"""Break-glass: a reason, fifteen minutes, a second person told at once, and every read noted."""

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db, links
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.notice import rules as notice
from campaigns.report.models import BreakGlass
from campaigns.report.states import GLASS_LASTS, GlassReason
from campaigns.student import queries as students
from campaigns.student.models import Application, Document
from campaigns.student.rules import documents, rights


class Over(Refused):
    """The fifteen minutes are over, or it was closed. Break the glass again if you still have to."""


def open_for(application: Application, reason: GlassReason, why: str, *, by: User) -> BreakGlass:
    """Open a student's private data for fifteen minutes, and tell officers and organisers at once.

    While one is open, opening again gives the same one. Raises NotAllowed, SecondFactorNeeded, ReauthenticationNeeded.
    """
    access.require(by, Action.BREAK_GLASS, application)
    application = db.session.scalars(students.locked(application.id)).one()
    still = _open_now(application, by)
    if still is not None:
        return still
    glass = BreakGlass(
        application_id=application.id,
        organisation_id=application.organisation_id,
        opened_by_id=by.id,
        reason=reason,
        why=why,
    )
    db.session.add(glass)
    audit.record(by, "glass.opened", glass, application=application.id, reason=reason.value)
    _tell(glass, application, by)
    return glass


def _open_now(application: Application, by: User) -> BreakGlass | None:
    mine = sa.select(BreakGlass).where(
        BreakGlass.application_id == application.id,
        BreakGlass.opened_by_id == by.id,
        BreakGlass.ended_at.is_(None),
        BreakGlass.opened_at > clock.now() - GLASS_LASTS,
    )
    return db.session.scalars(mine.order_by(BreakGlass.id.desc()).limit(1)).first()


def _tell(glass: BreakGlass, application: Application, by: User) -> None:
    community = application.organisation
    for person in db.session.scalars(access.holders(Action.ACKNOWLEDGE_BREAK_GLASS, community.id)):
        if person.id != by.id:
            notice.send(
                person.email,
                "report/mail/glass",
                key=f"glass.opened:{glass.id}",
                ref=application.ref,
                url=links.url("report.glass", number=glass.id),
                community_name=community.name,
                why=f"You look after people's data at {community.name}.",
            )


def read(glass: BreakGlass, *, by: User) -> list[tuple[str, str]]:
    """Who the student is, for who broke the glass, while it is open; noted. Raises NotAllowed, Over."""
    application = _require_open(glass, by)
    audit.record(by, "glass.identity_read", glass, glass=glass.id)
    return rights.facts_of(application)


def read_paper(glass: BreakGlass, paper: Document, *, by: User) -> bytes:
    """A paper, in the same way. Raises NotAllowed, Over, Erased; FileNotFoundError, Busy."""
    application = _require_open(glass, by)
    audit.record(by, "glass.paper_read", glass, glass=glass.id, paper=paper.id)
    return documents.opened(application, paper)


def _require_open(glass: BreakGlass, by: User) -> Application:
    application = db.session.scalars(students.held(glass.application_id)).one()
    access.require(by, Action.BREAK_GLASS, application)
    if by.id != glass.opened_by_id:
        raise NotAllowed("Only who broke the glass reads through it.")
    if not glass.is_open:
        raise Over()
    return application


def end(glass: BreakGlass, *, by: User) -> None:
    """Close it before its time; the second time changes nothing. Raises NotAllowed."""
    access.require(by, Action.SEE_BREAK_GLASS, glass)
    if by.id != glass.opened_by_id:
        raise NotAllowed("Only who broke the glass closes it; it closes by itself.")
    if glass.is_open:
        glass.ended_at = max(clock.now(), glass.opened_at)  # clocks of several machines differ
        audit.record(by, "glass.ended", glass)


def acknowledge(glass: BreakGlass, *, by: User) -> None:
    """Say, as somebody else, that one has seen what was opened and read. Raises NotAllowed (who opened it)."""
    access.require(by, Action.ACKNOWLEDGE_BREAK_GLASS, glass)
    locked = sa.select(BreakGlass).where(BreakGlass.id == glass.id).with_for_update(of=BreakGlass)
    glass = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    if glass.acknowledged_by_id is None:
        glass.acknowledged_by_id, glass.acknowledged_at = by.id, clock.now()
        audit.record(by, "glass.acknowledged", glass)
