"""A company reserves needs while its purchase order is clearing: nobody else can pledge for them meanwhile.

So that nobody is kept out for long, a company (all addresses at one domain) reserves once in a campaign, again only
after that became a pledge; all reservations together leave half of the goal open; none lasts beyond the deadline.
"""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.account.rules import normal_email
from campaigns.audit import rules as audit
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import costs, figures
from campaigns.campaign.states import ENDED_EARLY
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.offer import queries
from campaigns.offer.models import HeldPart, Hold, Offer
from campaigns.offer.rules.make import Said, ask_to_confirm, note, stands, tell, wishes_of
from campaigns.offer.states import OfferKind, OfferState
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import Wishes
from campaigns.pledge.states import Method
from campaigns.student.models import Need
from campaigns.student.rules.requests.domains import FREE

DAYS = (30, 45, 60)


class NotACompany(Refused):
    """Use an address at your company: anybody can have one at this provider."""

    field = "email"


class ReservedBefore(Refused):
    """Your company has reserved here before. You can pledge at any time; reserving is possible once per campaign."""


class TooMuchReserved(Refused):
    """So that others can help too, at most half of a campaign's goal is reserved at a time."""

    field = "amount"

    def __init__(self, left: Money) -> None:
        more = (
            f"You can reserve up to {left} now." if left else "Nothing more can be reserved now; you can still pledge."
        )
        super().__init__(f"{(self.__doc__ or '').strip()} {more}")


class NotHeld(Refused):
    """This reservation has ended. You can still pledge, as far as the campaign needs it."""


def reserve(campaign: Campaign, said: Said, days: int, *, once: str) -> Offer:
    """Note a company's wish to reserve so much for so many days, and mail the link that confirms it.

    Raises NotACompany, ReservedBefore, TooMuchReserved, and what a pledge of the amount would raise.
    """
    company = normal_email(said.email).rpartition("@")[2]
    if company in FREE:
        raise NotACompany()
    _check(campaign, company, said.amount)
    offer, new = note(campaign, OfferKind.HOLD, said, once=once)
    if new:
        db.session.add(Hold(offer_id=offer.id, campaign_id=campaign.id, company_key=company, days=days))
        db.session.flush()
        ask_to_confirm(db.session.scalars(queries.whole(offer.id)).one())
    return offer


def room(campaign: Campaign) -> Money:
    """How much more may be reserved now."""
    half = max(campaign.asked // 2 - campaign.held, 0)
    return min(Money(half, campaign.currency), campaign.uncovered)


def _check(campaign: Campaign, company: str, amount: Money) -> None:
    pledges.check_taken(campaign, amount)
    if db.session.scalars(queries.spent_by(campaign.id, company)).first() is not None:
        raise ReservedBefore()
    if amount > room(campaign):
        raise TooMuchReserved(room(campaign))


def stand(offer: Offer, campaign: Campaign, wishes: Wishes) -> None:
    """Reserve the open needs in their order, from now on. Raises as `reserve` does."""
    hold = _hold(offer)
    _check(campaign, hold.company_key, offer.money)
    stands(offer, wishes)
    hold.spent = True
    offer.until = min(clock.today() + timedelta(days=hold.days), campaign.deadline)
    _lay(offer)
    tell(offer, "offer/mail/held", "held")


def turn(offer: Offer, po_number: str, method: Method) -> Pledge:
    """Make the company's reservation a pledge, under the number of its purchase order.

    Raises NotHeld, and what a pledge may raise (a paused campaign takes none; the reservation stays).
    """
    offer, campaign = held_now(offer.id)
    hold = _hold(offer)
    _free(offer)
    amount = min(offer.money, figures.lock(campaign.id).uncovered or offer.money)
    given = pledges.Offer(amount, offer.name, offer.email, offer.organisation_name, method)
    pledge = pledges.make(campaign.id, given, wishes_of(offer), once=f"offer:{offer.id}")
    offer.move_to(OfferState.DONE)
    offer.pledge_id, hold.po_number, hold.spent = pledge.id, po_number, False
    audit.record(None, "offer.hold_pledged", offer, pledge=pledge.id)
    return pledge


def end(offer: Offer, state: OfferState, reason: str) -> None:
    """Give what a reservation holds back to everybody. The caller holds the campaign's lock. Raises IllegalMove."""
    offer.move_to(state)
    offer.end_reason = reason
    _free(offer)
    campaign = figures.lock(offer.campaign_id)
    if campaign.state in ENDED_EARLY:
        figures.release_uncovered(campaign.id)
    audit.record(None, f"offer.hold_{state}", offer)
    tell(offer, "offer/mail/hold_ended", "ended")


def held_now(offer_id: int) -> tuple[Offer, Campaign]:
    """A reservation that stands, as it is now, and its campaign, which waits until this transaction ends.

    Raises NotHeld.
    """
    campaign_id = db.session.scalars(sa.select(Offer.campaign_id).where(Offer.id == offer_id)).one()
    campaign = figures.lock(campaign_id)
    offer = db.session.scalars(queries.whole(offer_id)).one()
    if offer.state is not OfferState.STANDING or offer.until is None or offer.until < clock.today():
        raise NotHeld()
    return offer, campaign


def _hold(offer: Offer) -> Hold:
    if offer.hold is None:
        raise NotHeld()
    return offer.hold


def _lay(offer: Offer) -> None:
    rest = offer.amount
    for line in db.session.scalars(_lines(BudgetLine.campaign_id == offer.campaign_id)).all():
        part = min(rest, line.amount - line.pledged - line.held)
        if part > 0:
            db.session.add(HeldPart(offer_id=offer.id, line_id=line.id, amount=part))
            figures.add_to_line(line.id, held=part)
            rest -= part
    figures.add(offer.campaign_id, held=offer.amount)


def _free(offer: Offer) -> None:
    """The lines are open again; what was kept on them only for this leaves, or follows its cost."""
    parts = db.session.scalars(queries.held_parts(offer.id)).all()
    for part in parts:
        figures.add_to_line(part.line_id, held=-part.amount)
        db.session.delete(part)
    figures.add(offer.campaign_id, held=-offer.amount)
    for line in db.session.scalars(_lines(BudgetLine.id.in_([part.line_id for part in parts]))).all():
        if line.left_at is not None:
            figures.take_out(line, has_left=True)
        elif line.change_id is not None or line.given:
            costs.follow_need(line, db.session.get_one(Need, line.need_id))


def _lines(which: sa.ColumnElement[bool]) -> sa.Select[BudgetLine]:
    return sa.select(BudgetLine).where(which).order_by(BudgetLine.id).execution_options(populate_existing=True)
