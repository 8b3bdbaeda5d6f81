"""A student's own work, on the student's side: made, changed, sent, taken back."""

from dataclasses import dataclass

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.file import rules as files
from campaigns.file.models import File
from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Refused
from campaigns.kit.images import BadFile
from campaigns.student import queries
from campaigns.student.models import Application, ShowcaseName, Work
from campaigns.student.rules.consent import standings
from campaigns.student.states import FUNDABLE, Purpose, WorkKind, WorkState

MOST = 20


class NotNow(Refused):
    """You can show your own work once your application is accepted, and while you are supported."""


class TooMany(Refused):
    """There are 20 works already; that is the most."""


class Nothing(Refused):
    """Write a text or add a picture."""

    field = "text"


class AltMissing(Refused):
    """Say in a few words what the picture shows, for people who cannot see it."""

    field = "alt"


class PictureRefused(Refused):
    """The picture cannot be used."""

    field = "picture"


class NotAgreed(Refused):
    """First agree to showing your own work; if you are under 18, your guardian has to agree as well."""


class NoImageConsent(Refused):
    """The picture shows you, so agree to showing a picture first; if you are under 18, your guardian as well."""


class Published(Refused):
    """What is shown is not changed. Take it back first."""


class NotOfAge(Refused):
    """Under 18 you appear under your alias only."""

    field = "name"


@dataclass(frozen=True)
class Made:
    """What a student tells and gives of a work. `picture` are uploaded bytes, None to keep the one there is."""

    kind: WorkKind
    title: str
    text: str = ""
    picture: bytes | None = None
    drop_picture: bool = False
    alt: str = ""
    shows_me: bool = False
    is_own: bool = True


def add_work(application: Application, made: Made, *, once: str) -> Work:
    """Keep a new work as a draft; the same `once` again returns the one it has made.

    Raises NotNow, TooMany, Nothing, AltMissing, PictureRefused.
    """
    _lock(application.id)
    known = db.session.scalars(queries.work_made_with(once)).one_or_none()
    if known is not None:
        return known
    if application.stage not in FUNDABLE:
        raise NotNow()
    if db.session.query(Work).filter_by(application_id=application.id).count() >= MOST:
        raise TooMany()
    work = Work(
        application_id=application.id,
        application=application,
        organisation_id=application.organisation_id,
        applicant_user_id=application.applicant_user_id,
        ref=refs.random_ref(),
        once=once,
        state=WorkState.DRAFT,
        file=None,
    )
    _tell(work, made)
    db.session.add(work)
    audit.record(None, "work.added", work, kind=made.kind.value)
    return work


def edit_work(work: Work, made: Made) -> None:
    """Change a work that is not shown; it is a draft again, and no approval outlives the change.

    Raises Published, Nothing, AltMissing, PictureRefused.
    """
    work = hold_work(work)
    if work.state is WorkState.PUBLISHED:
        raise Published()
    if work.state is not WorkState.DRAFT:
        work.move_to(WorkState.DRAFT)
    work.void()
    before = work.file
    _tell(work, made)
    if before is not None and before is not work.file:
        db.session.flush()
        files.discard(before)
    audit.record(None, "work.edited", work)


def send_work(work: Work) -> None:
    """Ask the community to look at a draft. Raises NotNow, NotAgreed, NoImageConsent, IllegalMove."""
    work = hold_work(work)
    if work.application.stage not in FUNDABLE:
        raise NotNow()
    now, minor = standings(work.application), work.application.is_minor
    if not now[Purpose.SHOWCASE].given(minor=minor):
        raise NotAgreed()
    if work.shows_me and not now[Purpose.PUBLISH_IMAGE].given(minor=minor):
        raise NoImageConsent()
    work.move_to(WorkState.IN_REVIEW)
    work.sent_at, work.returned_because = clock.now(), None
    audit.record(None, "work.sent", work)


def withdraw_work(work: Work, *, by: User | None) -> None:
    """Take a work off every page at the next request: the student (`by` None), or an officer. Raises NotAllowed."""
    work = hold_work(work)
    if by is not None:
        access.require(by, Action.CHECK_CONSENT, work.application)
    if work.state is WorkState.WITHDRAWN:
        return
    work.move_to(WorkState.WITHDRAWN)
    work.withdrawn_at = clock.now()
    audit.record(by, "work.withdrawn", work)


def choose_name(application: Application, name: str) -> None:
    """Show this student's work under a name from now on; with "" under the alias again. Raises NotOfAge."""
    _lock(application.id)
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    if identity.is_minor:
        raise NotOfAge()
    application.is_minor = False
    chosen = db.session.scalars(queries.showcase_name(application.id)).one_or_none()
    if not name:
        if chosen is not None:
            db.session.delete(chosen)
    else:
        chosen = chosen or ShowcaseName(application_id=application.id)
        chosen.name, chosen.chosen_at = name, clock.now()
        db.session.add(chosen)
    audit.record(None, "work.name_chosen" if name else "work.alias_chosen", application)


def _lock(application_id: int) -> None:
    db.session.execute(sa.select(Application.id).where(Application.id == application_id).with_for_update())


def hold_work(work: Work) -> Work:
    """The work as it is now; its application is locked first, as by whoever withdraws consent."""
    _lock(work.application_id)
    return db.session.scalars(queries.held_work(work.id)).one()


def _tell(work: Work, made: Made) -> None:
    work.kind, work.title, work.text = made.kind, made.title, made.text or None
    work.is_own, work.returned_because = made.is_own, None
    if made.picture is not None:
        work.file = _keep(made.picture, work.organisation_id)
    elif made.drop_picture:
        work.file = None
    if work.file is None and not made.text:
        raise Nothing()
    if work.file is not None and not made.alt:
        raise AltMissing()
    work.alt = made.alt if work.file is not None else None
    work.shows_me = made.shows_me and work.file is not None
    work.content_hash = work.fingerprint()


def _keep(data: bytes, organisation_id: int) -> File:
    try:
        return files.keep_image(data, organisation_id=organisation_id, by=None)
    except BadFile as refusal:
        raise PictureRefused(str(refusal)) from refusal
