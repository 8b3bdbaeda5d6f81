"""What a dispute moves: the provider's balance as its bank takes and returns money, and who bears it when it is lost.

While it is undecided, what the bank took stands on "disputed:<organisation>:<currency>", below zero: the campaign keeps
its figures and its money is held back. Lost, the campaign bears what it still has of that payment; what has gone to a
school is a debt of that school's account; the rest (what was given back before, or is not there) is the community's.
"""

from collections.abc import Iterator

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.back import Claim, Moved
from campaigns.payment.models import Dispute, PaymentAttempt
from campaigns.payment.queries import disputes as find
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.refunds import credit, parts
from campaigns.payment.states import CaseKind
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import InstalmentState


def moved(dispute: Dispute, claim: Claim) -> None:
    """Book what the bank took and returned, and what the provider asked for it, each movement once."""
    for each in claim.moved:
        _balance(dispute, each)
        _between(dispute, each.fee, "fee:dispute", "stripe", ("dispute_fee", f"stripe:{each.ref}"))


def _balance(dispute: Dispute, moved: Moved) -> None:
    """In the currency of the payment, even where the provider pays us in another."""
    same = moved.currency == dispute.currency
    amount = moved.amount if same else dispute.amount * ((moved.amount > 0) - (moved.amount < 0))
    kind = "dispute_returned" if amount > 0 else "dispute_taken"
    _between(dispute, Money(-amount, dispute.currency), "disputed", "stripe", (kind, f"stripe:{moved.ref}"))


def _between(dispute: Dispute, amount: Money, source: str, target: str, cause: tuple[str, str]) -> None:
    if amount:
        ends = [ledger.account(f"{name}:{dispute.organisation_id}:{amount.currency}", amount.currency)
                for name in ((source, target) if amount.amount > 0 else (target, source))]  # fmt: skip
        ledger.move(max(amount, -amount), source=ends[0], target=ends[1], cause=cause)


def lost(dispute: Dispute) -> None:
    """Say who bears a lost dispute. The caller holds the community and the campaign."""
    attempt = db.session.get_one(PaymentAttempt, dispute.attempt_id)
    pledge = db.session.scalars(pledges.whole(dispute.pledge_id)).one()
    instalment = db.session.get_one(Instalment, attempt.instalment_id)
    spent = _spent(pledge)
    rest, gone, given = dispute.money, Money.zero(dispute.currency), Money.zero(dispute.currency)
    for part, source, most in _bearers(attempt, pledge):
        taken = min(rest, most, Money(max(source.balance, 0), rest.currency))
        if parts.campaign_of(source) is not None:
            gone = min(rest - taken, parts.left(part) - taken, spent)
            given = min(rest - gone, part.money)
        if taken:
            back = parts.move(taken, source, _claimed(dispute), ("dispute_lost", parts.cause(part, dispute.ref)))
            credit.issue(part, back, "Taken back by the card holder's bank")
        rest -= taken
    if given and instalment.state is InstalmentState.PAID:
        # Also what had gone back at the provider before: nobody has taken that off the pledge.
        pledge_rules.returned(instalment, min(given.amount, instalment.amount), "taken back by the bank")
    for account, amount in _debtors(dispute, pledge, rest, gone):
        cause = ("dispute_debt", f"{account.code}:{dispute.ref}")
        ledger.move(amount, source=account, target=_claimed(dispute), cause=cause)


def _bearers(attempt: PaymentAttempt, pledge: Pledge) -> Iterator[tuple[Movement, LedgerAccount, Money]]:
    """The parts of a payment, each with the account it is in now and how much of that may be taken."""
    for part in parts.of_attempt(attempt):
        source = parts.where_now(part, attempt.instalment_id)
        most = parts.left(part)
        if parts.campaign_of(source) is not None:
            most = min(most, Money(pledge_rules.unspent(pledge), part.currency))
        yield part, source, most


def _debtors(dispute: Dispute, pledge: Pledge, rest: Money, gone: Money) -> Iterator[tuple[LedgerAccount, Money]]:
    """Who owes what could not be taken: the schools that were paid, by what each got, then the community."""
    schools = db.session.execute(find.paid_schools(pledge.campaign_id, dispute.currency)).all()
    shares = gone.allocate([int(paid) for _, paid in schools]) if schools and gone else []
    owed = [(f"school:{row[0]}", share) for row, share in zip(schools, shares, strict=False)]
    owed.append(("community", rest - sum((share for _, share in owed), Money.zero(rest.currency))))
    for whose, amount in owed:
        if amount.amount > 0:
            code = f"debt:{dispute.organisation_id}:{whose}:{dispute.currency}"
            yield ledger.account(code, dispute.currency), amount


def _spent(pledge: Pledge) -> Money:
    paid = sum(each.amount for each in pledge.instalments if each.state is InstalmentState.PAID)
    return Money(paid - pledge_rules.unspent(pledge), pledge.currency)


def undo(dispute: Dispute) -> None:
    """A dispute that was lost is won after all: what was taken goes where it was, and the pledge counts again."""
    given = dispute.money
    for each in db.session.scalars(find.booked(dispute.ref, "dispute_lost", "dispute_debt")).all():
        if ":school:" in each.external_id:
            given -= each.money
        if parts.reverse(each, f"{each.kind}_undone") is not None:
            credit.withdraw(each)
            _paid_for_nothing(dispute, each)
    attempt = db.session.get_one(PaymentAttempt, dispute.attempt_id)
    pledge_rules.restore(db.session.get_one(Instalment, attempt.instalment_id), given.amount)


def _paid_for_nothing(dispute: Dispute, undone: Movement) -> None:
    """Lay before a person what had been paid back of a debt that is none any more; what was borne is not."""
    debtor = db.session.get_one(LedgerAccount, undone.source_id)
    if undone.kind != "dispute_debt" or debtor.balance <= 0:
        return
    _bear_no_more(dispute, debtor)
    if debtor.balance > 0:
        over = Money(debtor.balance, debtor.currency)
        note = f"The bank has returned what {debtor.code} stood for, of which {over} had been paid back: return it"
        key = f"debt:{debtor.id}:{dispute.ref}"
        open_case(CaseKind.PROVIDER_SAYS_OTHERWISE, key, organisation_id=dispute.organisation_id, money=over, note=note)


def _bear_no_more(dispute: Dispute, debtor: LedgerAccount) -> None:
    """The community owes nothing in the place of a school that owes nothing."""
    own = ledger.account(f"debt:{dispute.organisation_id}:community:{debtor.currency}", debtor.currency)
    borne = db.session.scalars(find.borne(debtor.id, own.id)).one()
    back = Money(max(0, min(debtor.balance, borne, -own.balance)), debtor.currency)
    if back:
        ledger.move(back, source=debtor, target=own, cause=("debt_borne_undone", f"{debtor.code}:{dispute.ref}"))


def _claimed(dispute: Dispute) -> LedgerAccount:
    return ledger.account(f"disputed:{dispute.organisation_id}:{dispute.currency}", dispute.currency)
