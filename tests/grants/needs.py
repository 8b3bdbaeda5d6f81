"""Costs that were verified and changed, and sponsors who are asked again, with everything private marked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, links
from campaigns.kit.money import Money
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import PledgeRenewal
from campaigns.pledge.queries.renewals import PURPOSE
from campaigns.pledge.states import Renewal
from campaigns.student import rules
from campaigns.student.models import Application, Need
from campaigns.student.rules import Told
from campaigns.student.states import How, NeedKind, Stage

CANARIES = {
    "verifier's note": "Canary note of a verifier",
    "reason of a change": "Canary reason of a change",
}


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    checked = get("an_application")(Stage.IN_REVIEW, alias="Grey Lark")
    own = _needs(checked)[0]
    until = clock.today() + timedelta(days=90)
    rules.verify(own, How.CALLED, until, seen=own.fingerprint, note=CANARIES["verifier's note"], by=users["vivian"])
    campaign = get("a_campaign")(CampaignState.LIVE, slug="changed", author=users["sara"])
    for name in ("Paula Asked", "Paul Wishes"):
        get("a_pledge")(campaign, 100_00, name=name, email=f"{name.split()[0].lower()}@example.org")
    tuition, books = _needs_of(campaign)
    pledges.approve(_propose(tuition, 1_100_00, users), by=users["safiya"])
    waiting = _propose(books, 200_00, users)
    asked, wishes = db.session.scalars(sa.select(PledgeRenewal).order_by(PledgeRenewal.id))
    wishes.answer, wishes.answered_at, wishes.refund_amount = Renewal.REFUND_WISHED, clock.now(), 100_00
    db.session.flush()
    token = links.issue(PURPOSE, asked.id, lasts=timedelta(days=30))
    return {
        "checked": checked.ref, "own_need": own.id, "seen_need": own.fingerprint, "change": waiting.id,
        "wish": wishes.id, "renew_token": token, "funded": _application(tuition).ref, "tuition": tuition.id,
    }  # fmt: skip


def _needs(application: Application) -> list[Need]:
    return list(db.session.scalars(sa.select(Need).where(Need.application_id == application.id).order_by(Need.id)))


def _needs_of(campaign: Campaign) -> list[Need]:
    ids = sa.select(BudgetLine.need_id).where(BudgetLine.campaign_id == campaign.id)
    return list(db.session.scalars(sa.select(Need).where(Need.id.in_(ids)).order_by(Need.id)))


def _application(need: Need) -> Application:
    return db.session.get_one(Application, need.application_id)


def _propose(need: Need, amount: int, users: dict[str, User]) -> Any:
    told = Told(NeedKind(need.kind), Money(amount, "EUR"), need.term, CANARIES["reason of a change"], How.CALLED)
    return pledges.propose(need, told, by=users["vivian"])
