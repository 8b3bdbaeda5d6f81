"""Payments that the card company sends: agreed to by two, told once, booked once, whatever the answer."""

import pytest
import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.campaign.models import Campaign
from campaigns.disbursement import queries, rules
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.rules import transfer as by_provider
from campaigns.disbursement.rules.propose import NotEnoughMoney
from campaigns.disbursement.rules.release import AlreadyReleased
from campaigns.disbursement.rules.where import NotByBank, NotByProvider, NotSepa, OnItsWay
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import Movement
from campaigns.payment.gateway import KEY_LASTS
from campaigns.payment.models import PaymentCase, ProviderTransfer
from campaigns.payment.rules import balance, transfers
from campaigns.payment.states import TransferState
from campaigns.student.models import SchoolAccount
from campaigns.student.rules.requests import stop_account
from tests.cast.accounts import pay_at
from tests.cast.browser import submit
from tests.cast.crowd import at_once
from tests.fakes.stripe import faults, objects

HOME = "/a/lantern/disbursements"


@pytest.fixture
def account_ref(cards) -> str:
    """The school's account at Stripe, set up; and a balance of €10,000 there."""
    fake, wanted = cards.fake, {"transfers": {"requested": True}}
    made = fake.client().v1.accounts.create({"type": "express", "capabilities": wanted}).id
    fake.set_up(made)
    source = fake.add({"id": "tu_1", "object": "topup", "currency": "eur", "amount": 10_000_00})
    fake.add(objects.transaction(fake, source, "topup", 10_000_00, 0))
    return made


@pytest.fixture
def payment(a_payment, account_ref) -> Disbursement:
    """€500, proposed, to a school that Stripe pays."""
    made = a_payment()
    account = pay_at(db.session.get_one(Campaign, made.campaign_id), iban=None, provider_ref=account_ref)
    made.account_id = account.id
    db.session.commit()
    return made


@pytest.fixture
def agree(payment, amina):
    """Amina agrees, and Stripe is told."""

    def make() -> ProviderTransfer:
        made = rules.order_transfer(payment, by=amina)
        transfers.send(made.id)
        return made

    return make


def now(payment) -> Disbursement:
    db.session.rollback()
    db.session.refresh(payment)
    return payment


def proposer(payment):
    found = db.session.get_one(User, payment.proposed_by_id)
    found.second_factor = found.reauthenticated = True
    return found


def sent(cards) -> list[int]:
    return [each["amount"] for each in cards.fake.all("transfer")]


def moved() -> list[int]:
    return list(db.session.scalars(sa.select(Movement.amount).where(Movement.kind == "disbursement")))


def check() -> None:
    """Nothing is wrong with the book, nor with payments to schools."""
    assert (ledger.problems(), rules.problems()) == ([], [])


def notes() -> list[str]:
    return [each.note for each in db.session.scalars(sa.select(PaymentCase).order_by(PaymentCase.id))]


@pytest.mark.both_databases
def test_the_second_person_agrees_and_it_is_sent_and_booked(payment, cards, amina, sign_in, account_ref):
    browser = sign_in(amina)
    page = browser.get(f"{HOME}/{payment.ref}/release").text
    assert account_ref in page
    assert "Order the transfer at the bank" not in page
    answer = submit(browser, f"{HOME}/{payment.ref}/release", to=f"{HOME}/{payment.ref}/transfer", follow=True)
    assert "Stripe has sent it" in answer.text
    assert "Stripe’s reference" in answer.text
    paid = now(payment)
    (made,) = cards.fake.all("transfer")
    assert (paid.state, paid.bank_reference, paid.paid_on) == (DisbursementState.RELEASED, made["id"], clock.today())
    assert (made["amount"], made["currency"], made["destination"]) == (500_00, "eur", account_ref)
    assert moved() == [500_00]
    assert db.session.get_one(Campaign, paid.campaign_id).disbursed == 500_00
    check()


def test_the_event_and_a_second_click_change_nothing(payment, agree, cards, amina):
    agree()
    agree()
    events = [each for each in cards.fake.events if each["type"] == "transfer.created"]
    cards.deliver(*events, *events)
    assert (sent(cards), moved()) == ([500_00], [500_00])
    assert notes() == []


def test_who_proposed_does_not_agree(payment, tomas, cards):
    with pytest.raises(NotAllowed):
        rules.order_transfer(payment, by=tomas)
    assert sent(cards) == []


def test_a_third_person_does_not_send_what_has_left(payment, agree, a_user, lantern):
    agree()
    other = a_user("Olu", (Role.TREASURER, lantern))
    other.second_factor = other.reauthenticated = True
    with pytest.raises(AlreadyReleased):
        rules.order_transfer(payment, by=other)


