"""What becomes of what is left: a sponsor chooses, or leaves it to the community; every cent moves once."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.departure import queries
from campaigns.departure.models import Share
from campaigns.departure.rules import rest, tell
from campaigns.departure.rules.rest import Rest
from campaigns.departure.states import Choice, DepartureState, offered, silence
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.payment.rules.give_back import set_apart
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.models import Pledge

REASON = "the student has left"


class Chosen(Refused):
    """This has been chosen already, and is done. Reload the page to see what became of it."""


class NotOffered(Refused):
    """Choose one of these."""

    field = "choice"


class NoRoom(Refused):
    """The others of this campaign lack less than that now. Choose something else."""

    field = "choice"


class NotThere(Refused):
    """A part of this was used for the others of the campaign, until their sponsors pay. Let it stay with them, or
    choose again later."""

    field = "choice"


class NotOpen(Refused):
    """This campaign does not take so much any more. Choose another one."""

    field = "campaign"


def left_of(share: Share) -> Rest:
    """What is left of a pledge now: it may have been paid, or taken back, since it was told; `kept` must be loaded."""
    now = rest.of_campaign(share.campaign_id)
    kept = {each.line_id: each.amount for each in share.kept}
    return rest.rest(now.held[share.pledge_id], now.paid[share.pledge_id], kept)


def choose(share: Share, choice: Choice, target: Campaign | None = None) -> None:
    """A sponsor says what should become of the rest; it is done at once, but for what the community is to decide.

    The same choice again changes nothing. Raises NotOffered, Chosen, and what `_carry_out` raises.
    """
    share = _hold(share, target)
    if choice not in offered(share.departure.kind):
        raise NotOffered()
    if share.done_at is not None:
        if share.choice is choice and share.target_id == (target.id if target else None):
            return
        raise Chosen()
    share.choice, share.chosen_at = choice, clock.now()
    audit.record(None, "departure.chosen", share, choice=choice.value)
    if choice is not Choice.COMMUNITY:
        _carry_out(share, choice, target, None)


def decide(share: Share, effect: Choice, target: Campaign | None = None, *, by: User) -> None:
    """The community decides on what its sponsor has left to it.

    Raises NotAllowed, NotOffered, Chosen (also where the sponsor still may), and what `_carry_out` raises.
    """
    share = _hold(share, target)
    access.require(by, Action.SETTLE_DEPARTURE, share.departure)
    if share.done_at is not None or share.choice is not Choice.COMMUNITY:
        raise Chosen()
    if effect is Choice.COMMUNITY or effect not in offered(share.departure.kind):
        raise NotOffered()
    _carry_out(share, effect, target, by)


def fall_silent(share_id: int) -> None:
    """Nobody has chosen within the time: as the letter said, the community decides, or the student keeps it."""
    share = _hold(db.session.get_one(Share, share_id), None)
    if share.choice is not None:
        return
    choice = silence(share.departure.kind)
    share.choice, share.chosen_at = choice, clock.now()
    audit.record(None, "departure.silent", share, choice=choice.value)
    if choice is not Choice.COMMUNITY:
        _carry_out(share, choice, None, None)


def _hold(share: Share, target: Campaign | None) -> Share:
    """The share as it is now; whoever else moves money of its campaigns waits until this transaction ends."""
    for campaign_id in sorted({share.campaign_id, *([target.id] if target else [])}):
        figures.lock(campaign_id)
    return db.session.scalars(queries.locked_share(share.id)).one()


def _carry_out(share: Share, effect: Choice, target: Campaign | None, by: User | None) -> None:
    """Do it, once, and tell the sponsor. Raises NoRoom, NotOpen, NotThere."""
    left = left_of(share)
    if effect in {Choice.ANOTHER, Choice.BACK}:
        _require_there(share, left)
    pledge = db.session.scalars(pledges.whole(share.pledge_id)).one()
    if effect is Choice.ANOTHER:
        pledge = _to_another(share, pledge, left, target)
    elif left.amount and effect is Choice.SAME:
        _to_the_others(share, pledge, left)
    elif left.amount and effect is Choice.BACK:
        _back(share, pledge, left)
    if effect is not Choice.KEEP:
        _shrink(left)
    share.effect, share.done_at, share.done_by_id = effect, clock.now(), by.id if by else None
    share.target_id = target.id if target and effect is Choice.ANOTHER else None
    share.moved = left.paid if effect in {Choice.ANOTHER, Choice.BACK} else 0
    audit.record(by, "departure.carried_out", share, effect=effect.value, amount=left.amount, paid=left.paid)
    db.session.flush()
    tell.done(share, effect, pledge, share.campaign.title, target.title if share.target_id and target else None)
    _close(share)


def _require_there(share: Share, left: Rest) -> None:
    """What was paid for one student may have gone to the school for another, whose sponsors have still to pay."""
    if left.paid > ledger.account(f"campaign:{share.campaign_id}", share.currency).balance:
        raise NotThere()


def _to_another(share: Share, pledge: Pledge, left: Rest, target: Campaign | None) -> Pledge:
    if target is None or db.session.scalar(queries.takes(share, left.amount, target.id)) is None:
        raise NotOpen()
    if not left.amount:
        return pledge
    if left.paid:
        amount = Money(left.paid, share.currency)
        ledger.move(
            amount,
            source=ledger.account(f"campaign:{share.campaign_id}", share.currency),
            target=ledger.account(f"campaign:{target.id}", share.currency),
            cause=("transfer", f"departure:{share.id}"),
            overdraw=False,
        )
        figures.add(share.campaign_id, received=-left.paid)
        figures.add(target.id, received=left.paid)
    return pledge_rules.move(pledge, left.lifted, left.paid, target)


def _to_the_others(share: Share, pledge: Pledge, left: Rest) -> None:
    own = [each.line_id for each in share.kept]
    if db.session.scalars(queries.room_in(share.campaign_id, own)).one() < left.amount:
        raise NoRoom()
    pledge_rules.stay(pledge, left.lifted, but=own)


def _back(share: Share, pledge: Pledge, left: Rest) -> None:
    if left.paid:
        set_apart(pledge, Money(left.paid, share.currency), f"departure:{share.id}")
        figures.add(share.campaign_id, received=-left.paid)
    pledge_rules.give_back(pledge, left.lifted, left.paid, REASON)


def _shrink(left: Rest) -> None:
    """What nothing stands for any more leaves the goal, where the student has left."""
    for line in db.session.scalars(queries.left_lines(list(left.lifted))).all():
        figures.take_out(line, has_left=True)


def _close(share: Share) -> None:
    """Once something has become of every share, the departure is settled."""
    departure = db.session.scalars(queries.locked(share.departure_id)).one()
    if db.session.scalars(queries.not_done(departure.id).limit(1)).first() is None:
        departure.settled_at = clock.now()
        departure.move_to(DepartureState.SETTLED)
        audit.record(None, "departure.settled", departure)
