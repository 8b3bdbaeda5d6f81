"""The proof chain of a campaign: what has happened, when, and what is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.campaign.models import Figures
from campaigns.kit.money import Money
from campaigns.student.states import REACHED


@dataclass(frozen=True)
class Link:
    """One link: `state` is done, now (begun, not complete) or next."""

    title: str
    state: str
    at: datetime | None = None
    amount: Money | None = None
    text: str = ""
    url: str = ""
    who: str = ""


def links(campaign: Any, figures: Figures, asks: Sequence[Any], updates: Sequence[Any]) -> list[Link]:
    """The links from the checked needs to what came of it, in order."""
    return [
        Link("Needs checked, words approved", "done", campaign.published_at, text="By two people each, on their own."),
        *_pressed(asks),
        _part("Pledged", figures.pledged, figures.asked, campaign.pledged_at),
        _part("Received", figures.received, figures.pledged, campaign.received_at, f"/c/{campaign.slug}/ledger"),
        _part("Sent to the schools", figures.disbursed, figures.received, campaign.disbursed_at),
        _part("Proven by the schools' receipts", figures.proven, figures.disbursed, campaign.proven_at),
        _told(campaign, updates),
    ]


def _part(title: str, amount: Money, whole: Money, at: datetime | None, url: str = "") -> Link:
    if not amount:
        return Link(title, "next")
    return Link(title, "done" if amount >= whole else "now", at, amount, url=url)


def _pressed(asks: Sequence[Any]) -> list[Link]:
    if not asks:
        return []
    answers = [ask for ask in asks if ask.answer is not None]
    asked_at = min((ask.public_at or ask.answered_at for ask in asks), default=None)
    asked = Link("Companies asked", "done", asked_at, text=_names(asks), url="#asks")
    if not answers:
        return [asked, Link("A company's answer", "next")]
    answered_at = max(ask.answered_at for ask in answers)
    return [asked, Link("Companies answered", "done", answered_at, text=_names(answers), url="#asks")]


def _names(asks: Sequence[Any]) -> str:
    names = [ask.company for ask in asks[:3]]
    more = len(asks) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _told(campaign: Any, updates: Sequence[Any]) -> Link:
    title = "What came of it"
    if not updates:
        return Link(title, "next")
    latest = updates[0]
    return Link(title, "now", latest.published_at, text=latest.title, url=f"/c/{campaign.slug}/updates/{latest.id}")


def reached(lines: Sequence[Any]) -> list[Link]:
    """What the students whose consent holds have reached, in coded words, the month for the day; each thing once."""
    found = {(REACHED[line.reached], line.reached_on.replace(day=1)) for line in lines if line.shown and line.reached}
    return [Link(what, "done", text=f"{month:%B %Y}") for what, month in sorted(found, key=lambda each: each[1])]
