"""A gift in kind: valued by whoever gives it, looked at by the team, received by the school. No money moves.

It stands beside the meter, never in it. Where it fulfils a cost, the line asks for that much less once the school
has confirmed that it arrived.
"""

from datetime import date, timedelta

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.account.rules import normal_email
from campaigns.audit import rules as audit
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import costs, figures
from campaigns.campaign.states import REVISABLE
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Refused
from campaigns.notice import rules as notice
from campaigns.offer import queries
from campaigns.offer.models import Gift, Offer
from campaigns.offer.rules.make import Said, ask_to_confirm, note, stands, tell
from campaigns.offer.states import OfferKind, OfferState
from campaigns.pledge.rules import Closed, Wishes
from campaigns.student import queries as students
from campaigns.student.models import Need
from campaigns.student.rules.requests.domains import belongs

ANSWER_WITHIN = timedelta(days=90)
RECEIVED = "offer.received"


class NotTheSchool(Refused):
    """This is not an address of the school: whoever gives or accepts it does not confirm it, too."""

    field = "school_email"


class NotSoLong(Refused):
    """It has not come yet on this day, or it was accepted later than that."""

    field = "received_on"


def offer_gift(campaign: Campaign, said: Said, what: str, details: str, *, once: str) -> Offer:
    """Note a gift in kind, and mail the link that confirms its address. Raises Closed."""
    _check(campaign)
    offer, new = note(campaign, OfferKind.GIFT, said, once=once)
    if new:
        db.session.add(Gift(offer_id=offer.id, what=what, details=details))
        db.session.flush()
        ask_to_confirm(db.session.scalars(queries.whole(offer.id)).one())
    return offer


def _check(campaign: Campaign) -> None:
    if campaign.state not in REVISABLE:
        raise Closed()


def stand(offer: Offer, campaign: Campaign, wishes: Wishes) -> None:
    """Let the team look at it. Raises Closed."""
    _check(campaign)
    stands(offer, wishes)
    tell(offer, "offer/mail/gift_noted", "noted")


def accept(offer: Offer, line_id: int | None, school_email: str, *, by: User) -> None:
    """Accept a gift for a school, whose office is asked to confirm that it came; `line_id` is the cost it fulfils.

    Once more, with another address, where nobody has confirmed it yet: the link before is worth nothing then.
    Raises NotAllowed, NotTheSchool, IllegalMove.
    """
    access.require(by, Action.EDIT_CAMPAIGN, offer)
    campaign = figures.lock(offer.campaign_id)
    offer = db.session.scalars(queries.whole(offer.id)).one()
    gift, line = gift_of(offer), _line(campaign, line_id)
    address = normal_email(school_email)
    domains = sorted(db.session.scalars(students.domains_of_school(line.school_id)))
    given_by = {normal_email(offer.email), by.email_canonical, normal_email(by.email)}
    if address in given_by or (domains and not belongs(address, domains)):
        raise NotTheSchool()
    if offer.state is not OfferState.ACCEPTED:
        offer.move_to(OfferState.ACCEPTED)
    gift.line_id = line.id if line_id is not None else None
    gift.school_id, gift.school_email = line.school_id, address
    gift.accepted_by_id, gift.accepted_at = by.id, gift.accepted_at or clock.now()
    figures.touch(campaign.id)
    audit.record(by, "offer.gift_accepted", offer, line=gift.line_id)
    school = db.session.get_one(Organisation, line.school_id)
    _ask_school(offer, gift, school)
    tell(offer, "offer/mail/gift_accepted", "accepted")  # which school it is would tell who the student is


def _line(campaign: Campaign, line_id: int | None) -> BudgetLine:
    """The line that a gift is for, or any of the campaign, for its school."""
    lines = sa.select(BudgetLine).where(BudgetLine.campaign_id == campaign.id, BudgetLine.left_at.is_(None))
    if line_id is not None:
        lines = lines.where(BudgetLine.id == line_id, BudgetLine.released_at.is_(None))
    found = db.session.scalars(lines.order_by(BudgetLine.id).limit(1)).one_or_none()
    if found is None:
        raise Refused("This cost is not asked for any more. Choose another, or none.", field="line")
    return found


def _ask_school(offer: Offer, gift: Gift, school: Organisation) -> None:
    links.revoke(RECEIVED, offer.id)
    token = links.issue(RECEIVED, offer.id, lasts=ANSWER_WITHIN)
    notice.send(
        gift.school_email or "",
        "offer/mail/gift_school",
        key=f"offer.school:{offer.id}:{clock.now().isoformat()}",
        community_name=db.session.get_one(Organisation, offer.organisation_id).name,
        school=school.name,
        what=gift.what,
        until=clock.today() + ANSWER_WITHIN,
        url=links.url("offer.received", token=token),
    )


def receive(token: str, name: str, received_on: date) -> Offer:
    """Note that the school has it, by the link that was mailed to its office; the link is spent.

    The cost that it fulfils asks for that much less from now on. Raises LinkSpent, NotSoLong, IllegalMove.
    """
    offer_id = links.consume(RECEIVED, token).subject_id
    figures.lock(db.session.get_one(Offer, offer_id).campaign_id)
    offer = db.session.scalars(queries.whole(offer_id)).one()
    gift = gift_of(offer)
    if received_on > clock.today() or offer.confirmed_at is None or received_on < offer.confirmed_at.date():
        raise NotSoLong()
    offer.move_to(OfferState.RECEIVED)
    gift.received_by, gift.received_on = name, received_on
    if gift.line_id is not None:
        _fulfil(gift.line_id, offer.amount)
    figures.touch(offer.campaign_id)
    audit.record(None, "offer.gift_received", offer, line=gift.line_id)
    tell(offer, "offer/mail/gift_received", "received", gift=gift)
    return offer


def _fulfil(line_id: int, value: int) -> None:
    """The line needs that much less, never less than is pledged for it; one that needs nothing leaves the goal."""
    db.session.flush()
    line = db.session.get_one(BudgetLine, line_id, populate_existing=True)
    line.given += value
    need = db.session.get_one(Need, line.need_id)
    if need.amount <= line.given and not (line.pledged or line.held or line.disbursed):
        figures.take_out(line)
        costs.refresh_goal(figures.lock(line.campaign_id))
    else:
        costs.follow_need(line, need)


def end(offer: Offer, state: OfferState, reason: str) -> None:
    """It is taken back, or the team does not take it. The caller holds the campaign's lock. Raises IllegalMove."""
    offer.move_to(state)
    offer.end_reason = reason
    links.revoke(RECEIVED, offer.id)
    figures.touch(offer.campaign_id)
    audit.record(None, f"offer.gift_{state}", offer)
    tell(offer, "offer/mail/gift_ended", "ended")


def gift_of(offer: Offer) -> Gift:
    """What is given. Raises Refused where this is no gift."""
    if offer.gift is None:
        raise Refused("This is no gift in kind.")
    return offer.gift
