"""Comparing what is kept beside campaigns and lines with the payments, and the payments with the book."""

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement.models import Disbursement, DisbursementPart, Return, ReturnPart
from campaigns.disbursement.states import GONE_OUT, DisbursementState
from campaigns.kit import db
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.models import ProviderTransfer
from campaigns.payment.states import TransferState

RETURNED = "disbursement_return"


def campaign_sums() -> sa.Select[str, int, int, int, int]:
    """Campaigns whose kept figures differ from their payments: (slug, kept and real disbursed, … proven)."""
    real, proven = _sums(Disbursement.amount, Disbursement.returned)
    sums = sa.select(Disbursement.campaign_id.label("id"), real, proven).group_by(Disbursement.campaign_id).subquery()
    given, shown = (sa.func.coalesce(sums.c[name], 0) for name in ("disbursed", "proven"))
    return (
        sa.select(Campaign.slug, Campaign.disbursed, given, Campaign.proven, shown)
        .outerjoin(sums, sums.c.id == Campaign.id)
        .where(sa.or_(Campaign.disbursed != given, Campaign.proven != shown))
    )


def line_sums() -> sa.Select[int, int, int, int, int]:
    """Budget lines whose kept figures differ from their parts of payments, as `campaign_sums` by line id."""
    real, proven = _sums(DisbursementPart.amount, DisbursementPart.returned)
    sums = (
        sa.select(DisbursementPart.line_id.label("id"), real, proven)
        .join(Disbursement, DisbursementPart.disbursement_id == Disbursement.id)
        .group_by(DisbursementPart.line_id)
        .subquery()
    )
    given, shown = (sa.func.coalesce(sums.c[name], 0) for name in ("disbursed", "proven"))
    return (
        sa.select(BudgetLine.id, BudgetLine.disbursed, given, BudgetLine.proven, shown)
        .outerjoin(sums, sums.c.id == BudgetLine.id)
        .where(sa.or_(BudgetLine.disbursed != given, BudgetLine.proven != shown))
    )


def unbooked() -> sa.Select[str]:
    """Payments that have gone out and do not stand in the book with the same amount, by ref."""
    booked = sa.exists().where(
        Movement.kind == "disbursement",
        Movement.external_id == Disbursement.ref,
        Movement.amount == Disbursement.amount,
        Movement.currency == Disbursement.currency,
    )
    return sa.select(Disbursement.ref).where(Disbursement.state.in_(GONE_OUT), ~booked).order_by(Disbursement.ref)


def booked_alone() -> sa.Select[str]:
    """Movements to schools in the book that no payment accounts for, by their external id."""
    paid = sa.exists().where(Disbursement.ref == Movement.external_id, Disbursement.state.in_(GONE_OUT))
    return sa.select(Movement.external_id).where(Movement.kind == "disbursement", ~paid).order_by(Movement.external_id)


def _sums(amount: InstrumentedAttribute[int], returned: InstrumentedAttribute[int]) -> list[sa.Label[int]]:
    states = {"disbursed": GONE_OUT, "proven": frozenset({DisbursementState.PROVEN})}
    return [
        sa.cast(sa.func.sum(sa.case((Disbursement.state.in_(found), amount - returned), else_=0)), sa.BigInteger).label(
            name
        )
        for name, found in states.items()
    ]


def returns_differ() -> sa.Select[str]:
    """Payments whose kept returns, in all or for a line, are not what was recorded, by ref."""
    whole = sa.select(db.total(Return.amount)).where(Return.disbursement_id == Disbursement.id).scalar_subquery()
    line = (
        sa.select(db.total(ReturnPart.amount))
        .join(Return, Return.id == ReturnPart.return_id)
        .where(
            Return.disbursement_id == DisbursementPart.disbursement_id, ReturnPart.line_id == DisbursementPart.line_id
        )
        .scalar_subquery()
    )
    of_line = sa.exists().where(DisbursementPart.disbursement_id == Disbursement.id, DisbursementPart.returned != line)
    return sa.select(Disbursement.ref).where(sa.or_(Disbursement.returned != whole, of_line)).order_by(Disbursement.ref)


def returns_unbooked() -> sa.Select[str]:
    """Returns that do not stand in the book with the same amount, by what they are called there."""
    called = _called()
    booked = sa.exists().where(
        Movement.kind == RETURNED, Movement.external_id == called, Movement.amount == Return.amount
    )
    return (
        sa.select(called)
        .select_from(Return)
        .join(Disbursement, Disbursement.id == Return.disbursement_id)
        .where(~booked)
        .order_by(called)
    )


def returns_booked_alone() -> sa.Select[str]:
    """Returns in the book that nobody recorded, by their external id."""
    known = sa.select(_called()).select_from(Return).join(Disbursement, Disbursement.id == Return.disbursement_id)
    alone = sa.and_(Movement.kind == RETURNED, Movement.external_id.not_in(known))
    return sa.select(Movement.external_id).where(alone).order_by(Movement.external_id)


def _called() -> sa.ColumnElement[str]:
    return Disbursement.ref + sa.literal(":") + sa.cast(Return.number, sa.String)


def wrong_disbursed() -> sa.Select[str, int, int]:
    """Campaigns whose kept disbursed figure is not what the book has at schools from them: (slug, kept, booked).

    By account, not by kind of movement, so that no new kind can be forgotten.
    """
    own, there = aliased(LedgerAccount), aliased(LedgerAccount)
    went = sa.and_(Movement.source_id == own.id, Movement.target_id == there.id)
    came = sa.and_(Movement.target_id == own.id, Movement.source_id == there.id)
    signed = sa.case((went, Movement.amount), (came, -Movement.amount), else_=0)
    at_school = (
        sa.select(own.code, sa.cast(sa.func.sum(signed), sa.BigInteger).label("booked"))
        .select_from(there)
        .join(Movement, sa.or_(Movement.target_id == there.id, Movement.source_id == there.id))
        .join(own, sa.or_(went, came))
        .where(there.code.startswith("school:"), own.code.startswith("campaign:"))
        .group_by(own.code)
        .subquery()
    )
    booked = sa.func.coalesce(at_school.c.booked, 0)
    code = sa.literal("campaign:") + sa.cast(Campaign.id, sa.String)
    return (
        sa.select(Campaign.slug, Campaign.disbursed, booked)
        .outerjoin(at_school, at_school.c.code == code)
        .where(Campaign.disbursed != booked)
    )


def transfers_astray() -> sa.Select[str]:
    """What the card company was told to send for no payment that both people have agreed to, by the payment's ref."""
    agreed = Disbursement.state.in_([DisbursementState.APPROVED, *GONE_OUT])
    same = sa.and_(Disbursement.ref == ProviderTransfer.cause, Disbursement.amount == ProviderTransfer.amount)
    told = ProviderTransfer.state != TransferState.REFUSED
    return sa.select(ProviderTransfer.cause).where(told, ~sa.exists().where(same, agreed))
