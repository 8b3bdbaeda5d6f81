"""Finding what people without an account were asked, what they answered, and where schools are paid."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from campaigns.account.models import Organisation, OrganisationDomain, User
from campaigns.account.states import OrganisationKind
from campaigns.kit import clock, crypto
from campaigns.student.models import (
    Application,
    ConfirmationRequest,
    Need,
    NeedConfirmation,
    RequestSending,
    SchoolAccount,
    SchoolConfirmation,
    Vouching,
)
from campaigns.student.states import ASKABLE, AccountState, RequestKind, RequestState

DAY = timedelta(days=1)
REFERRING = (RequestState.OPEN, RequestState.ANSWERED)
CONFIRMABLE_SHOWN = 200


def requests_of(application_id: int) -> sa.Select[ConfirmationRequest]:
    """Everybody who was asked about one application, the latest last."""
    mine = sa.select(ConfirmationRequest).where(ConfirmationRequest.application_id == application_id)
    return mine.options(joinedload(ConfirmationRequest.school)).order_by(ConfirmationRequest.id)


def request_locked(request_id: int) -> sa.Select[ConfirmationRequest]:
    """One request as it is now, for a change; the application has to be locked before."""
    mine = sa.select(ConfirmationRequest).where(ConfirmationRequest.id == request_id)
    now = mine.with_for_update(of=ConfirmationRequest).execution_options(populate_existing=True)
    return now.options(joinedload(ConfirmationRequest.school))


def answered_with(token: str) -> sa.Select[ConfirmationRequest]:
    """The request that this link has answered."""
    return sa.select(ConfirmationRequest).where(ConfirmationRequest.answered_hash == crypto.digest(token))


def sendings_today(*, application_id: int | None = None, email: str | None = None) -> sa.Select[int]:
    """How many links of an application, or to an address in all applications, were sent in the last 24 hours."""
    lately = sa.select(sa.func.count(RequestSending.id)).where(RequestSending.at > clock.now() - DAY)
    if email is not None:
        return lately.where(RequestSending.email_print.in_(crypto.fingerprints(email)))
    return lately.where(RequestSending.application_id == application_id)


def past_due() -> sa.Select[int, int]:
    """(request, application) of open requests whose time is over."""
    over = sa.and_(ConfirmationRequest.state == RequestState.OPEN, ConfirmationRequest.expires_at <= clock.now())
    return sa.select(ConfirmationRequest.id, ConfirmationRequest.application_id).where(over)


def to_remind(sent_before: datetime) -> sa.Select[int, int]:
    """(request, application) of requests by mail that were sent before then and nobody was reminded of."""
    waiting = sa.and_(
        ConfirmationRequest.state == RequestState.OPEN,
        ConfirmationRequest.email_sealed.is_not(None),
        ConfirmationRequest.reminded_at.is_(None),
        ConfirmationRequest.sent_at <= sent_before,
        ConfirmationRequest.expires_at > clock.now(),
        Application.stage.in_(ASKABLE),
    )
    both = sa.select(ConfirmationRequest.id, ConfirmationRequest.application_id)
    return both.join(Application, Application.id == ConfirmationRequest.application_id).where(waiting)


def referees(application_ids: Collection[int]) -> sa.Select[int, str | None, int | None]:
    """(application, fingerprint of the address, account) of all who vouch, or are asked to, for these students.

    Compare the fingerprint with each of `crypto.fingerprints(user.email_canonical)`.
    """
    return sa.select(
        ConfirmationRequest.application_id, ConfirmationRequest.email_print, ConfirmationRequest.answered_by_id
    ).where(
        ConfirmationRequest.application_id.in_(application_ids),
        ConfirmationRequest.kind == RequestKind.REFEREE,
        ConfirmationRequest.state.in_(REFERRING),
    )


def referred_by(user: User) -> sa.Select[int]:
    """The ids of the applications whose student this person vouches for, or is asked to: they do not vet these."""
    prints = crypto.fingerprints(user.email_canonical)
    return sa.select(ConfirmationRequest.application_id).where(
        ConfirmationRequest.kind == RequestKind.REFEREE,
        ConfirmationRequest.state.in_(REFERRING),
        sa.or_(ConfirmationRequest.answered_by_id == user.id, ConfirmationRequest.email_print.in_(prints)),
    )


def vouchings_of(application_id: int) -> sa.Select[Vouching]:
    """What referees said of one student."""
    return sa.select(Vouching).where(Vouching.application_id == application_id).order_by(Vouching.id)


def school_confirmations_of(application_id: int) -> sa.Select[SchoolConfirmation]:
    """What schools said of one student."""
    mine = sa.select(SchoolConfirmation).where(SchoolConfirmation.application_id == application_id)
    return mine.order_by(SchoolConfirmation.id)


def confirmed_needs(application_ids: Collection[int]) -> sa.Select[NeedConfirmation]:
    """The latest word of a school on each cost line of these applications.

    Where `asked` is not what the line says now, the line has changed since.
    """
    latest = sa.select(sa.func.max(NeedConfirmation.id)).join(Need, Need.id == NeedConfirmation.need_id)
    mine = latest.where(Need.application_id.in_(application_ids)).group_by(NeedConfirmation.need_id)
    return sa.select(NeedConfirmation).where(NeedConfirmation.id.in_(mine)).order_by(NeedConfirmation.need_id)


def domains_of_school(school_id: int) -> sa.Select[str]:
    """The mail domains that a school is listed with."""
    return sa.select(OrganisationDomain.domain).where(OrganisationDomain.organisation_id == school_id)


def schools_with_domains(text: str, most: int = 20) -> sa.Select[Organisation]:
    """Schools of the list that can be asked, by a part of the name."""
    listed = sa.exists().where(OrganisationDomain.organisation_id == Organisation.id)
    named = Organisation.name.icontains(text, autoescape=True)
    schools = sa.select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL, named, listed)
    return schools.order_by(Organisation.name, Organisation.id).limit(most)


def school_accounts(organisation_id: int) -> sa.Select[SchoolAccount]:
    """The accounts that a community was told, those that wait for a treasurer first; replaced ones are left out."""
    shown = SchoolAccount.state.in_([AccountState.PROPOSED, AccountState.CONFIRMED])
    waits_first = sa.case((SchoolAccount.state == AccountState.PROPOSED, 0), else_=1)
    return (
        sa.select(SchoolAccount)
        .join(SchoolAccount.school)
        .where(SchoolAccount.organisation_id == organisation_id, shown)
        .options(
            contains_eager(SchoolAccount.school),
            joinedload(SchoolAccount.request).joinedload(ConfirmationRequest.asked_by),
            joinedload(SchoolAccount.confirmed_by),
            joinedload(SchoolAccount.seconded_by),
        )
        .order_by(waits_first, Organisation.name, SchoolAccount.id)
        .limit(CONFIRMABLE_SHOWN)
    )


def account_told_by(request_id: int) -> sa.Select[SchoolAccount]:
    """The account that a school told in one answer."""
    return sa.select(SchoolAccount).where(SchoolAccount.request_id == request_id)


def account_in_use(organisation_id: int, school_id: int) -> sa.Select[SchoolAccount]:
    """The account to which a community pays a school."""
    return sa.select(SchoolAccount).where(
        SchoolAccount.organisation_id == organisation_id,
        SchoolAccount.school_id == school_id,
        SchoolAccount.state == AccountState.CONFIRMED,
    )
