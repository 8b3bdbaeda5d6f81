"""Payments that a bank takes back: in any order, held back while it is undecided, borne by somebody when it is lost."""

import itertools

import pytest

from campaigns.campaign.models import BudgetLine
from campaigns.disbursement import rules as disbursements
from campaigns.disbursement.rules.propose import NotEnoughMoney
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount
from campaigns.notice.models import Notice
from campaigns.payment.models import CreditNote, Dispute, PaymentCase, Receipt
from campaigns.payment.rules import checkout, disputes, refunds
from campaigns.payment.rules.disputes import debts as settling
from campaigns.payment.rules.refunds import Wish
from campaigns.payment.states import DisputeState, RefundReason
from campaigns.pledge import queries as pledges
from campaigns.pledge.queries import renewals
from campaigns.pledge.states import InstalmentState, PledgeStatus
from tests.cast.accounts import pay_at
from tests.cast.cards import balances, cases, check_books, check_paid_once, fees, now

EVENTS = ("created", "funds_withdrawn", "closed")


def of(dispute):
    return dispute["data"]["object"]["id"]


def told(cards, dispute, *, won):
    """Every event of a dispute until it is decided, in order."""
    cards.fake.close_dispute(of(dispute), won=won)
    return [event for event in cards.fake.events if event["type"].startswith("charge.dispute.")]


def state():
    db.session.rollback()
    return db.session.query(Dispute).one().state


def debts():
    db.session.rollback()
    accounts = db.session.query(LedgerAccount).filter(LedgerAccount.code.startswith("debt:"))
    return {account.code.split(":", 2)[2]: account.balance for account in accounts.populate_existing()}


def paid_on(pledge, amount, *by):
    """The school was paid for the first line, by two people."""
    proposer, releaser = by
    pay_at(now(pledge).campaign)
    db.session.commit()
    line = db.session.query(BudgetLine).order_by(BudgetLine.id).first()
    made = disbursements.propose(now(pledge).campaign, {line.id: amount}, once=crypto.token(), by=proposer)
    disbursements.release(made, bank_reference="OUT-1", paid_on=clock.today(), by=releaser)
    db.session.commit()


@pytest.fixture
def officers(tomas, amina):
    for each in (tomas, amina):
        each.second_factor = each.reauthenticated = True
    return tomas, amina


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_lost_dispute_comes_to_the_same_in_any_order_and_repeated(cards, card_pledge, order):
    """Edge case 38: a partial dispute, lost: the part goes, once, however its events come."""
    session = cards.pay(card_pledge)
    events = told(cards, cards.fake.dispute(session, 20_00), won=False)
    cards.deliver(*(events[each] for each in order), *events)
    assert state() is DisputeState.LOST
    assert balances() == {"stripe": -30_00, "campaign": 30_00}
    assert fees() == {"stripe": -1_00, "dispute": -15_00}
    pledge = now(card_pledge)
    assert (pledge.amount, pledge.campaign.received, pledge.campaign.pledged) == (30_00, 30_00, 30_00)
    assert [note.amount for note in db.session.query(CreditNote)] == [20_00]
    assert cases() == ["disputed"]
    check_books()


def test_a_dispute_before_its_payment_is_heard_of_converges(cards, card_pledge):
    session = cards.page(card_pledge)
    paid = cards.fake.pay(session)
    cards.deliver(*told(cards, cards.fake.dispute(session), won=False), paid)
    assert balances() == {}
    assert now(card_pledge).status is PledgeStatus.WITHDRAWN
    check_books()


