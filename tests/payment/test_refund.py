"""Money that a treasurer gives back: set apart at once, sent once, and where it was when it does not arrive."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.account import queries as accounts
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.payment.models import CreditNote, PaymentCase, Receipt, Refund
from campaigns.payment.rules import cases as settling
from campaigns.payment.rules import entries, refunds
from campaigns.payment.rules.entries import Seen
from campaigns.payment.rules.refunds import MoreThanLeft, Wish
from campaigns.payment.states import CaseKind, Provider, RefundReason, RefundState
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import InstalmentState, PledgeStatus
from tests.cast.cards import balances, cases, check_books, now
from tests.cast.crowd import at_once, committed
from tests.fakes.stripe.faults import server_error

WHY = RefundReason.SPONSOR_ASKED


@pytest.fixture
def treasurer(tomas):
    """Tomas, who has just shown his password."""
    tomas.second_factor = tomas.reauthenticated = True
    return tomas


def the_receipt():
    db.session.rollback()
    return db.session.query(Receipt).order_by(Receipt.id).first()


def give(by, amount, *, once=None, send=True, **wish):
    """Ask for a refund of the first receipt, and have it sent."""
    wish = Wish(Money(amount, "EUR"), WHY, **wish)
    made = refunds.ask(the_receipt(), wish, once=once or crypto.token(), by=by)
    db.session.commit()
    if send:
        refunds.send(made.id)
    return made.id


def states():
    db.session.rollback()
    return [refund.state for refund in db.session.query(Refund).order_by(Refund.id).populate_existing()]


def later(monkeypatch, **by):
    moment = clock.now() + timedelta(**by)
    monkeypatch.setattr(clock, "now", lambda: moment)


def recorded(pledge, by, amount=None):
    """The sponsor's bank transfer has arrived."""
    pledge_id = pledge.id
    instalment = db.session.scalars(
        sa.select(Instalment).where(Instalment.pledge_id == pledge_id).options(joinedload(Instalment.pledge))
    ).one()
    entries.record(instalment, Seen(Money(amount or pledge.amount, "EUR"), clock.today(), crypto.token()), by=by)
    db.session.commit()


def test_two_equal_partial_refunds_both_happen(cards, card_pledge, treasurer):
    """Edge case 36: two equal partial refunds both happen, each with a key of its own."""
    cards.pay(card_pledge)
    give(treasurer, 10_00)
    give(treasurer, 10_00)
    assert balances() == {"stripe": -30_00, "campaign": 30_00}
    assert states() == [RefundState.DONE] * 2
    assert len({call.key for call in cards.fake.calls("POST", "/v1/refunds")}) == 2
    assert now(card_pledge).campaign.received == 30_00
    assert [note.label for note in db.session.query(CreditNote)] == ["CN-2026-0001", "CN-2026-0002"]
    check_books()


def test_more_than_is_left_is_refused(cards, card_pledge, treasurer):
    """Edge case 36: more than is left of a payment is refused, and nothing moves."""
    cards.pay(card_pledge)
    give(treasurer, 30_00)
    with pytest.raises(MoreThanLeft, match="At most €20"):
        give(treasurer, 20_01)
    assert balances() == {"stripe": -20_00, "campaign": 20_00}
    give(treasurer, 20_00)
    with pytest.raises(MoreThanLeft, match="back already"):
        give(treasurer, 1)
    assert balances() == {}
    check_books()


@pytest.mark.both_databases
def test_of_two_refunds_at_once_that_are_too_much_one_is_refused(app, a_campaign, a_pledge, treasurer):
    """Edge case 36: two refunds of 30 of a payment of 50 at once: one happens, one is refused."""
    pledge = a_pledge(a_campaign(), 50_00)
    recorded(pledge, treasurer)
    receipt_id, email = the_receipt().id, treasurer.email
    wish = Wish(Money(30_00, "EUR"), WHY, bank_reference="OUT-1", sent_on=clock.today())

    def press(once):
        by = db.session.scalars(accounts.by_email(email)).one()
        by.second_factor = by.reauthenticated = True
        return refunds.ask(db.session.get_one(Receipt, receipt_id), wish, once=once, by=by).id

    answers = at_once(app, *[committed(partial(press, once)) for once in ("one", "two")])
    assert sorted(isinstance(answer, MoreThanLeft) for answer in answers) == [False, True]
    assert balances() == {"bank": -20_00, "campaign": 20_00}
    check_books()


@pytest.mark.both_databases
def test_the_same_form_sent_twice_at_once_is_one_refund(app, a_campaign, a_pledge, treasurer):
    pledge = a_pledge(a_campaign(), 50_00)
    recorded(pledge, treasurer)
    receipt_id, email = the_receipt().id, treasurer.email
    wish = Wish(Money(20_00, "EUR"), WHY, bank_reference="OUT-1", sent_on=clock.today())

    def press():
        by = db.session.scalars(accounts.by_email(email)).one()
        by.second_factor = by.reauthenticated = True
        return refunds.ask(db.session.get_one(Receipt, receipt_id), wish, once="one", by=by).id

    answers = at_once(app, committed(press), committed(press))
    assert len(set(answers)) == 1
    assert balances() == {"bank": -30_00, "campaign": 30_00}
    check_books()


