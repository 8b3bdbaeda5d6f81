"""Finding applications by who asks: the student who holds one, those who vet, and the floors above."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from campaigns import access
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.kit import clock
from campaigns.student.models import Application, Consent, Decision, Identity, Need, Question
from campaigns.student.states import FUNDABLE, ConsentEvent, Purpose, Stage

SCHOOLS_SHOWN = 20


def held(application_id: int | None) -> sa.Select[Application]:
    """The application that a student's browser holds, with all that its steps show."""
    return (
        sa.select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.school),
            joinedload(Application.organisation),
            selectinload(Application.needs),
            selectinload(Application.questions),
        )
    )


def by_code(code_hash: str) -> sa.Select[Application]:
    """The application that a resume code opens."""
    return sa.select(Application).where(Application.code_hash == code_hash)


def locked(application_id: int) -> sa.Select[Application]:
    """The application for a change that depends on what others do: they wait until this one is done."""
    return (
        held(application_id)
        .options(selectinload(Application.decisions))
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )


def identity_of(application_id: int) -> sa.Select[Identity]:
    """Who the student is. For the student's own pages and, audited, for those who vet."""
    return sa.select(Identity).where(Identity.application_id == application_id)


def visible_to(user: User) -> sa.Select[Application]:
    """Sent applications to communities in which this person vets, never their own."""
    return sa.select(Application).where(
        Application.organisation_id.in_(access.organisations_of(user, access.Action.SEE_APPLICATIONS)),
        Application.stage != Stage.DRAFT,
        sa.or_(Application.applicant_user_id.is_(None), Application.applicant_user_id != user.id),
    )


def in_full(select: sa.Select[Application]) -> sa.Select[Application]:
    """The same with school, needs, decisions (and who gave them) and questions loaded."""
    return select.options(
        joinedload(Application.school),
        joinedload(Application.organisation),
        selectinload(Application.needs),
        selectinload(Application.questions),
        selectinload(Application.decisions).joinedload(Decision.voter),
    )


def listed(user: User, organisation_id: int, stage: Stage | None = None) -> "sa.Select[Any]":
    """What the list of applications shows of each; page it by `Application.id`."""
    given = sa.and_(Decision.application_id == Application.id, Decision.round == Application.round)
    decided = sa.select(sa.func.count()).where(given).correlate(Application).scalar_subquery()
    select: Any = (
        visible_to(user)
        .where(Application.organisation_id == organisation_id)
        .outerjoin(Application.school)
        .with_only_columns(
            Application.id,
            Application.ref,
            Application.alias,
            Application.level,
            Application.country,
            Application.stage,
            Application.is_minor,
            Application.submitted_at,
            sa.func.coalesce(Organisation.name, Application.school_name).label("school"),
            decided.label("decided"),
            Application.id.in_(consented(Purpose.PUBLISH_TEXT)).label("consented"),
        )
    )
    chosen: sa.Select[Any] = select.where(Application.stage == stage) if stage is not None else select
    return chosen


def counts(user: User, organisation_id: int) -> sa.Select[Stage, int]:
    """How many applications are in each stage."""
    mine = visible_to(user).where(Application.organisation_id == organisation_id)
    return mine.with_only_columns(Application.stage, sa.func.count()).group_by(Application.stage)


def schools(text: str, country: str | None = None) -> sa.Select[Organisation]:
    """Schools whose name has every word of `text`, those that begin with it first; one more than is shown."""
    words = (word for word in text.split()[:8])
    has_all = [sa.or_(*(Organisation.name.icontains(form, autoescape=True) for form in _forms(word))) for word in words]
    select = sa.select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL, *has_all)
    if country:
        select = select.where(Organisation.country == country)
    begins = Organisation.name.istartswith(text, autoescape=True)
    first = sa.case((begins, 0), else_=1)
    return select.order_by(first, Organisation.name, Organisation.id).limit(SCHOOLS_SHOWN + 1)


def _forms(word: str) -> set[str]:
    """SQLite folds the case of ASCII letters only."""
    return {word} if word.isascii() else {word, word.capitalize(), word.lower(), word.upper()}


def school(school_id: int | None) -> sa.Select[Organisation]:
    """A school by its number."""
    return sa.select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL, Organisation.id == school_id)


def needs_of(application_id: int) -> sa.Select[Need]:
    """The costs of one application, in the order in which they were told."""
    return sa.select(Need).where(Need.application_id == application_id).order_by(Need.id)


def consents_of(application_id: int) -> sa.Select[Consent]:
    """The whole trail of consent of one application, oldest first."""
    return sa.select(Consent).where(Consent.application_id == application_id).order_by(Consent.id)


def consented(purpose: Purpose) -> sa.Select[int]:
    """The ids of the applications for which consent to this holds now: given, checked, not withdrawn, not expired.

    A renewal that nobody has checked yet does not end the consent before it.
    """
    later = aliased(Consent)
    withdrawn = sa.exists().where(
        later.application_id == Consent.application_id,
        later.purpose == Consent.purpose,
        later.event == ConsentEvent.WITHDRAWN,
        later.id > Consent.id,
    )
    return sa.select(Consent.application_id).where(
        Consent.purpose == purpose,
        Consent.event == ConsentEvent.CHECKED,
        Consent.expires_at > clock.now(),
        ~withdrawn,
    )


def has_consent(application_ids: Collection[int], purpose: Purpose) -> sa.Select[int]:
    """Those of these applications for which consent to this holds now."""
    return consented(purpose).where(Consent.application_id.in_(application_ids))


def withdrawn(application_ids: Collection[int]) -> sa.Select[int]:
    """Those of these applications of which nothing may be shown any more: consent was withdrawn or has run out."""
    return sa.select(Application.id).where(
        Application.id.in_(application_ids), Application.id.not_in(consented(Purpose.PUBLISH_TEXT))
    )


def approved_needs(organisation_id: int) -> sa.Select[Need]:
    """The needs of a community's approved students who consent to being shown, with application and school.

    Whether a campaign asks for one already is not known here.
    """
    return (
        sa.select(Need)
        .join(Need.application)
        .where(
            Application.organisation_id == organisation_id,
            Application.stage.in_(FUNDABLE),
            Application.school_id.is_not(None),
            Application.id.in_(consented(Purpose.PUBLISH_TEXT)),
        )
        .options(contains_eager(Need.application).joinedload(Application.school))
        .order_by(Application.id, Need.id)
    )


def vetters_of(application_ids: Collection[int]) -> sa.Select[int]:
    """The ids of the people who decided on any of these applications, in whatever round."""
    return sa.select(Decision.voter_id).where(Decision.application_id.in_(application_ids)).distinct()


def open_question(application_id: int) -> sa.Select[Question]:
    """What the student has been asked and has not answered yet."""
    return sa.select(Question).where(Question.application_id == application_id, Question.answered_at.is_(None))


def decisions_of(application: Application) -> sa.Select[Decision]:
    """What was decided in the current round."""
    return sa.select(Decision).where(Decision.application_id == application.id, Decision.round == application.round)