@pytest.mark.parametrize("refund_first", [True, False])
def test_one_that_is_lost_after_a_partial_refund(cards, card_pledge, refund_first):
    """Edge case 38: lost after a partial refund: what went back twice is the community's loss, in any order."""
    session = cards.pay(card_pledge)
    events = [cards.fake.refund(session, 20_00), *told(cards, cards.fake.dispute(session, 50_00), won=False)]
    cards.deliver(*(events if refund_first else reversed(events)))
    assert balances() == {"stripe": 20_00, "debt": -20_00}
    assert debts() == {"community:EUR": -20_00}
    assert now(card_pledge).campaign.received == 0
    assert now(card_pledge).status is PledgeStatus.WITHDRAWN
    assert sum(note.amount for note in db.session.query(CreditNote)) == 50_00
    check_books()


def test_one_that_is_won_gives_the_money_back_but_not_its_fee(cards, card_pledge):
    """Edge case 38: won: the money is reinstated, the pledge never changed, the dispute's fee is recorded."""
    session = cards.pay(card_pledge)
    opened = cards.fake.dispute(session)
    cards.deliver(opened, cards.fake.event("charge.dispute.funds_withdrawn"))
    assert balances() == {"campaign": 50_00, "disputed": -50_00}
    assert now(card_pledge).status is PledgeStatus.FULFILLED
    events = told(cards, opened, won=True)
    cards.deliver(*reversed(events))
    assert state() is DisputeState.WON
    assert fees() == {"stripe": -1_00, "dispute": -15_00}
    assert db.session.query(PaymentCase).one().closed_at is not None
    assert balances() == {"stripe": -50_00, "campaign": 50_00}
    assert now(card_pledge).disputed_at is None
    check_books()


def test_one_that_is_lost_and_then_won_after_all(cards, card_pledge):
    session = cards.pay(card_pledge)
    opened = cards.fake.dispute(session)
    cards.deliver(*told(cards, opened, won=False))
    cards.deliver(*told(cards, opened, won=True))
    assert balances() == {"stripe": -50_00, "campaign": 50_00}
    pledge = now(card_pledge)
    assert (pledge.status, pledge.ended_at, pledge.campaign.received) == (PledgeStatus.FULFILLED, None, 50_00)
    assert [note.withdrawn_at is not None for note in db.session.query(CreditNote)] == [True]
    check_books()


def test_a_part_that_was_lost_and_is_won_after_all_is_one_with_the_rest_again(cards, card_pledge):
    session = cards.pay(card_pledge)
    opened = cards.fake.dispute(session, 30_00)
    cards.deliver(*told(cards, opened, won=False))
    assert now(card_pledge).amount == 20_00
    cards.deliver(*told(cards, opened, won=True))
    pledge = now(card_pledge)
    assert (pledge.amount, pledge.campaign.pledged) == (50_00, 50_00)
    assert [(each.amount, each.state) for each in pledge.instalments] == [(50_00, InstalmentState.PAID)]
    check_books()


def test_where_others_have_covered_the_need_meanwhile_the_pledge_stays_as_it_is(cards, a_campaign, a_pledge):
    campaign = a_campaign(needs=[("Tuition", 50_00)])
    pledge = a_pledge(campaign, 50_00, method="card")
    opened = cards.fake.dispute(cards.pay(pledge))
    cards.deliver(*told(cards, opened, won=False))
    a_pledge(campaign, 50_00)
    cards.deliver(*told(cards, opened, won=True))
    assert now(pledge).status is PledgeStatus.WITHDRAWN
    assert (now(pledge).campaign.pledged, now(pledge).campaign.received) == (50_00, 50_00)
    check_books()


def test_an_answer_fetched_early_unsays_nothing(cards, card_pledge):
    from campaigns.payment import gateway
    from tests.cast.cards import attempt

    session = cards.pay(card_pledge)
    opened = cards.fake.dispute(session)
    early = gateway.current().dispute(of(opened))
    cards.deliver(*told(cards, opened, won=False))
    disputes.reflect(attempt(card_pledge), early)
    db.session.commit()
    assert state() is DisputeState.LOST
    assert now(card_pledge).disputed_at is None
    check_books()


