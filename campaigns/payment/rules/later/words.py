"""What a sponsor agrees to before a card is charged later: amounts and days, in words and in all."""

from datetime import timedelta

from campaigns.account.models import Organisation
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.templating import day
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import UNPAID, Fallback

TOLD_BEFORE = timedelta(days=7)
NOTICE = timedelta(days=2)
MOST_TOLD = 12  # Stripe takes 1,200 characters


class NothingLater(Refused):
    """There is nothing on this pledge that could be charged later."""


def unpaid(pledge: Pledge) -> list[Instalment]:
    """What is to be charged, the first first. Raises NothingLater."""
    open_ones = sorted((each for each in pledge.instalments if each.state in UNPAID), key=lambda each: each.due_on)
    if not open_ones or pledge.confirmed_at is None:
        raise NothingLater()
    return open_ones


def total(pledge: Pledge) -> Money:
    """How much may be charged in all. Raises NothingLater."""
    return Money(sum(each.amount for each in unpaid(pledge)), pledge.currency)


def charges(pledge: Pledge) -> list[str]:
    """What is charged when, a line each. Raises NothingLater."""
    if pledge.waits:
        or_else = " or its time is over" if pledge.fallback is Fallback.PAY else ""
        return [f"{total(pledge)}, two weeks after the campaign has reached its goal{or_else}"]
    parts = unpaid(pledge)
    lines = [f"{each.money} on {day(max(each.due_on, clock.today()))}" for each in parts[:MOST_TOLD]]
    return lines if len(parts) <= MOST_TOLD else [*lines, f"and {len(parts) - MOST_TOLD} more, {total(pledge)} in all"]


def agreement(pledge: Pledge) -> str:
    """The words beside the button that saves the card. Raises NothingLater."""
    community = db.session.get_one(Organisation, pledge.organisation_id).name
    return (
        f"I let {community} charge this card for my pledge {pledge.ref} to “{pledge.campaign.title}”: "
        f"{'; '.join(charges(pledge))}. Before each charge that is more than a week away I am told by e-mail. I can "
        "remove the card on the page of my pledge at any time; what has not been charged then is not charged."
    )[:1200]
