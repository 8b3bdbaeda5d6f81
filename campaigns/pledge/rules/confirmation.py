"""A promise is confirmed: from now on it counts, covers budget lines, and is due."""

from dataclasses import dataclass
from datetime import timedelta

from campaigns.account.models import Organisation
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.community.models import Community
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import terms
from campaigns.pledge.rules.cover import cover
from campaigns.pledge.rules.own import page_of
from campaigns.pledge.rules.status import derive
from campaigns.pledge.rules.taken import check_taken
from campaigns.pledge.states import InstalmentState, Plan, PledgeStatus, Surplus

DUE_AFTER = timedelta(days=14)
SHORTEST = timedelta(days=7)  # a transfer takes its days, and nobody is late before having been told


class NotPromised(Refused):
    """This pledge has been confirmed or taken back already."""


@dataclass(frozen=True)
class Wishes:
    """How a sponsor wants to be shown, and whether to hear what becomes of the money."""

    show_name: bool = False
    updates: bool = False
    surplus: Surplus = Surplus.REFUND


def confirm(token: str, wishes: Wishes, *, instead: Money | None = None) -> Pledge:
    """Confirm the promise that an e-mailed link stands for; the link is spent.

    `instead` is a smaller amount that the sponsor agreed to after others were faster. Raises LinkSpent,
    NotPromised, Closed, MoreThanUncovered, TooSmall.
    """
    link = links.consume("pledge.confirm", token)
    pledge = db.session.scalars(queries.whole(link.subject_id)).one()
    stand(pledge, wishes, instead=instead)
    return pledge


def stand(
    pledge: Pledge, wishes: Wishes, *, instead: Money | None = None, quiet: bool = False, hears: bool = True
) -> None:
    """Let a promise whose sponsor has shown the address to be theirs count: lines, figures, what is due.

    Mails how to pay, or what is waited for, unless `quiet`; whether the address hears of the campaign stays as it is
    unless it `hears` what the wishes say. Raises as `confirm` does.
    """
    campaign = figures.lock(pledge.campaign_id)
    db.session.scalars(queries.whole(pledge.id)).one()
    if pledge.status is not PledgeStatus.PROMISED:
        raise NotPromised()
    amount = pledge.money if instead is None else min(pledge.money, instead)
    check_taken(campaign, amount)
    terms.shrink(pledge, amount)
    pledge.confirmed_at = clock.now()
    pledge.show_name, pledge.surplus = wishes.show_name, wishes.surplus
    _begin(pledge)
    pledge.status = derive(pledge)
    cover(pledge)
    audit.record(None, "pledge.confirmed", pledge, amount=pledge.amount, currency=pledge.currency)
    if hears:
        hear(pledge, wishes.updates)
    if not quiet:
        thank(pledge, campaign)


def _begin(pledge: Pledge) -> None:
    """What is to be paid soon is due from now on; where days were chosen, these hold unless they are over already."""
    today = clock.today()
    for instalment in pledge.instalments:
        if pledge.plan is Plan.ONCE:
            fall_due(instalment)
        elif pledge.plan is Plan.TERMS:
            instalment.due_on = max(instalment.due_on, today + SHORTEST)
            if instalment.due_on <= today + terms.DUE_BEFORE:
                instalment.move_to(InstalmentState.DUE)


def wait_no_more(pledge: Pledge) -> None:
    """What waited for a goal is due from now on, whatever becomes of the goal. The caller tells the sponsor."""
    pledge.plan, pledge.fallback = Plan.ONCE, None
    for instalment in pledge.instalments:
        if instalment.state is InstalmentState.SCHEDULED:
            fall_due(instalment)
    pledge.status = derive(pledge)
    db.session.flush()


def fall_due(instalment: Instalment) -> None:
    """Let an amount that was not due yet be due from now on; DUE_AFTER says how long there is to pay it."""
    instalment.move_to(InstalmentState.DUE)
    instalment.due_on = clock.today() + DUE_AFTER
    instalment.reminded_at = None


def hear(pledge: Pledge, updates: bool) -> None:
    """Let the sponsor hear of the campaign's updates, or no longer."""
    subscription = notice.subscribe(f"campaign:{pledge.campaign_id}", pledge.email, confirmed=updates)
    if not updates:
        notice.unsubscribe(subscription)
    pledge.wants_updates = updates


def thank(pledge: Pledge, campaign: Campaign) -> None:
    """Mail the sponsor how to pay, with the pledge's own page."""
    notice.send(
        pledge.email,
        "pledge/mail/thanks",
        key=f"pledge.thanks:{pledge.id}",
        community_name=db.session.get_one(Organisation, pledge.organisation_id).name,
        community=db.session.get_one(Community, pledge.organisation_id),
        pledge=pledge,
        instalment=pledge.instalments[0],
        campaign=campaign.title,
        url=page_of(pledge.ref),
    )
