"""A school sets up, through the link of its answer, being paid by the card company."""

import sqlalchemy as sa
import structlog

from campaigns.account.models import Organisation
from campaigns.audit import rules as audit
from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Busy, Refused
from campaigns.payment import gateway
from campaigns.payment.gateway.connect import NewPayee, PayeeNow
from campaigns.payment.models import Payee
from campaigns.payment.queries import connect as queries
from campaigns.student import queries as students
from campaigns.student.models import Application, ConfirmationRequest
from campaigns.student.rules import requests
from campaigns.student.rules.requests import accounts
from campaigns.student.states import RequestKind, RequestState

log = structlog.get_logger()


class NotOffered(Refused):
    """Schools cannot be paid by the card company here. Please tell a bank account."""


def offered(asked: ConfirmationRequest) -> bool:
    """Whether the school that gave this answer may be paid by the card company: it has named no bank account."""
    says_yes = asked.kind is RequestKind.SCHOOL and asked.state is RequestState.ANSWERED and not asked.refusal
    if not (says_yes and gateway.pays_schools()):
        return False
    told = db.session.scalars(students.account_told_by(asked.id)).one_or_none()
    return told is None or told.provider_ref is not None


def begin(token: str, back: str) -> str:
    """The address of the provider's page on which the school behind this link tells what it is asked for.

    Commits before the provider is asked; `back` is where it leads afterwards. Raises LinkSpent, NotOffered, Busy.
    """
    asked, stripe = requests.behind(RequestKind.SCHOOL, token), gateway.current()
    if stripe is None or not offered(asked):
        raise NotOffered()
    payee = _payee(asked)
    account_ref, request_id = payee.account_ref, payee.request_id
    school = db.session.get_one(Organisation, asked.school_id)
    wanted = NewPayee(payee.key, school.name, asked.email, school.country)
    db.session.commit()
    try:
        account_ref = account_ref or stripe.open_payee(wanted)
        _keep(request_id, account_ref)
        return stripe.onboarding(account_ref, back)
    except (gateway.Unclear, gateway.TryLater) as fault:
        raise Busy() from fault
    except (gateway.Rejected, gateway.KeyReused) as fault:
        log.warning("payment.payee_refused", request=request_id, fault=str(fault))
        raise NotOffered() from fault


def _payee(asked: ConfirmationRequest) -> Payee:
    """The set-up of this answer, made where there is none; of two clicks at once both go on with it."""
    new = db.insert(Payee).values(
        request_id=asked.id, key=f"{refs.random_ref(20)}:payee:{asked.id}", started_at=clock.now()
    )
    db.session.execute(new.on_conflict_do_nothing(index_elements=["request_id"]))
    return db.session.scalars(queries.payee_locked(asked.id)).one()


def _keep(request_id: int, account_ref: str) -> None:
    with db.transaction():
        db.session.scalars(queries.payee_locked(request_id)).one().account_ref = account_ref


def look(token: str) -> Payee | None:
    """The set-up behind a link, brought to what the provider says of it now; None where it has not begun.

    What the provider does not answer is left as it was known. Raises LinkSpent.
    """
    asked, stripe = requests.behind(RequestKind.SCHOOL, token), gateway.current()
    found = db.session.get(Payee, asked.id)
    if found is None or found.account_ref is None or found.ready_at is not None or stripe is None:
        return found
    account_ref, request_id = found.account_ref, asked.id
    db.session.commit()
    try:
        said = stripe.payee(account_ref, waiting=True)
    except (gateway.Unclear, gateway.TryLater, gateway.Rejected):
        return db.session.get(Payee, request_id)
    with db.transaction():
        reflect(said)
    return db.session.get(Payee, request_id)


def reflect(said: PayeeNow) -> bool:
    """Once the provider pays a school, propose its account to the team; whether it is one of ours."""
    request_id = db.session.scalars(queries.payee_with(said.ref)).one_or_none()
    if request_id is None:
        return db.session.scalar(sa.select(Payee.request_id).where(Payee.account_ref == said.ref)) is not None
    payee = db.session.scalars(queries.payee_locked(request_id)).one()
    if not said.ready or payee.ready_at is not None:
        return True
    payee.ready_at = clock.now()
    asked = db.session.get_one(ConfirmationRequest, request_id)
    school = db.session.get_one(Organisation, asked.school_id)
    application = db.session.get_one(Application, asked.application_id)
    accounts.propose_payout(application, asked, school.name, said.ref)
    audit.record(None, "payee.ready", asked, school=school.id)
    return True
