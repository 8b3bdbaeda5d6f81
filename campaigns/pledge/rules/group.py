"""One pledge over several campaigns: split without losing a cent, confirmed once, lived part by part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.community.models import Community
from campaigns.kit import clock, crypto, db, links, refs
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.pledge.models import Pledge, PledgeGroup
from campaigns.pledge.queries import groups as queries
from campaigns.pledge.rules.confirmation import Wishes, stand
from campaigns.pledge.rules.end import end
from campaigns.pledge.rules.promises import CONFIRM_WITHIN, Offer, note
from campaigns.pledge.rules.taken import FullyCovered, MoreThanUncovered
from campaigns.pledge.states import InstalmentState, PledgeStatus

MOST = 20
NOT_NEEDED = "not needed any more"


class BadChoice(Refused):
    """Choose between two and twenty campaigns that take pledges."""


class OthersWereFaster(Refused):
    """Others have pledged in the meantime. Look at what you would pledge now, and confirm that."""


class ForOne(Refused):
    """What one of several campaigns does not take; says which."""


@dataclass(frozen=True)
class Share:
    """So much for one campaign."""

    campaign_id: int
    amount: Money


def split(total: Money, uncovered: Sequence[Money], *, by_need: bool) -> list[Money]:
    """One sum over campaigns, evenly or by what each still needs; none gets more than that, and no cent is lost.

    Raises MoreThanUncovered.
    """
    room = sum(uncovered, Money.zero(total.currency))
    if total > room:
        raise MoreThanUncovered(room)
    shares, left = [Money.zero(total.currency)] * len(uncovered), total
    while left:
        rooms = [most - share for most, share in zip(uncovered, shares, strict=True)]
        parts = left.allocate([room.amount if by_need else int(bool(room)) for room in rooms])
        taken = [min(part, room) for part, room in zip(parts, rooms, strict=True)]
        shares = [share + part for share, part in zip(shares, taken, strict=True)]
        left -= sum(taken, Money.zero(total.currency))
    return shares


def promise_several(organisation_id: int, shares: Sequence[Share], offer: Offer, *, once: str) -> PledgeGroup:
    """Note a promise for each campaign, which count nowhere until the one link that is mailed confirms them all.

    `offer.amount` is not looked at; the shares say it. `once` names the form, as for one. Raises BadChoice, ForOne.
    """
    known = db.session.scalars(queries.by_once(once)).one_or_none()
    if known is not None:
        return known
    campaigns = _campaigns(organisation_id, shares)
    made = _insert(organisation_id, once)
    group = db.session.scalars(queries.by_once(once)).one()
    if made is not None:
        for share, campaign in zip(shares, campaigns, strict=True):
            _add(group, campaign, replace(offer, amount=share.amount))
        _ask_to_confirm(db.session.scalars(queries.whole(group.id)).one())
    return group


def _campaigns(organisation_id: int, shares: Sequence[Share]) -> list[Campaign]:
    ids = [share.campaign_id for share in shares]
    found = {each.id: each for each in db.session.scalars(queries.chosen(organisation_id, ids))}
    if not 2 <= len(set(ids)) == len(ids) <= MOST or found.keys() != set(ids):
        raise BadChoice()
    if any(share.amount.currency != found[share.campaign_id].currency for share in shares):
        raise BadChoice()
    return [found[number] for number in ids]


def _insert(organisation_id: int, once: str) -> int | None:
    ref = refs.random_ref()
    return db.insert_once(
        PledgeGroup,
        unless=["once"],
        ref=ref,
        once=once,
        organisation_id=organisation_id,
        reference=refs.creditor_reference(f"{ref}G"),
        created_at=clock.now(),
    )


def _add(group: PledgeGroup, campaign: Campaign, offer: Offer) -> None:
    try:
        pledge, _ = note(campaign, offer, crypto.digest(f"{group.once}:{campaign.id}"), None)
    except Refused as refusal:
        raise ForOne(f"{campaign.title}: {refusal}") from refusal
    pledge.group_id = group.id
    db.session.flush()


def _ask_to_confirm(group: PledgeGroup) -> None:
    token = links.issue(queries.PURPOSE, group.id, lasts=CONFIRM_WITHIN)
    first = group.pledges[0]
    notice.send(
        first.email,
        "pledge/mail/group_confirm",
        key=f"pledge.confirm_group:{group.id}",
        community_name=group.organisation.name,
        pledge=first,
        group=group,
        total=total(group.pledges),
        until=clock.today() + CONFIRM_WITHIN,
        url=links.url("pledge.confirm_several", token=token),
    )


def total(pledges: Sequence[Pledge]) -> Money:
    """What several pledges come to."""
    return sum((each.money for each in pledges[1:]), pledges[0].money)


def would_stand(group: PledgeGroup) -> dict[int, Money]:
    """How much of each part, by its pledge's id, would be taken now; parts that are not needed are left out."""
    now = {each.id: min(each.money, each.campaign.uncovered) for each in group.pledges if _is_open(each)}
    return {number: amount for number, amount in now.items() if amount}


def _is_open(pledge: Pledge) -> bool:
    return pledge.status is PledgeStatus.PROMISED and pledge.campaign.takes_pledges


def confirm_several(token: str, wishes: Wishes, *, seen: Money) -> PledgeGroup:
    """Confirm every part that is still needed, as far as it is; the link is spent. `seen` is what the page added up to.

    Raises LinkSpent, OthersWereFaster, FullyCovered.
    """
    return confirm(links.consume(queries.PURPOSE, token).subject_id, wishes, seen=seen)


def confirm(group_id: int, wishes: Wishes, *, seen: Money) -> PledgeGroup:
    """The same for a sponsor who has shown the address to be theirs. Raises OthersWereFaster, FullyCovered."""
    group = db.session.scalars(queries.whole(group_id)).one()
    for campaign_id in sorted(pledge.campaign_id for pledge in group.pledges):
        figures.lock(campaign_id)
    group = db.session.scalars(queries.whole(group.id)).one()
    amounts = would_stand(group)
    if not amounts:
        raise FullyCovered()
    if sum(amounts.values(), Money.zero(seen.currency)) != seen:
        raise OthersWereFaster()
    for pledge in group.pledges:
        _settle(pledge, wishes, amounts.get(pledge.id))
    audit.record(None, "pledge.group_confirmed", group, parts=len(amounts))
    _thank(db.session.scalars(queries.whole(group.id)).one())
    return group


def _settle(pledge: Pledge, wishes: Wishes, amount: Money | None) -> None:
    """A part stands, or is dropped because nobody needs it any more."""
    if amount is not None:
        stand(pledge, wishes, instead=amount, quiet=True)
    elif pledge.status is PledgeStatus.PROMISED:
        end(pledge, InstalmentState.CANCELLED, NOT_NEEDED)


def _thank(group: PledgeGroup) -> None:
    standing = [each for each in group.pledges if each.confirmed_at is not None]
    notice.send(
        standing[0].email,
        "pledge/mail/group_thanks",
        key=f"pledge.thanks_group:{group.id}",
        community_name=group.organisation.name,
        community=db.session.get_one(Community, group.organisation_id),
        pledge=standing[0],
        group=group,
        pledges=standing,
        total=total(standing),
        url=links.url("pledge.several", ref=group.ref, k=links.sign("pledge.group", group.ref)),
    )