def test_what_the_campaign_does_not_hold_is_not_sent(payment, agree, cards):
    account = ledger.account(f"campaign:{payment.campaign_id}", "EUR")
    gone = ledger.account("world", "EUR")
    ledger.move(Money(account.balance - 499_99, "EUR"), source=account, target=gone, cause=("test", "gone"))
    db.session.commit()
    with pytest.raises(NotEnoughMoney):
        agree()
    db.session.rollback()
    assert (sent(cards), now(payment).state) == ([], DisbursementState.PROPOSED)


@pytest.mark.parametrize(
    "fault",
    [
        faults.lost_answer(),
        faults.timed_out(),
        faults.timed_out(committed=False),
        faults.server_error(committed=True),
        faults.server_error(),
        faults.rate_limited(),
        faults.lock_timeout(),
    ],
    ids=["lost", "late", "never", "fault-after", "fault-before", "busy", "locked"],
)
def test_without_a_clear_answer_it_is_asked_again_and_sent_once(payment, agree, cards, fault):
    cards.fake.faults.append(fault)
    agree()
    assert (now(payment).state, moved()) == (DisbursementState.APPROVED, [])
    for step in (rules.cancel, rules.look_again):
        with pytest.raises(OnItsWay):
            step(payment, by=proposer(payment), **({"reason": "no"} if step is rules.cancel else {}))
        db.session.rollback()
    transfers.follow()
    assert moved() == []  # not before two minutes
    with clock.at(clock.now() + transfers.PATIENCE * 2):
        transfers.follow()
    assert (sent(cards), moved(), now(payment).state) == ([500_00], [500_00], DisbursementState.RELEASED)
    check()


@pytest.mark.parametrize("committed_there", [True, False])
def test_once_the_key_is_forgotten_it_is_looked_for_first(payment, agree, cards, committed_there):
    cards.fake.faults.append(faults.timed_out(committed=committed_there))
    agree()
    with clock.at(clock.now() + KEY_LASTS * 2):
        transfers.follow()
    assert (sent(cards), moved()) == ([500_00], [500_00])


@pytest.mark.parametrize("sent_before", [True, False])
def test_what_was_objected_to_meanwhile_is_not_sent_and_what_was_sent_is_booked(
    payment, agree, cards, tomas, sent_before
):
    cards.fake.faults.append(faults.timed_out(committed=sent_before))
    agree()
    stop_account(db.session.get_one(SchoolAccount, payment.account_id), reason="A thief's", by=tomas)
    db.session.commit()
    with clock.at(clock.now() + transfers.PATIENCE * 2):
        transfers.follow()
    assert (len(sent(cards)), moved()) == ((1, [500_00]) if sent_before else (0, []))
    state = DisbursementState.RELEASED if sent_before else DisbursementState.PROPOSED
    assert now(payment).state is state
    made = db.session.scalars(sa.select(ProviderTransfer)).one()
    assert (made.fault is None) is sent_before
    check()


def test_a_refusal_lets_it_be_agreed_to_again(payment, cards, amina, sign_in):
    cards.fake.objects["tu_1"]["amount"] = 0
    for each in cards.fake.all("balance_transaction"):
        each["net"] = 0
    browser = sign_in(amina)
    url = f"{HOME}/{payment.ref}"
    page = submit(browser, f"{url}/release", to=f"{url}/transfer", follow=True).text
    assert "Stripe did not send it" in page
    assert "insufficient available funds" in page
    assert (now(payment).state, payment.released_by_id, moved()) == (DisbursementState.PROPOSED, None, [])
    for each in cards.fake.all("balance_transaction"):
        each["net"] = 10_000_00
    assert "Stripe has sent it" in submit(browser, f"{url}/release", to=f"{url}/transfer", follow=True).text
    assert (sent(cards), moved()) == ([500_00], [500_00])


def test_after_a_refusal_a_bank_may_pay_it_and_the_page_says_so(payment, agree, cards, amina, tomas, sign_in):
    cards.fake.faults.append(faults.Fault(400, {"type": "invalid_request_error", "message": "Closed."}))
    agree()
    pay_at(db.session.get_one(Campaign, payment.campaign_id))
    db.session.commit()
    rules.look_again(now(payment), by=tomas)
    rules.approve(payment, by=amina)
    db.session.commit()
    page = sign_in(tomas).get(f"{HOME}/{payment.ref}").text
    assert ("Waits for the bank" in page, "Waits for Stripe" in page) == (True, False)
    rules.settle(payment, bank_reference="TRX 7", paid_on=clock.today(), by=proposer(payment))
    db.session.commit()
    page = sign_in(tomas).get(f"{HOME}/{payment.ref}").text
    assert ("Bank reference" in page, "Stripe’s reference" in page) == (True, False)
    check()


