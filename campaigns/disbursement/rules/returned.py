"""Money that comes back: booked as it is, never as if it had not been sent."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement, DisbursementPart, Return, ReturnPart
from campaigns.disbursement.rules.release import NotYet
from campaigns.disbursement.rules.tell_returned import tell_sponsors
from campaigns.disbursement.states import GONE_OUT, DisbursementState, ReturnedBy
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.queue import nudge
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import Movement


class NotSent(Refused):
    """Nothing can come back of a payment that has not left, or that is back already."""


class NothingBack(Refused):
    """Enter what came back for at least one line."""


class MoreThanSent(Refused):
    """More than this line still has at the school."""

    def __init__(self, line_id: int, left: Money) -> None:
        super().__init__(f"At most {left} of this line is at the school.", field=f"line_{line_id}")


class SeenBefore(Refused):
    """This entry of the bank has been recorded for this payment already."""

    field = "bank_reference"


class CameBack(NamedTuple):
    """What the bank's statement says of money that came back; `note` is for the team."""

    returned_by: ReturnedBy
    bank_reference: str
    returned_on: date
    note: str = ""


def record_return(
    disbursement: Disbursement, amounts: Mapping[int, Money], seen: CameBack, *, once: str, by: User
) -> Return:
    """Book what came back, by budget line id: the figures fall, the lines are to be paid again, sponsors are told.

    The same `once` again returns what it has made. Raises NotAllowed, ReauthenticationNeeded, NotSent,
    NothingBack, MoreThanSent, SeenBefore, NotYet.
    """
    access.require(by, Action.RECORD_RETURN, disbursement)
    figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state", "returned"], with_for_update=True)
    earlier = list(db.session.scalars(queries.returns_of(disbursement.id)))
    made = next((each for each in earlier if each.once == once), None)
    if made is not None:
        return made
    _check(disbursement, amounts, seen, earlier)
    made = _add(disbursement, amounts, seen, len(earlier) + 1, once, by)
    _count(disbursement, made, amounts)
    _book(disbursement, made, by)
    audit.record(by, "disbursement.came_back", disbursement, amount=made.amount, returned_by=seen.returned_by.value)
    nudge(tell_sponsors)
    return made


def _check(disbursement: Disbursement, amounts: Mapping[int, Money], seen: CameBack, earlier: list[Return]) -> None:
    if any(each.bank_reference == seen.bank_reference for each in earlier):
        raise SeenBefore()
    if disbursement.state not in GONE_OUT - {DisbursementState.RETURNED}:
        raise NotSent()
    if not any(amounts.values()):
        raise NothingBack()
    parts = {part.line_id: part for part in db.session.scalars(_parts(disbursement))}
    for line_id, amount in amounts.items():
        left = parts[line_id].amount - parts[line_id].returned if line_id in parts else 0
        if amount.amount > left:
            raise MoreThanSent(line_id, Money(left, disbursement.currency))
    if seen.returned_on < (disbursement.paid_on or seen.returned_on):
        raise Refused("This is before the payment left.", field="returned_on")
    if seen.returned_on > clock.today():
        raise NotYet(field="returned_on")


def _parts(disbursement: Disbursement) -> sa.Select[DisbursementPart]:
    mine = sa.select(DisbursementPart).where(DisbursementPart.disbursement_id == disbursement.id)
    return mine.order_by(DisbursementPart.line_id).execution_options(populate_existing=True)


def _add(
    disbursement: Disbursement, amounts: Mapping[int, Money], seen: CameBack, number: int, once: str, by: User
) -> Return:
    total = sum(amount.amount for amount in amounts.values())
    made = Return(disbursement_id=disbursement.id, number=number, once=once, amount=total, **seen._asdict())
    made.currency, made.recorded_by_id = disbursement.currency, by.id
    made.parts = [ReturnPart(line_id=line_id, amount=amount.amount) for line_id, amount in amounts.items()]
    db.session.add(made)
    db.session.flush()
    return made


def _count(disbursement: Disbursement, made: Return, amounts: Mapping[int, Money]) -> None:
    """Let the kept figures follow: no longer sent, and no longer proven where it was."""
    proven = 1 if disbursement.state is DisbursementState.PROVEN else 0
    figures.add(disbursement.campaign_id, disbursed=-made.amount, proven=-made.amount * proven)
    for part in db.session.scalars(_parts(disbursement)).all():
        back = amounts[part.line_id].amount if part.line_id in amounts else 0
        part.returned += back
        figures.add_to_line(part.line_id, disbursed=-back, proven=-back * proven)
    disbursement.returned += made.amount
    if disbursement.returned == disbursement.amount:
        disbursement.move_to(DisbursementState.RETURNED)


def _book(disbursement: Disbursement, made: Return, by: User) -> None:
    """Move it back; where all of it came at once, as the reversal of what was sent."""
    sent = sa.select(Movement).where(Movement.kind == "disbursement", Movement.external_id == disbursement.ref)
    movement = db.session.scalars(sent).one()
    ledger.move(
        made.money,
        source=ledger.account(f"school:{disbursement.school_id}:{made.currency}", made.currency),
        target=ledger.account(f"campaign:{disbursement.campaign_id}", made.currency),
        cause=("disbursement_return", f"{disbursement.ref}:{made.number}"),
        by=by,
        reverses=movement if made.amount == disbursement.amount else None,
    )
