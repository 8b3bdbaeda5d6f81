"""A promise is made: checked against the campaign as it is now, and a link to confirm it is mailed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.ask.rules import Accepted
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db, links, refs
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import cards, terms
from campaigns.pledge.rules.confirmation import DUE_AFTER, Wishes, stand
from campaigns.pledge.rules.taken import check_taken
from campaigns.pledge.rules.terms import Term
from campaigns.pledge.states import Fallback, InstalmentState, Method, Plan, PledgeStatus

CONFIRM_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class Offer:
    """What a sponsor fills in."""

    amount: Money
    name: str
    email: str
    organisation: str | None = None
    method: Method = Method.BANK_TRANSFER
    message: str | None = None
    plan: Plan = Plan.ONCE
    fallback: Fallback | None = None  # for a plan that waits for something
    terms: tuple[Term, ...] = ()  # for a plan by term


def promise(campaign_id: int, offer: Offer, *, once: str, accepted: Accepted | None = None) -> Pledge:
    """Note a sponsor's promise, which counts nowhere until its address is confirmed, and mail the link for that.

    `once` names the form it was sent with: sent again, it gives the pledge of the first time. A company that
    `accepted` an ask and keeps the address the ask was mailed to has confirmed it by that. Raises Closed,
    MoreThanUncovered, TooSmall, BadTerms, NotByCard.
    """
    known = db.session.scalars(queries.BY_ONCE, {"once": once}).one_or_none()
    if known is not None:
        return known
    campaign = db.session.scalars(queries.TO_PLEDGE_FOR, {"id": campaign_id}).one()
    pledge, is_new = note(campaign, offer, once, accepted)
    if is_new:
        if accepted is not None and _speaks_for(offer, accepted):
            stand(pledge, Wishes())
        else:
            _ask_to_confirm(pledge, campaign)
    return pledge


def make(
    campaign_id: int, offer: Offer, wishes: Wishes, *, once: str, quietly: bool = False, hears: bool = True
) -> Pledge:
    """A pledge that stands at once, by a sponsor whose address is known to be theirs; `once` names its cause;
    `quietly` mails nothing, and without `hears` the address hears of the campaign as before.

    Raises as `promise` does, and NotPromised where this cause has made one already.
    """
    figures.lock(campaign_id)  # before a row that refers to it: two at once would wait for each other
    campaign = db.session.scalars(queries.TO_PLEDGE_FOR, {"id": campaign_id}).one()
    pledge, _ = note(campaign, offer, once, None)
    stand(pledge, wishes, quiet=quietly, hears=hears)
    return pledge


def note(campaign: Campaign, offer: Offer, once: str, accepted: Accepted | None) -> tuple[Pledge, bool]:
    """The promise with its instalments, and whether this form, not the same sent at the same time, has made it.

    Nobody is told of it yet. Raises as `promise` does.
    """
    check_taken(campaign, offer.amount)
    if offer.plan is Plan.TERMS:
        terms.check(offer.terms, offer.amount)
    if offer.method is Method.CARD:
        for amount in [each.amount for each in offer.terms] or [offer.amount]:
            cards.check(amount)
    made = _insert(campaign, offer, once, accepted)
    pledge = db.session.scalars(queries.BY_ONCE, {"once": once}).one()
    if made is not None:
        _add_instalments(pledge, offer.terms or [Term(_due_on(pledge, campaign), offer.amount)])
    return pledge, made is not None


def _speaks_for(offer: Offer, accepted: Accepted) -> bool:
    """Whether the mailed ask has confirmed this address already; it does so for one pledge."""
    same = accepted.email.casefold() == offer.email.casefold()
    return same and db.session.scalar(queries.standing_for(accepted.ask_id)) is None


def _insert(campaign: Campaign, offer: Offer, once: str, accepted: Accepted | None) -> int | None:
    """The new pledge's id; None where the same form has arrived at the same time and was faster."""
    return db.insert_once(
        Pledge,
        unless=["once"],
        ref=refs.random_ref(),
        once=once,
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id,
        company_id=accepted.company_id if accepted is not None else None,
        ask_id=accepted.ask_id if accepted is not None else None,
        status=PledgeStatus.PROMISED,
        amount=offer.amount.amount,
        currency=offer.amount.currency,
        name=offer.name,
        email=offer.email,
        organisation_name=offer.organisation or None,
        method=offer.method,
        plan=offer.plan,
        fallback=offer.fallback,
        message=offer.message or None,
    )


def _due_on(pledge: Pledge, campaign: Campaign) -> date:
    """By when, at the latest, if it is confirmed today."""
    return (campaign.deadline if pledge.plan is Plan.GOAL else clock.today()) + DUE_AFTER


def _add_instalments(pledge: Pledge, parts: Sequence[Term]) -> None:
    rows = [
        {
            "pledge_id": pledge.id,
            "number": number,
            "reference": refs.creditor_reference(f"{pledge.ref}{number}"),
            "amount": part.amount.amount,
            "currency": pledge.currency,
            "due_on": part.due_on,
            "state": InstalmentState.SCHEDULED,
        }
        for number, part in enumerate(parts, start=1)
    ]
    db.session.execute(db.insert(Instalment).values(rows))


def _ask_to_confirm(pledge: Pledge, campaign: Campaign) -> None:
    token = links.issue("pledge.confirm", pledge.id, lasts=CONFIRM_WITHIN)
    notice.send(
        pledge.email,
        "pledge/mail/confirm",
        key=f"pledge.confirm:{pledge.id}",
        community_name=campaign.organisation.name,
        name=pledge.name,
        amount=pledge.money,
        campaign=campaign.title,
        until=clock.today() + CONFIRM_WITHIN,
        url=links.url("pledge.confirm", token=token),
    )
