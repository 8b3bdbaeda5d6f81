"""The company's answer: one, kept as it was given, beside the letter."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.ask import queries
from campaigns.ask.models import Ask, Reply
from campaigns.ask.rules import base, mails
from campaigns.ask.states import Answer, AskState, DeclineReason
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db, links, text
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money


class AlreadyAnswered(Refused):
    """This letter has been answered already. The answer is shown below."""


class NothingOffered(Refused):
    """Offer an amount, something in kind, or both."""

    field = "amount"


class InThePast(Refused):
    """The day by which you would do this has passed."""

    field = "by_date"


class ReasonMissing(Refused):
    """Choose the reason that fits best."""

    field = "reason"


@dataclass(frozen=True)
class Said:
    """What somebody answers for the company; amounts are in the campaign's currency.

    `once` names the form: the same one sent twice is one answer. `may_show` lets the answer to a private
    letter be shown in public.
    """

    answer: Answer
    once: str
    answered_by: str
    position: str
    message: str = ""
    amount: Money | None = None
    in_kind: str | None = None
    by_date: date | None = None
    reason: DeclineReason | None = None
    may_show: bool = False


def answer(ask: Ask, said: Said) -> Reply:
    """Keep the company's answer; whoever holds its link speaks for it, so there is no `by`.

    Raises AlreadyAnswered, IllegalMove (it was not sent yet), CampaignNotLive, TooMuch, NothingOffered,
    InThePast, ReasonMissing.
    """
    base.lock(ask)
    if ask.reply is not None:
        if ask.reply.once == said.once:
            return ask.reply
        raise AlreadyAnswered()
    _check(ask, said)
    ask.move_to(AskState.ANSWERED)
    reply = ask.reply = _kept(ask, said)
    ask.answered_at = clock.now()
    ask.version += 1
    db.session.flush()
    if reply.is_public:
        figures.touch(ask.campaign_id)
    mails.answered(ask, reply)
    audit.record(None, "ask.answered", ask, answer=said.answer.value)
    return reply


def _check(ask: Ask, said: Said) -> None:
    if said.answer is Answer.ACCEPT:
        campaign = figures.lock(ask.campaign_id)
        base.check_live(campaign)
        if said.amount is None:
            raise NothingOffered("Say how much the company pledges.")
        base.check_needed(said.amount, campaign)
    elif said.answer is Answer.COUNTER:
        if said.amount is None and not said.in_kind:
            raise NothingOffered()
        if said.by_date is not None and said.by_date < clock.today():
            raise InThePast()
    elif said.reason is None:
        raise ReasonMissing()


def _kept(ask: Ask, said: Said) -> Reply:
    kept: dict[str, Any] = {"amount": None, "in_kind": None, "by_date": None, "reason": None}
    if said.answer is Answer.DECLINE:
        kept["reason"] = said.reason
    elif said.amount is not None:
        kept["amount"] = said.amount.amount
    if said.answer is Answer.COUNTER:
        kept |= {"in_kind": said.in_kind or None, "by_date": said.by_date}
    return Reply(
        ask_id=ask.id,
        once=said.once[:64],
        answer=said.answer,
        answered_by=text.one_line(said.answered_by),
        position=text.one_line(said.position),
        message=said.message,
        currency=ask.currency,
        is_public=said.may_show or ask.public_at is not None,
        **kept,
    )


@dataclass(frozen=True)
class Accepted:
    """What the pledge's form is filled in with after a company has accepted."""

    ask_id: int
    campaign_id: int
    amount: Money
    name: str
    email: str
    company_id: int
    company_name: str


def accepted(token: str) -> Accepted | None:
    """What a company has accepted, from the token that its answer leads on with; None for any other token."""
    ref = links.signed("ask.accept", token)
    ask = db.session.scalars(queries.by_ref(ref)).one_or_none() if ref else None
    reply = ask.reply if ask is not None else None
    if ask is None or reply is None or reply.money is None or reply.answer is not Answer.ACCEPT:
        return None
    return Accepted(
        ask_id=ask.id,
        campaign_id=ask.campaign_id,
        amount=reply.money,
        name=reply.answered_by,
        email=ask.contact_email,
        company_id=ask.company_id,
        company_name=ask.company.name,
    )
