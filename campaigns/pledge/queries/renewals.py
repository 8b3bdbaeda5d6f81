"""Finding sponsors who are asked about a changed cost, and what they said."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from campaigns.access import Action, organisations_of
from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.kit import clock
from campaigns.kit.links import SignedLink
from campaigns.pledge.models import Allocation, Pledge, PledgeRenewal
from campaigns.pledge.states import COUNTED, Renewal
from campaigns.student.models import NeedChange

PURPOSE = "pledge.renew"


def on_hold(pledge_id: "InstrumentedAttribute[int] | int") -> sa.ColumnElement[bool]:
    """Whether a pledge waits for its sponsor's word on a changed cost, or for a bank's on a payment."""
    asked = sa.exists().where(PledgeRenewal.pledge_id == pledge_id, PledgeRenewal.answered_at.is_(None))
    disputed = sa.orm.aliased(Pledge)
    return sa.or_(asked, sa.exists().where(disputed.id == pledge_id, disputed.disputed_at.is_not(None)))


def behind(line_id: int) -> sa.Select[int]:
    """The ids of the pledges that stand for a line."""
    counted = sa.select(Pledge.id).join(Allocation, Allocation.pledge_id == Pledge.id)
    return counted.where(Allocation.line_id == line_id, Pledge.status.in_(COUNTED)).order_by(Pledge.id)


def open_ones(pledge_id: int) -> sa.Select[PledgeRenewal]:
    """What a sponsor has been asked and not answered."""
    return sa.select(PledgeRenewal).where(PledgeRenewal.pledge_id == pledge_id, PledgeRenewal.answered_at.is_(None))


def unanswered_of_line(line_id: int) -> sa.Select[PledgeRenewal]:
    """What the sponsors of a line have been asked and not answered."""
    return sa.select(PledgeRenewal).where(PledgeRenewal.line_id == line_id, PledgeRenewal.answered_at.is_(None))


def to_tell(limit: int) -> sa.Select[int]:
    """The ids of questions that were not mailed yet."""
    new = sa.select(PledgeRenewal.id).where(PledgeRenewal.told_at.is_(None), PledgeRenewal.answered_at.is_(None))
    return new.order_by(PledgeRenewal.id).limit(limit)


def to_remind(before: datetime, limit: int) -> sa.Select[int]:
    """The ids of questions mailed before then that have no answer and were not repeated."""
    waiting = sa.select(PledgeRenewal.id).where(
        PledgeRenewal.told_at < before, PledgeRenewal.reminded_at.is_(None), PledgeRenewal.answered_at.is_(None)
    )
    return waiting.order_by(PledgeRenewal.id).limit(limit)


def renewal(renewal_id: int) -> sa.Select[PledgeRenewal]:
    """A question as it is now, with pledge, campaign, community, instalments, change and cost."""
    pledge = joinedload(PledgeRenewal.pledge)
    return (
        sa.select(PledgeRenewal)
        .where(PledgeRenewal.id == renewal_id)
        .options(
            pledge.joinedload(Pledge.campaign).joinedload(Campaign.organisation),
            pledge.selectinload(Pledge.instalments),
            joinedload(PledgeRenewal.change).joinedload(NeedChange.need),
        )
        .execution_options(populate_existing=True)
    )


def answered_with(token_hash: str) -> sa.Select[Pledge]:
    """The pledge whose sponsor has answered by a link, from the hash of its token."""
    link = sa.select(SignedLink.subject_id).where(
        SignedLink.token_hash == token_hash, SignedLink.purpose == PURPOSE, SignedLink.used_at.is_not(None)
    )
    answered = sa.select(PledgeRenewal.pledge_id).where(
        PledgeRenewal.id == link.scalar_subquery(), PledgeRenewal.answered_at.is_not(None)
    )
    return sa.select(Pledge).where(Pledge.id == answered.scalar_subquery())


def of_change(change_id: int) -> sa.Select[PledgeRenewal]:
    """The sponsors who were asked about a change, with their pledges."""
    asked = sa.select(PledgeRenewal).where(PledgeRenewal.change_id == change_id)
    return asked.options(joinedload(PledgeRenewal.pledge)).order_by(PledgeRenewal.id)


def refund_wishes(user: User, organisation_id: int) -> sa.Select[PledgeRenewal]:
    """What sponsors wish back and nobody has settled, for somebody who may see the community's money."""
    return (
        sa.select(PledgeRenewal)
        .where(
            PledgeRenewal.organisation_id == organisation_id,
            PledgeRenewal.organisation_id.in_(organisations_of(user, Action.SEE_MONEY)),
            PledgeRenewal.refund_amount.is_not(None),
            PledgeRenewal.settled_at.is_(None),
        )
        .options(joinedload(PledgeRenewal.pledge).joinedload(Pledge.campaign))
        .order_by(PledgeRenewal.id)
    )


def counts(change_id: "InstrumentedAttribute[int | None] | int") -> tuple[sa.ScalarSelect[int], sa.ScalarSelect[int]]:
    """How many sponsors were asked about a change, and how many agreed."""
    asked = sa.select(sa.func.count(PledgeRenewal.id)).where(PledgeRenewal.change_id == change_id)
    return asked.scalar_subquery(), asked.where(PledgeRenewal.answer == Renewal.AGREED).scalar_subquery()


def wrong_counts() -> "sa.Select[int, int, int]":
    """Budget lines whose kept counts of sponsors asked or agreed are wrong: (id, kept agreed, real agreed)."""
    asked, agreed = counts(BudgetLine.change_id)
    return sa.select(BudgetLine.id, BudgetLine.agreed, agreed).where(
        BudgetLine.change_id.is_not(None), sa.or_(BudgetLine.asked_again != asked, BudgetLine.agreed != agreed)
    )


def silent(organisation_id: int) -> sa.Select[int]:
    """The ids of a community's changes of costs for which the day has passed with sponsors who said nothing."""
    late = sa.select(PledgeRenewal.change_id).where(
        PledgeRenewal.organisation_id == organisation_id,
        PledgeRenewal.answered_at.is_(None),
        PledgeRenewal.answer_by < clock.today(),
    )
    return late.distinct()
