"""The movements by which a payment came, what has gone back of each, and moving it with the campaign's figures."""

import sqlalchemy as sa

from campaigns.campaign.rules import figures
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.models import PaymentAttempt
from campaigns.pledge.models import Instalment, Pledge

BACK = ("refund", "dispute_lost")
NOT_BACK_AFTER_ALL = ("refund_failed", "dispute_lost_undone")


def of_attempt(attempt: PaymentAttempt) -> list[Movement]:
    """Where an attempt's money went: what was put aside, what counted, what covered the fee."""
    cause = f"stripe:{attempt.charge_ref}"
    select = sa.select(Movement).where(
        Movement.kind.in_(["payment", "fee_cover"]), Movement.external_id.in_([f"{cause}:surplus", cause])
    )
    return list(db.session.scalars(select.order_by(Movement.kind.desc(), Movement.external_id.desc())))


def cause(part: Movement, what: str) -> str:
    """The external id of what takes from a part; `what` names it once and for all."""
    return f"stripe:{part.id}:{what}"


def given_back(part: Movement) -> Money:
    """What went back of one movement, or is on its way, and has not come again."""
    signed = sa.case((Movement.kind.in_(BACK), Movement.amount), else_=-Movement.amount)
    total = sa.select(db.total(signed)).where(
        Movement.kind.in_([*BACK, *NOT_BACK_AFTER_ALL]),
        Movement.external_id.startswith(f"stripe:{part.id}:", autoescape=True),
    )
    return Money(int(db.session.scalar(total) or 0), part.currency)


def left(part: Movement) -> Money:
    """What has not gone back of one movement."""
    return part.money - given_back(part)


def where_now(part: Movement, instalment_id: int) -> LedgerAccount:
    """The account that holds a part now: its sponsor may have let the pledge stand for another campaign since."""
    target = db.session.get_one(LedgerAccount, part.target_id)
    if campaign_of(target) is None:
        return target
    pledges = sa.select(Pledge.campaign_id).join(Instalment, Instalment.pledge_id == Pledge.id)
    campaign_id = db.session.scalars(pledges.where(Instalment.id == instalment_id)).one()
    return ledger.account(f"campaign:{campaign_id}", part.currency)


def move(
    money: Money,
    source: LedgerAccount,
    target: LedgerAccount,
    cause: tuple[str, str],
    *,
    by: db.HasId | None = None,
    reverses: Movement | None = None,
) -> Movement | None:
    """Move money that goes back (or comes again), with what its campaign has received. Raises Overdrawn."""
    changes = [(campaign, change) for place, change in ((source, -1), (target, 1)) if (campaign := campaign_of(place))]
    for campaign, _ in changes:
        figures.lock(campaign)  # before its account, as everywhere
    overdraw = reverses is not None
    moved = ledger.move(money, source=source, target=target, cause=cause, by=by, overdraw=overdraw, reverses=reverses)
    for campaign, change in changes if moved is not None else ():
        figures.add(campaign, received=change * money.amount)
    return moved


def reverse(moved: Movement, kind: str) -> Movement | None:
    """Undo a movement once, under a kind of its own."""
    source, target = (db.session.get_one(LedgerAccount, each) for each in (moved.target_id, moved.source_id))
    return move(moved.money, source, target, (kind, moved.external_id), reverses=moved)


def campaign_of(place: LedgerAccount) -> int | None:
    """The campaign whose account this is; None for any other account."""
    kind, _, campaign_id = place.code.partition(":")
    return int(campaign_id) if kind == "campaign" else None