def test_a_dispute_holds_refund_instalments_and_disbursement_back(cards, a_campaign, a_pledge, officers):
    """Edge case 39: while it is undecided nothing of that money is refunded or paid on, and nothing is collected."""
    campaign = a_campaign(needs=[("Tuition", 100_00)])
    pledge, other = a_pledge(campaign, 50_00, method="card"), a_pledge(campaign, 50_00, method="card")
    session = cards.pay(pledge)
    cards.pay(other)
    opened = cards.fake.dispute(session)
    cards.deliver(opened)
    receipt = db.session.query(Receipt).order_by(Receipt.id).first()
    with pytest.raises(refunds.Disputed):
        refunds.ask(receipt, Wish(Money(1_00, "EUR"), RefundReason.MISTAKE), once="x", by=officers[0])
    db.session.rollback()
    assert db.session.scalar(db.sql.select(renewals.on_hold(pledge.id)))
    assert not db.session.scalar(db.sql.select(renewals.on_hold(other.id)))
    assert disbursements.available(now(pledge).campaign) == Money(50_00, "EUR")
    with pytest.raises(NotEnoughMoney):
        paid_on(pledge, Money(50_01, "EUR"), *officers)
    cards.deliver(cards.fake.close_dispute(of(opened), won=True))
    assert disbursements.available(now(pledge).campaign) == Money(100_00, "EUR")
    assert not db.session.scalar(db.sql.select(renewals.on_hold(pledge.id)))
    check_books()


def test_what_was_proposed_before_is_not_released_while_it_is_disputed(cards, card_pledge, officers):
    session = cards.pay(card_pledge)
    pay_at(now(card_pledge).campaign)
    db.session.commit()
    line = db.session.query(BudgetLine).order_by(BudgetLine.id).first()
    made = disbursements.propose(now(card_pledge).campaign, {line.id: Money(50_00, "EUR")}, once="x", by=officers[0])
    db.session.commit()
    cards.deliver(cards.fake.dispute(session, 10_00))
    with pytest.raises(NotEnoughMoney, match="€40"):
        disbursements.release(made, bank_reference="OUT-1", paid_on=clock.today(), by=officers[1])


def test_what_is_due_next_is_not_collected(cards, card_pledge):
    session = cards.pay(card_pledge)
    cards.deliver(cards.fake.dispute(session))
    pledge = now(card_pledge)
    pledge.instalments[0].state, pledge.instalments[0].paid_at = InstalmentState.DUE, None
    with pytest.raises(checkout.Disputed):
        checkout.begin(db.session.scalars(pledges.whole(pledge.id)).one())


def test_what_was_disbursed_already_is_a_debt_of_the_schools_account(cards, card_pledge, officers, school):
    """Edge case 39: paid on before it was lost: the campaign keeps its figures, the school's account owes it."""
    session = cards.pay(card_pledge)
    paid_on(card_pledge, Money(40_00, "EUR"), *officers)
    cards.deliver(*told(cards, cards.fake.dispute(session), won=False))
    assert debts() == {f"school:{school.id}:EUR": -40_00, "community:EUR": 0} or debts() == {
        f"school:{school.id}:EUR": -40_00
    }
    assert balances() == {"school": 40_00, "debt": -40_00}
    pledge = now(card_pledge)
    assert (pledge.amount, pledge.campaign.received, pledge.campaign.disbursed) == (40_00, 40_00, 40_00)
    check_books()


def test_what_a_school_had_paid_back_is_returned_where_the_dispute_is_won_after_all(
    cards, card_pledge, officers, school
):
    session = cards.pay(card_pledge)
    paid_on(card_pledge, Money(40_00, "EUR"), *officers)
    opened = cards.fake.dispute(session)
    cards.deliver(*told(cards, opened, won=False))
    debt = db.session.query(LedgerAccount).filter(LedgerAccount.code.contains(":school:")).one()
    bank = ledger.account(f"bank:{card_pledge.organisation_id}:EUR", "EUR")
    ledger.move(Money(15_00, "EUR"), source=bank, target=debt, cause=("debt_paid", "bank:1:a"))
    db.session.commit()
    events = told(cards, opened, won=True)
    cards.deliver(*events, *events)
    (case,) = [each for each in db.session.query(PaymentCase) if each.key.startswith("debt:")]
    assert (case.money, case.organisation_id) == (Money(15_00, "EUR"), card_pledge.organisation_id)
    assert "€15.00 had been paid back" in case.note
    check_books()