def test_a_refund_on_its_way_that_fails_restores_the_balance(cards, card_pledge, treasurer):
    """Edge case 37: pending, then failed: the campaign has its money again, the pledge never changed."""
    cards.pay(card_pledge)
    cards.fake.refund_status = "pending"
    give(treasurer, 50_00)
    assert states() == [RefundState.ON_ITS_WAY]
    assert balances() == {"stripe": -50_00, "refund": 50_00}
    assert now(card_pledge).campaign.received == 0
    assert now(card_pledge).status is PledgeStatus.FULFILLED
    check_books()
    refund = cards.fake.all("refund")[0]["id"]
    failed = cards.fake.finish_refund(refund, ok=False)
    cards.deliver(failed, cards.fake.event("refund.updated"), cards.fake.event("refund.created"))
    assert states() == [RefundState.FAILED]
    assert balances() == {"stripe": -50_00, "campaign": 50_00}
    assert now(card_pledge).campaign.received == 50_00
    assert now(card_pledge).status is PledgeStatus.FULFILLED
    assert cases() == ["refund_failed"]
    check_books()
    cards.fake.refund_status = "succeeded"
    give(treasurer, 50_00)
    assert balances() == {}
    check_books()


def test_a_refund_on_its_way_that_arrives_reopens_the_need(cards, card_pledge, treasurer):
    cards.pay(card_pledge)
    cards.fake.refund_status = "pending"
    give(treasurer, 20_00)
    assert now(card_pledge).amount == 50_00
    refund = cards.fake.all("refund")[0]["id"]
    cards.deliver(cards.fake.finish_refund(refund, ok=True), cards.fake.event("refund.created"))
    pledge = now(card_pledge)
    assert (pledge.amount, pledge.campaign.pledged, pledge.campaign.received) == (30_00, 30_00, 30_00)
    assert [(each.amount, each.state) for each in pledge.instalments] == [
        (30_00, InstalmentState.PAID),
        (20_00, InstalmentState.RETURNED),
    ]
    assert db.session.query(Notice).filter(Notice.key.startswith("payment.refunded:")).count() == 1
    assert cases() == []
    check_books()


def test_a_whole_refund_ends_the_pledge_and_a_funded_campaign_asks_again(cards, a_campaign, a_pledge, treasurer):
    campaign = a_campaign(needs=[("Tuition", 50_00)])
    pledge = a_pledge(campaign, 50_00)
    campaign.state = CampaignState.FUNDED
    db.session.commit()
    recorded(pledge, treasurer)
    give(treasurer, 50_00, bank_reference="OUT-7", sent_on=clock.today())
    pledge = now(pledge)
    assert pledge.status is PledgeStatus.WITHDRAWN
    assert pledge.ended_at is not None
    assert pledge.campaign.state is CampaignState.LIVE
    assert (pledge.campaign.pledged, pledge.campaign.sponsor_count) == (0, 0)
    refund = db.session.query(Refund).one()
    assert (refund.provider, refund.bank_reference, refund.state) == (Provider.BANK, "OUT-7", RefundState.DONE)
    assert balances() == {}
    check_books()


def test_one_that_was_sent_and_comes_back_waits_for_its_sponsor(cards, card_pledge, treasurer):
    cards.pay(card_pledge)
    give(treasurer, 50_00)
    failed = cards.fake.finish_refund(cards.fake.all("refund")[0]["id"], ok=False)
    cards.deliver(failed, failed, cards.fake.event("refund.created"))
    assert states() == [RefundState.FAILED]
    assert balances() == {"stripe": -50_00, "suspense": 50_00}
    check_books()
    settling.close(db.session.query(PaymentCase).one(), "Sent by bank transfer.", sent_back=True, by=treasurer)
    db.session.commit()
    assert balances() == {"stripe": -50_00, "bank": 50_00}
    check_books()


def test_what_has_gone_to_the_school_cannot_go_back(a_campaign, a_pledge, treasurer):
    pledge = a_pledge(a_campaign(needs=[("Tuition", 100_00)]), 50_00)
    recorded(pledge, treasurer)
    line = db.session.query(BudgetLine).one()
    line.disbursed = 30_00
    db.session.commit()
    assert refunds.refundable(the_receipt()) == Money(20_00, "EUR")
    with pytest.raises(MoreThanLeft):
        give(treasurer, 20_01, bank_reference="OUT-1", sent_on=clock.today())


