"""Finding saved cards, what was agreed to, and what is to be charged."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from campaigns.campaign.models import Campaign
from campaigns.payment.models import Bill, ChargeMandate, ChargeNotice, PaymentAttempt, SavedMethod
from campaigns.payment.states import LIVE_BILLS, OPEN, AttemptState, MandateState, Provider
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.queries.renewals import on_hold
from campaigns.pledge.states import InstalmentState

CHARGEABLE = (InstalmentState.DUE, InstalmentState.OVERDUE)
MOST_TRIES = 3
NOTHING_MOVED = (AttemptState.FAILED, AttemptState.CANCELLED, AttemptState.EXPIRED)


def mandate_of(pledge_id: int, state: MandateState) -> sa.Select[ChargeMandate]:
    """The agreement for a pledge that is in this state, with its card."""
    mine = sa.and_(ChargeMandate.pledge_id == pledge_id, ChargeMandate.state == state)
    return sa.select(ChargeMandate).where(mine).options(joinedload(ChargeMandate.method))


def mandate(mandate_id: int) -> sa.Select[ChargeMandate]:
    """An agreement with its card, its pledge and whom that is for."""
    pledge = joinedload(ChargeMandate.pledge)
    return (
        sa.select(ChargeMandate)
        .where(ChargeMandate.id == mandate_id)
        .options(joinedload(ChargeMandate.method), pledge.selectinload(Pledge.instalments))
        .options(pledge.joinedload(Pledge.campaign).joinedload(Campaign.organisation))
        .execution_options(populate_existing=True)
    )


def with_method(method_id: int) -> sa.Select[ChargeMandate]:
    """The agreements that hold, to charge this card."""
    holds = ChargeMandate.state == MandateState.ACTIVE
    return sa.select(ChargeMandate).where(ChargeMandate.method_id == method_id, holds).order_by(ChargeMandate.id)


def usable_for(pledge: Pledge) -> sa.Select[SavedMethod]:
    """The card that this sponsor saved last, for this community and this company or none."""
    return (
        sa.select(SavedMethod)
        .where(SavedMethod.organisation_id == pledge.organisation_id, SavedMethod.email == pledge.email.lower())
        .where(SavedMethod.company_id.is_not_distinct_from(pledge.company_id), SavedMethod.ended_at.is_(None))
        .order_by(SavedMethod.id.desc())
        .limit(1)
    )


def to_announce(until: date) -> sa.Select[int]:
    """The ids of what is due by then and may be charged, and whose sponsor was not told on which day.

    Whoever was told of a day before that on which it is due now, for it was put off, is told anew.
    """
    told = sa.exists().where(ChargeNotice.instalment_id == Instalment.id, ChargeNotice.charge_on >= Instalment.due_on)
    return (
        sa.select(Instalment.id)
        .join(ChargeMandate, _active_for(Instalment.pledge_id))
        .join(Instalment.pledge)
        .where(Instalment.state.in_(CHARGEABLE), Instalment.due_on <= until, ~told)
        .where(~on_hold(Pledge.id), Pledge.paused_until.is_(None), _within_mandate(0))
        .order_by(Instalment.due_on, Instalment.id)
    )


def to_charge(today: date, failed_before: datetime, *, but: int = 0) -> "sa.Select[int, int]":
    """What is to be charged now: (instalment, agreement); `but` is an attempt that does not count.

    Nothing while another attempt or an invoice is open, after one was given up, after `MOST_TRIES` refusals or soon
    after one, or beyond what was agreed to.
    """
    mine = sa.and_(PaymentAttempt.instalment_id == Instalment.id, PaymentAttempt.id != but)
    under = sa.and_(mine, PaymentAttempt.mandate_id == ChargeMandate.id)
    refused = sa.and_(under, PaymentAttempt.state == AttemptState.FAILED)
    open_ones = sa.and_(mine, PaymentAttempt.provider == Provider.STRIPE, PaymentAttempt.state.in_(OPEN))
    tries = sa.select(sa.func.count(PaymentAttempt.id)).where(refused).scalar_subquery()
    return (
        sa.select(Instalment.id, ChargeMandate.id)
        .join(ChargeNotice, ChargeNotice.instalment_id == Instalment.id)
        .join(Instalment.pledge)
        .join(ChargeMandate, _active_for(Instalment.pledge_id))
        .join(SavedMethod, sa.and_(SavedMethod.id == ChargeMandate.method_id, SavedMethod.ended_at.is_(None)))
        .where(Instalment.state.in_(CHARGEABLE), ChargeNotice.charge_on.between(Instalment.due_on, today))
        .where(~on_hold(Pledge.id), Pledge.paused_until.is_(None), _within_mandate(but))
        .where(~sa.exists().where(open_ones), tries < MOST_TRIES)
        .where(~sa.exists().where(Bill.instalment_id == Instalment.id, Bill.state.in_(LIVE_BILLS)))
        .where(~sa.exists().where(under, PaymentAttempt.state == AttemptState.CANCELLED))
        .where(~sa.exists().where(refused, PaymentAttempt.changed_at > failed_before))
        .order_by(ChargeNotice.charge_on, Instalment.id)
    )


def _active_for(pledge_id: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    return sa.and_(ChargeMandate.pledge_id == pledge_id, ChargeMandate.state == MandateState.ACTIVE)


def _within_mandate(but: int) -> sa.ColumnElement[bool]:
    return _charged(but) + Instalment.amount <= ChargeMandate.amount


def _charged(but: int) -> sa.ColumnElement[int]:
    """What was, or is being, charged under an agreement."""
    counted = sa.and_(
        PaymentAttempt.mandate_id == ChargeMandate.id,
        PaymentAttempt.id != but,
        PaymentAttempt.state.not_in(NOTHING_MOVED),
    )
    total = sa.func.coalesce(sa.func.sum(PaymentAttempt.amount), 0)
    return sa.select(total).where(counted).correlate(ChargeMandate).scalar_subquery()


def question_for(pledge_id: int) -> sa.Select[PaymentAttempt]:
    """The charge of a saved card about which its bank asks the owner."""
    return (
        sa.select(PaymentAttempt)
        .join(PaymentAttempt.instalment)
        .where(Instalment.pledge_id == pledge_id, PaymentAttempt.mandate_id.is_not(None))
        .where(PaymentAttempt.state == AttemptState.REQUIRES_ACTION)
        .limit(1)
    )


def unanswered(before: datetime) -> sa.Select[int]:
    """The ids of such charges that nobody has answered since then, or whose money came another way."""
    moot = sa.or_(PaymentAttempt.created_at < before, Instalment.state.not_in(CHARGEABLE))
    return (
        sa.select(PaymentAttempt.id)
        .join(PaymentAttempt.instalment)
        .where(PaymentAttempt.mandate_id.is_not(None), PaymentAttempt.state == AttemptState.REQUIRES_ACTION, moot)
        .order_by(PaymentAttempt.id)
    )


def to_forget() -> sa.Select[int]:
    """The ids of cards that have ended and that the provider still has."""
    gone = sa.and_(SavedMethod.ended_at.is_not(None), SavedMethod.forgotten_at.is_(None))
    return sa.select(SavedMethod.id).where(gone).order_by(SavedMethod.id)


def mandates_of_ended() -> sa.Select[int]:
    """Agreements that hold although their card has ended: there are none."""
    ended = sa.and_(ChargeMandate.state == MandateState.ACTIVE, SavedMethod.ended_at.is_not(None))
    return sa.select(ChargeMandate.id).join(ChargeMandate.method).where(ended)


def beyond_mandate() -> sa.Select[int]:
    """Agreements under which more was charged than was agreed to: there are none."""
    return sa.select(ChargeMandate.id).where(_charged(0) > ChargeMandate.amount)