def test_what_the_community_bore_for_a_school_ends_with_the_debt(cards, card_pledge, officers, school, lantern):
    session = cards.pay(card_pledge)
    paid_on(card_pledge, Money(40_00, "EUR"), *officers)
    opened = cards.fake.dispute(session)
    cards.deliver(*told(cards, opened, won=False))
    debt = db.session.query(LedgerAccount).filter(LedgerAccount.code.contains(":school:")).one()
    settling.bear(debt, lantern, "spent on the student", once="a", by=officers[0])
    db.session.commit()
    assert debts() == {f"school:{school.id}:EUR": 0, "community:EUR": -40_00}
    events = told(cards, opened, won=True)
    cards.deliver(*events, *events)
    assert debts() == {f"school:{school.id}:EUR": 0, "community:EUR": 0}
    assert [each.key for each in db.session.query(PaymentCase) if each.key.startswith("debt:")] == []
    check_books()


def test_the_treasurer_is_told_until_when_evidence_is_taken(cards, card_pledge, tomas, sign_in, monkeypatch):
    session = cards.pay(card_pledge)
    cards.deliver(cards.fake.dispute(session))
    case = db.session.query(PaymentCase).one()
    page = sign_in(tomas).get(f"/a/lantern/money/cases/{case.id}").text
    assert "Evidence until" in page
    assert "Answer it at the card company" in page
    disputes.remind()
    later = clock.now().replace(microsecond=0) + disputes.WARN * 2.8
    monkeypatch.setattr(clock, "now", lambda: later)
    disputes.remind()
    disputes.remind()
    keys = [each.key for each in db.session.query(Notice).filter(Notice.key.startswith("payment.dispute:"))]
    assert sorted(key.split(":")[2] for key in keys) == ["due", "open"]


def test_fees_and_debts_stand_on_the_page_about_money(cards, card_pledge, officers, sign_in):
    session = cards.pay(card_pledge)
    paid_on(card_pledge, Money(50_00, "EUR"), *officers)
    cards.deliver(*told(cards, cards.fake.dispute(session), won=False))
    page = sign_in(officers[0]).get("/a/lantern/money").text
    assert "Owed after disputes" in page
    assert "Mwangaza Secondary" in page
    assert "Kept by the card company" in page


def test_an_inquiry_takes_no_money_and_may_be_refunded(cards, card_pledge, officers):
    session = cards.pay(card_pledge)
    opened = cards.fake.dispute(session, 10_00)
    asked = cards.fake.objects[of(opened)]
    asked |= {"status": "warning_needs_response", "balance_transactions": []}
    cards.fake.charge_of(session)["disputed"] = False
    cards.deliver(opened)
    assert state() is DisputeState.WARNING
    assert now(card_pledge).disputed_at is not None
    receipt = db.session.query(Receipt).one()
    made = refunds.ask(receipt, Wish(Money(10_00, "EUR"), RefundReason.SPONSOR_ASKED), once="x", by=officers[0])
    refunds.send(made.id)
    asked["status"] = "warning_closed"
    cards.deliver(cards.fake.emit("charge.dispute.closed", asked))
    assert state() is DisputeState.DROPPED
    assert balances() == {"stripe": -40_00, "campaign": 40_00}
    check_books()


def test_nothing_moves_for_a_payment_that_only_we_know(cards, card_pledge):
    cards.pay(card_pledge)
    check_paid_once(card_pledge)
    assert fees() == {"stripe": -1_00}
