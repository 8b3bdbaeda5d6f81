"""The second of two people: the money leaves."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement, DisbursementPart, Tranche
from campaigns.disbursement.rules import ask_school, turn, where
from campaigns.disbursement.rules.propose import NotEnoughMoney
from campaigns.disbursement.states import GONE_OUT, DisbursementState
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.ledger import rules as ledger
from campaigns.notice import rules as notice
from campaigns.payment.queries import disputes
from campaigns.student.rules import apart


class AlreadyReleased(Refused):
    """Somebody else has released this payment in the meantime; there is nothing left to do."""


class NotYet(Refused):
    """This day has not come yet."""


def require_release(disbursement: Disbursement, *, by: User) -> None:
    """Return quietly where this person may be the second one. Raises NotAllowed and what access.require raises."""
    disbursement.kept_out_ids = _kept_out(disbursement, [by])
    access.require(by, Action.RELEASE_DISBURSEMENT, disbursement)


def second_people(disbursement: Disbursement) -> list[User]:
    """Who could release this proposal: neither who proposed it nor who has ties to a student or to the school."""
    people = db.session.scalars(access.holders(Action.RELEASE_DISBURSEMENT, disbursement.organisation_id)).all()
    taken = _kept_out(disbursement, people) | {disbursement.proposed_by_id, disbursement.looked_by_id}
    return [person for person in people if person.id not in taken]


def _kept_out(disbursement: Disbursement, people: Sequence[User]) -> frozenset[int]:
    supported = db.session.scalars(queries.applications_of(disbursement.id)).all()
    return apart.kept_out(people, school_id=disbursement.school_id, application_ids=supported)


def release(disbursement: Disbursement, *, bank_reference: str, paid_on: date, by: User) -> None:
    """Record that the bank was told to pay the school: the book and the campaign's figures follow at once.

    Of two people at the same time one releases it. Raises NotAllowed (the proposer, or who has ties to a
    student or the school), AlreadyReleased, IllegalMove, NotYet, NotEnoughMoney; NoAccount, AccountWaits,
    AccountChanged, NotByBank, NotItsTurn or Paused.
    """
    require_release(disbursement, by=by)
    campaign = figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state", "released_by_id"], with_for_update=True)
    if disbursement.state in GONE_OUT:
        if disbursement.released_by_id == by.id:
            return  # the second half of a double click
        raise AlreadyReleased()
    if paid_on > clock.today():
        raise NotYet(field="paid_on")
    check_move(
        {DisbursementState.PROPOSED: {DisbursementState.RELEASED}}, disbursement.state, DisbursementState.RELEASED
    )
    agree(disbursement, by)
    where.require_bank(disbursement)
    leave(disbursement, campaign, bank_reference=bank_reference, paid_on=paid_on, by=by)


def agree(disbursement: Disbursement, by: User) -> None:
    """The second person has agreed: where it goes is pinned, if it is its turn. Raises as `release` does."""
    where.pin(disbursement)
    tranche = db.session.get(Tranche, disbursement.tranche_id) if disbursement.tranche_id else None
    turn.require_turn(disbursement.campaign_id, disbursement.school_id, tranche)
    disbursement.released_by_id = by.id


def approve(disbursement: Disbursement, *, by: User) -> None:
    """Agree, as the second person, that the next file orders this at the bank. Twice is once.

    Raises as `release` does; NotSepa where a SEPA file cannot order it.
    """
    require_release(disbursement, by=by)
    figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state", "released_by_id", "account_id"], with_for_update=True)
    if disbursement.state is DisbursementState.APPROVED and disbursement.released_by_id == by.id:
        return
    agree(disbursement, by)
    where.require_sepa(disbursement)
    disbursement.move_to(DisbursementState.APPROVED)
    audit.record(by, "disbursement.approved", disbursement, amount=disbursement.amount)


def leave(disbursement: Disbursement, campaign: Campaign, *, bank_reference: str, paid_on: date, by: User) -> None:
    """The money has left: the book and the figures follow, all are told, and the school is asked.

    The caller holds the campaign's lock. Raises IllegalMove, NotEnoughMoney.
    """
    disbursement.released_at = clock.now()
    disbursement.bank_reference, disbursement.paid_on = bank_reference, paid_on
    disbursement.move_to(DisbursementState.RELEASED)
    _book(disbursement, by)
    add_figures(disbursement, disbursed=1)
    audit.record(by, "disbursement.released", disbursement, amount=disbursement.amount)
    _tell(disbursement, campaign, by)
    ask_school.ask(disbursement)


def _book(disbursement: Disbursement, by: User) -> None:
    source = ledger.account(f"campaign:{disbursement.campaign_id}", disbursement.currency)
    school = f"school:{disbursement.school_id}:{disbursement.currency}"
    target = ledger.account(school, disbursement.currency)
    held = require_money(disbursement)
    try:
        ledger.move(
            disbursement.money,
            source=source,
            target=target,
            cause=("disbursement", disbursement.ref),
            by=by,
            overdraw=False,
        )
    except ledger.Overdrawn as short:
        raise NotEnoughMoney(held) from short


def require_money(disbursement: Disbursement) -> Money:
    """What its campaign holds and no dispute has frozen. Raises NotEnoughMoney where that is less than this."""
    source = ledger.account(f"campaign:{disbursement.campaign_id}", disbursement.currency)
    frozen = db.session.scalars(disputes.frozen(disbursement.campaign_id)).one()
    held = Money(source.balance - frozen, source.currency)
    if disbursement.money > held:
        raise NotEnoughMoney(max(held, Money.zero(held.currency)))
    return held


def add_figures(disbursement: Disbursement, *, disbursed: int = 0, proven: int = 0) -> None:
    """Add what has not come back of a payment to its campaign's and lines' figures, as many times as said (0 or 1)."""
    amount = disbursement.kept.amount
    figures.add(disbursement.campaign_id, disbursed=disbursed * amount, proven=proven * amount)
    parts = sa.select(DisbursementPart).where(DisbursementPart.disbursement_id == disbursement.id)
    for part in db.session.scalars(parts.order_by(DisbursementPart.line_id)).all():
        kept = part.amount - part.returned
        figures.add_to_line(part.line_id, disbursed=disbursed * kept, proven=proven * kept)


def _tell(disbursement: Disbursement, campaign: Campaign, by: User) -> None:
    community = db.session.get_one(Organisation, disbursement.organisation_id)
    school = db.session.get_one(Organisation, disbursement.school_id)
    for person in db.session.scalars(access.holders(Action.SEE_MONEY, community.id)):
        notice.send(
            person.email,
            "disbursement/mail/released",
            key=f"disbursement.released:{disbursement.id}",
            name=person.name,
            released_by=by.name,
            amount=disbursement.money,
            campaign_title=campaign.title,
            school_name=school.name,
            community_name=community.name,
            unsubscribe_url=None,
            bank_reference=disbursement.bank_reference,
            ref=disbursement.ref,
            url=links.url("disbursement.show", slug=community.slug, ref=disbursement.ref),
        )