def test_what_is_taken_back_there_is_laid_before_a_person_once_for_each_amount(payment, agree, cards):
    agree()
    (made,) = cards.fake.all("transfer")
    first = cards.fake.reverse(made["id"], 200_00)
    cards.deliver(first, first)
    second = cards.fake.reverse(made["id"])
    cards.deliver(second, first)
    assert [note.split(" of what")[0] for note in notes()] == ["€200.00", "€500.00"]
    assert now(payment).state is DisbursementState.RELEASED


def test_a_transfer_of_another_program_is_left_alone(cards, account_ref):
    cards.fake.client().v1.transfers.create({"amount": 100, "currency": "eur", "destination": account_ref})
    cards.deliver(cards.fake.events[-1])
    assert notes() == []


def test_another_amount_than_was_asked_for_is_not_booked(payment, agree, cards):
    cards.fake.faults.append(faults.timed_out())
    agree()
    cards.fake.all("transfer")[0]["amount"] = 499_00
    cards.deliver(cards.fake.emit("transfer.created", cards.fake.all("transfer")[0]))
    assert notes() == ["€500.00 was to be sent, €499.00 was"]
    assert moved() == []


def test_what_was_refused_and_is_there_all_the_same_is_laid_before_a_person(payment, agree, cards):
    error = {"type": "invalid_request_error", "message": "Not now."}
    cards.fake.faults.append(faults.Fault(400, error, committed=True, on="POST /v1/transfers"))
    agree()
    (made,) = cards.fake.all("transfer")
    events = [each for each in cards.fake.events if each["type"] == "transfer.created"]
    cards.deliver(*events, *events)
    assert (now(payment).state, moved()) == (DisbursementState.PROPOSED, [])
    assert notes() == [f"Sending €500.00 for payment {payment.ref} was refused, yet it was sent as {made['id']}"]


def test_what_was_sent_is_booked_once_the_money_is_there(payment, agree, cards):
    cards.fake.faults.append(faults.timed_out())
    agree()
    account, gone = ledger.account(f"campaign:{payment.campaign_id}", "EUR"), ledger.account("world", "EUR")
    ledger.move(Money(account.balance, "EUR"), source=account, target=gone, cause=("test", "gone"))
    db.session.commit()
    with clock.at(clock.now() + transfers.PATIENCE * 2):
        transfers.follow()
        by_provider.book_late()
    assert (now(payment).state, moved(), len(notes())) == (DisbursementState.APPROVED, [], 1)
    ledger.move(Money(500_00, "EUR"), source=gone, target=account, cause=("test", "back"))
    db.session.commit()
    by_provider.book_late()
    assert (now(payment).state, moved()) == (DisbursementState.RELEASED, [500_00])


def test_a_bank_does_not_pay_it_nor_does_a_file_and_stripe_pays_no_bank(payment, a_payment, amina, lantern, tomas):
    with pytest.raises(NotByBank):
        rules.release(payment, bank_reference="X", paid_on=clock.today(), by=amina)
    db.session.rollback()
    with pytest.raises(NotSepa):
        rules.approve(payment, by=amina)
    db.session.rollback()
    rules.order_transfer(payment, by=amina)
    db.session.commit()
    assert db.session.scalars(queries.to_order(lantern.id)).all() == []
    with pytest.raises(NotByBank):
        rules.settle(payment, bank_reference="X", paid_on=clock.today(), by=proposer(payment))
    db.session.rollback()
    campaign = db.session.get_one(Campaign, payment.campaign_id)
    pay_at(campaign)
    db.session.commit()
    other = a_payment(campaign=campaign, amount=100_00)
    with pytest.raises(NotByProvider):
        rules.order_transfer(other, by=amina)


def test_what_was_cancelled_is_not_sent(payment, cards, amina, tomas):
    rules.cancel(payment, reason="The fees fell.", by=tomas)
    db.session.commit()
    with pytest.raises(IllegalMove):
        rules.order_transfer(payment, by=amina)
    assert sent(cards) == []


def test_a_transfer_for_what_nobody_agreed_to_is_found(payment, agree):
    made = agree()
    check()
    made.amount = 499_00
    db.session.flush()
    assert f"the card company is told to pay {payment.ref} for nobody" in rules.problems()


def test_the_balance_knows_it(payment, agree, cards):
    agree()
    with clock.at(clock.now() + balance.SETTLED * 2):
        balance.match_balance()
    assert [note for note in notes() if "transfer" in note] == []


@pytest.mark.both_databases
def test_two_people_and_the_worker_at_once_send_it_once(app, payment, amina, cards):
    made = rules.order_transfer(payment, by=amina).id
    db.session.commit()
    at_once(app, *[lambda: transfers.send(made, waiting=False)] * 4)
    assert (sent(cards), moved()) == ([500_00], [500_00])
    assert db.session.get_one(ProviderTransfer, made).state is TransferState.SENT
    check()
