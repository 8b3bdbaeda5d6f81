"""Finding refunds, credit notes and what they correct."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.access import Action, organisations_of
from campaigns.account.models import User
from campaigns.kit import db
from campaigns.ledger.models import Movement
from campaigns.payment.models import CreditNote, PaymentAttempt, Receipt, Refund
from campaigns.payment.states import UNDERWAY, Provider, RefundState
from campaigns.pledge.models import Instalment, Pledge


def underway(pledge_id: int) -> sa.Select[Refund]:
    """What is set apart to go back to a pledge's sponsor, and has not arrived."""
    return sa.select(Refund).where(Refund.pledge_id == pledge_id, Refund.state.in_(UNDERWAY))


def of_case(case_id: int) -> sa.Select[Refund]:
    """The refunds of what a case is about."""
    return sa.select(Refund).where(Refund.case_id == case_id)


def stale(before: datetime, limit: int) -> sa.Select[int]:
    """The ids of refunds through a provider that have no end and were not looked at since then."""
    waiting = sa.select(Refund.id).where(
        Refund.state.in_(UNDERWAY), Refund.provider == Provider.STRIPE, Refund.changed_at < before
    )
    return waiting.order_by(Refund.changed_at).limit(limit)


def known(key: str | None, ref: str) -> sa.Select[int]:
    """The id of our refund with this key, or this id of the provider's."""
    return sa.select(Refund.id).where(sa.or_(Refund.key == key, Refund.provider_ref == ref)).limit(1)


def booking(refund: Refund) -> Movement | None:
    """The movement that set a refund apart."""
    cause = f"stripe:{refund.part_id}:ours-{refund.id}"
    mine = sa.select(Movement).where(Movement.kind == "refund", Movement.external_id == cause)
    return db.session.scalars(mine).one_or_none()


def receipt_of(user: User, organisation_id: int, receipt_id: int) -> sa.Select[Receipt]:
    """A receipt of a community whose payments this person may give back."""
    mine = Receipt.organisation_id.in_(organisations_of(user, Action.REFUND))
    return sa.select(Receipt).where(mine, Receipt.organisation_id == organisation_id, Receipt.id == receipt_id)


def attempt_behind(receipt_id: int) -> sa.Select[int]:
    """The id of the attempt that a receipt's money came by; no row for a bank transfer."""
    charge = sa.literal("stripe:") + PaymentAttempt.charge_ref
    return (
        sa.select(PaymentAttempt.id)
        .join(Movement, Movement.external_id == charge)
        .join(Receipt, Receipt.movement_id == Movement.id)
        .where(Receipt.id == receipt_id, Movement.kind == "payment")
    )


def receipts_of(pledge_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The receipts of a pledge, each with its instalment and where its money came from (`cause`), oldest first."""
    return (
        sa.select(Receipt, Instalment, Movement.external_id.label("cause"))
        .join(Instalment, Instalment.id == Receipt.instalment_id)
        .join(Movement, Movement.id == Receipt.movement_id)
        .where(Instalment.pledge_id == pledge_id)
        .order_by(Receipt.id)
    )


def of_pledge(pledge_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """What went back of a pledge, or is to, each with its credit note where there is one, oldest first."""
    cause = sa.literal("stripe:") + sa.cast(Refund.part_id, sa.String) + ":ours-" + sa.cast(Refund.id, sa.String)
    booked = sa.and_(Movement.kind == "refund", Movement.external_id == cause)
    return (
        sa.select(Refund, CreditNote)
        .outerjoin(Movement, booked)
        .outerjoin(CreditNote, CreditNote.movement_id == Movement.id)
        .where(Refund.pledge_id == pledge_id)
        .order_by(Refund.id)
    )


def pledge_of(user: User, organisation_id: int, ref: str) -> sa.Select[Pledge]:
    """A pledge to a community whose money this person may see, with its campaign."""
    mine = Pledge.organisation_id.in_(organisations_of(user, Action.SEE_MONEY))
    select = sa.select(Pledge).where(mine, Pledge.organisation_id == organisation_id, Pledge.ref == ref)
    return select.options(sa.orm.joinedload(Pledge.campaign))


def wrong() -> "sa.Select[*tuple[Any, ...]]":
    """Refunds that the ledger does not tell the same of: (id, state, set apart, sent, come again)."""
    name = sa.cast(Refund.id, sa.String)
    cause = sa.literal("stripe:") + sa.cast(Refund.part_id, sa.String) + ":ours-" + name

    def moved(kind: str, external_id: sa.ColumnElement[str]) -> sa.ScalarSelect[int]:
        mine = sa.and_(Movement.kind == kind, Movement.external_id == external_id)
        return sa.select(db.total(Movement.amount)).where(mine).scalar_subquery()

    apart, sent = moved("refund", cause), moved("refund_sent", sa.literal("refund:") + name)
    again = moved("refund_failed", cause) + moved("refund_came_back", sa.literal("refund:") + name)
    done, failed = Refund.state == RefundState.DONE, Refund.state == RefundState.FAILED
    right = sa.and_(
        apart == Refund.amount,
        sa.or_(sent == sa.case((done, Refund.amount), else_=0), sa.and_(failed, sent == Refund.amount)),
        again == sa.case((failed, Refund.amount), else_=0),
    )
    return sa.select(Refund.id, Refund.state, apart, sent, again).where(~right)
