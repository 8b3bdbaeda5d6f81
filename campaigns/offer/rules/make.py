"""An offer is made, which counts nowhere until its address is confirmed by the link that is mailed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from campaigns.account.models import Organisation
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db, links, refs
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.offer import queries
from campaigns.offer.models import Offer
from campaigns.offer.states import OfferKind, OfferState
from campaigns.pledge.rules import Wishes

CONFIRM_WITHIN = timedelta(days=14)


class NotAsked(Refused):
    """This offer has been confirmed already, or has ended."""


@dataclass(frozen=True)
class Said:
    """What whoever offers something fills in, whatever the kind."""

    amount: Money
    name: str
    email: str
    organisation: str | None = None


def note(
    campaign: Campaign, kind: OfferKind, said: Said, *, once: str, until: date | None = None
) -> tuple[Offer, bool]:
    """The offer made by the form `once`, and whether it is new: sent again, it gives the one of the first time."""
    made = db.insert_once(
        Offer,
        unless=["once"],
        ref=refs.random_ref(),
        once=once,
        kind=kind,
        state=OfferState.ASKED,
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id,
        amount=said.amount.amount,
        currency=said.amount.currency,
        name=said.name,
        email=said.email,
        organisation_name=said.organisation or None,
        until=until,
    )
    return db.session.scalars(queries.BY_ONCE, {"once": once}).one(), made is not None


def wishes_of(offer: Offer) -> Wishes:
    """How whoever made it wants to be shown once it is a pledge, and whether to hear of it."""
    return Wishes(show_name=offer.show_name, updates=offer.wants_updates)


def ask_to_confirm(offer: Offer) -> None:
    """Mail the link that confirms the address."""
    token = links.issue(queries.PURPOSE, offer.id, lasts=CONFIRM_WITHIN)
    tell(
        offer,
        "offer/mail/confirm",
        "confirm",
        last_day=clock.today() + CONFIRM_WITHIN,
        confirm_url=links.url("offer.confirm", token=token),
    )


def stands(offer: Offer, wishes: Wishes) -> None:
    """Let a confirmed offer count from now on. The caller holds its campaign's lock. Raises IllegalMove."""
    offer.move_to(OfferState.STANDING)
    offer.confirmed_at = clock.now()
    offer.show_name, offer.wants_updates = wishes.show_name, wishes.updates
    audit.record(None, f"offer.{offer.kind}_confirmed", offer, amount=offer.amount, currency=offer.currency)


def tell(offer: Offer, template: str, key: str, **context: Any) -> None:
    """Mail whoever made the offer, once per `key`, with its own page."""
    notice.send(
        offer.email,
        template,
        key=f"offer.{key}:{offer.id}",
        community_name=db.session.get_one(Organisation, offer.organisation_id).name,
        offer=offer,
        campaign=db.session.get_one(Campaign, offer.campaign_id).title,
        url=own_url(offer),
        **context,
    )


def own_url(offer: Offer) -> str:
    """The absolute address of the offer's own page."""
    return links.url("offer.show", ref=offer.ref, k=links.sign("offer", offer.ref))