def test_the_money_of_others_pays_no_refund(a_campaign, a_pledge, treasurer):
    campaign = a_campaign(needs=[("Tuition", 50_00), ("Books", 50_00)])
    recorded(a_pledge(campaign, 50_00), treasurer)
    recorded(a_pledge(campaign, 50_00), treasurer)
    first = db.session.query(BudgetLine).order_by(BudgetLine.id).first()
    first.disbursed = 50_00
    db.session.commit()
    assert refunds.refundable(the_receipt()) == Money(0, "EUR")
    assert refunds.refundable(db.session.query(Receipt).order_by(Receipt.id)[1]) == Money(50_00, "EUR")


def test_an_unclear_answer_is_settled_with_the_same_key(cards, card_pledge, treasurer, monkeypatch):
    cards.pay(card_pledge)
    cards.fake.faults.append(server_error(committed=True, on="POST /v1/refunds", retry=False))
    give(treasurer, 20_00)
    assert states() == [RefundState.BEGUN]
    assert balances() == {"stripe": -50_00, "campaign": 30_00, "refund": 20_00}
    later(monkeypatch, minutes=11)
    refunds.follow()
    refunds.follow()
    assert states() == [RefundState.DONE]
    assert len(cards.fake.all("refund")) == 1
    assert balances() == {"stripe": -30_00, "campaign": 30_00}
    check_books()


def test_after_a_day_it_is_looked_for_before_it_is_asked_again(cards, card_pledge, treasurer, monkeypatch):
    cards.pay(card_pledge)
    give(treasurer, 20_00, send=False)
    made = give(treasurer, 20_00)
    db.session.query(Refund).filter_by(id=made).update({"state": RefundState.BEGUN, "provider_ref": None})
    later(monkeypatch, hours=25)
    assert len(cards.fake.all("refund")) == 1
    first, second = db.session.query(Refund).order_by(Refund.id)
    keys = [call.key for call in cards.fake.calls("POST", "/v1/refunds")]
    db.session.rollback()
    refunds.follow()
    assert [call.key for call in cards.fake.calls("POST", "/v1/refunds")] == [*keys, first.key]
    assert second.key in keys


def test_one_that_stripe_refuses_has_failed_and_its_money_is_where_it_was(cards, card_pledge, treasurer):
    session = cards.pay(card_pledge)
    cards.fake.refund(session, 45_00)  # in the dashboard, and its event has not come yet
    give(treasurer, 20_00)
    assert states() == [RefundState.FAILED]
    assert balances() == {"stripe": -50_00, "campaign": 50_00}
    assert cases() == ["refund_failed"]
    cards.deliver(cards.fake.event("refund.created"))
    assert balances() == {"stripe": -5_00, "campaign": 5_00}
    check_books()


def test_what_was_put_aside_of_a_card_payment_goes_back_to_the_card(cards, card_pledge, treasurer):
    session = cards.page(card_pledge)
    recorded(card_pledge, treasurer)
    cards.deliver(cards.fake.pay(session))
    case = db.session.query(PaymentCase).one()
    assert refunds.aside_of(case) == Money(50_00, "EUR")
    made = refunds.ask_from(case, Wish(Money(50_00, "EUR"), RefundReason.PAID_TWICE), once="x", by=treasurer)
    refunds.send(made.id)
    assert balances() == {"bank": -50_00, "campaign": 50_00}
    assert db.session.query(PaymentCase).one().closed_at is not None
    assert db.session.query(CreditNote).count() == 0
    assert now(card_pledge).status is PledgeStatus.FULFILLED
    check_books()


def test_the_event_may_be_faster_than_the_answer(cards, card_pledge, treasurer):
    cards.pay(card_pledge)
    cards.fake.faults.append(server_error(committed=True, on="POST /v1/refunds", retry=False))
    give(treasurer, 20_00)
    cards.deliver(cards.fake.event("refund.created"))
    assert states() == [RefundState.DONE]
    assert cases() == []
    assert db.session.query(Campaign).one().received == 30_00
    check_books()


def test_it_needs_a_treasurer_and_a_fresh_password(a_campaign, a_pledge, tomas, amina):
    tomas.second_factor = amina.second_factor = True
    recorded(a_pledge(a_campaign(), 50_00), tomas)
    tomas.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        give(tomas, 1_00, bank_reference="OUT-1", sent_on=clock.today())
    amina.reauthenticated = True
    with pytest.raises(NotAllowed):
        give(amina, 1_00, bank_reference="OUT-1", sent_on=clock.today())
    assert db.session.query(Refund).count() == 0


@pytest.mark.parametrize("who", ["amina", "marta", "victor", "safiya"])
def test_only_the_treasurer_sends_back_what_was_put_aside(request, cards, card_pledge, who):
    cards.pay(card_pledge)
    case = PaymentCase(kind=CaseKind.OVERPAID, key="aside", organisation_id=card_pledge.organisation_id, note="")
    case.amount, case.currency = 5_00, "EUR"
    db.session.add(case)
    db.session.commit()
    with pytest.raises(NotAllowed):
        refunds.ask_from(
            case, Wish(Money(5_00, "EUR"), RefundReason.PAID_TWICE), once="x", by=request.getfixturevalue(who)
        )
