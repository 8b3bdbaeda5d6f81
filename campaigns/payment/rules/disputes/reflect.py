"""Bringing a dispute to what its provider says, in any order and any number of times."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db, links
from campaigns.kit.queue import sweep
from campaigns.notice import rules as notice
from campaigns.payment.back import Claim
from campaigns.payment.models import Dispute, PaymentAttempt, PaymentCase
from campaigns.payment.queries import disputes as find
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.disputes import book
from campaigns.payment.rules.receive import hold
from campaigns.payment.states import DISPUTE_MOVES, UNDECIDED, CaseKind, DisputeState
from campaigns.pledge.models import Instalment, Pledge

WARN = timedelta(days=2)


def reflect(attempt: PaymentAttempt, claim: Claim) -> None:
    """Book what a dispute has moved, hold back what it may take, and say who bears one that is lost."""
    hold(attempt.organisation_id)
    pledge = _pledge_of(attempt)
    figures.lock(pledge.campaign_id)
    dispute = _row(attempt, pledge, claim)
    book.moved(dispute, claim)
    dispute.respond_by = claim.respond_by or dispute.respond_by
    before = dispute.state
    if claim.state in DISPUTE_MOVES.get(before, ()):
        dispute.move_to(claim.state)
        _changed(dispute, before)
    _hold_back(pledge)


def _pledge_of(attempt: PaymentAttempt) -> Pledge:
    mine = sa.select(Pledge).join(Instalment, Instalment.pledge_id == Pledge.id)
    return db.session.scalars(mine.where(Instalment.id == attempt.instalment_id)).one()


def _row(attempt: PaymentAttempt, pledge: Pledge, claim: Claim) -> Dispute:
    """The dispute's row, made where this is the first that we hear of it, with its case."""
    found = db.session.scalars(find.with_ref(claim.ref)).one_or_none()
    if found is not None:
        return found
    dispute = Dispute(
        organisation_id=attempt.organisation_id,
        pledge_id=pledge.id,
        attempt_id=attempt.id,
        ref=claim.ref,
        state=claim.state,
        amount=claim.money.amount,
        currency=claim.money.currency,
        reason=claim.reason[:80],
        respond_by=claim.respond_by,
    )
    db.session.add(dispute)
    db.session.flush()
    note = f"Pledge {pledge.ref}: the card holder's bank disputes a payment ({claim.reason})."
    open_case(CaseKind.DISPUTED, f"dispute:{claim.ref}", attempt=attempt, money=claim.money, note=note)
    _changed(dispute, None)
    return dispute


def _changed(dispute: Dispute, before: DisputeState | None) -> None:
    """What follows from where a dispute is now."""
    if before is DisputeState.LOST:
        book.undo(dispute)
    if dispute.state is DisputeState.LOST:
        book.lost(dispute)
    if dispute.state in {DisputeState.WON, DisputeState.DROPPED}:
        _close_case(dispute)
    audit.record(None, f"dispute.{dispute.state}", dispute, amount=dispute.amount, currency=dispute.currency)
    if dispute.state not in {DisputeState.IN_REVIEW, DisputeState.DROPPED}:
        tell(dispute, dispute.state)


def _close_case(dispute: Dispute) -> None:
    """Nothing is left to do; who has lost has to read what follows, so that case stays open."""
    outcome = f"The dispute is {'won' if dispute.state is DisputeState.WON else 'dropped'}: the money is here."
    mine = sa.and_(PaymentCase.key == f"dispute:{dispute.ref}", PaymentCase.closed_at.is_(None))
    db.session.execute(sa.update(PaymentCase).where(mine).values(closed_at=clock.now(), outcome=outcome))


def _hold_back(pledge: Pledge) -> None:
    """Nothing more is asked of a sponsor whose bank is asking itself whether they meant to pay."""
    db.session.flush()
    undecided = sa.select(Dispute.id).where(Dispute.pledge_id == pledge.id, Dispute.state.in_(UNDECIDED)).limit(1)
    disputed = db.session.scalar(undecided) is not None
    if disputed != (pledge.disputed_at is not None):
        pledge.disputed_at = clock.now() if disputed else None


def tell(dispute: Dispute, about: str) -> None:
    """Mail those who record the community's money, once about each thing."""
    community = db.session.get_one(Organisation, dispute.organisation_id)
    case = db.session.scalar(sa.select(PaymentCase.id).where(PaymentCase.key == f"dispute:{dispute.ref}"))
    for person in db.session.scalars(access.holders(Action.RECORD_PAYMENT, community.id)).all():
        notice.send(
            person.email,
            "payment/mail/dispute",
            key=f"payment.dispute:{dispute.id}:{about}",
            name=person.name,
            community_name=community.name,
            about=about,
            dispute=dispute,
            pledge_ref=db.session.get_one(Pledge, dispute.pledge_id).ref,
            url=links.url("payment.case", slug=community.slug, case_id=case),
        )


@sweep
def remind() -> None:
    """Mail once more where evidence is due within two days."""
    with db.transaction():
        for dispute in db.session.scalars(find.due(clock.now() + WARN)).all():
            if dispute.respond_by is not None and dispute.respond_by > clock.now():
                tell(dispute, "due")
