"""Money that arrived: booked once, receipted, and put aside where no promise waits for it."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.notice.models import Notice
from campaigns.payment.models import PaymentCase, Receipt
from campaigns.payment.rules.check import problems
from campaigns.payment.rules.receive import OtherCurrency, receive
from campaigns.payment.states import CaseKind
from campaigns.pledge import queries
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Instalment
from campaigns.pledge.rules import Overpaid
from campaigns.pledge.states import InstalmentState, PledgeStatus


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 100_000)])


@pytest.fixture
def pledge(campaign, a_pledge):
    return a_pledge(campaign, 100_00)


@pytest.fixture
def pay(lantern):
    """Money arrives for a pledge's first instalment: `pay(pledge, 60_00, "bank:1")`."""

    def arrive(pledge, amount, cause="bank:1", by=None, number=1, currency="EUR"):
        instalment = next(each for each in now(pledge).instalments if each.number == number)
        source = f"bank:{lantern.id}:{currency}"
        receipt = receive(instalment, Money(amount, currency), source=source, cause=("payment", cause), by=by)
        db.session.commit()
        return receipt

    return arrive


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def balance(code):
    return db.session.query(LedgerAccount.balance).filter_by(code=code).scalar() or 0


def all_adds_up():
    return ledger.problems() == pledges.problems() == problems() == []


def test_a_payment_settles_the_instalment_and_fulfils_the_pledge(pledge, pay):
    pay(pledge, 100_00)

    paid = now(pledge)
    assert paid.status is PledgeStatus.FULFILLED
    assert paid.instalments[0].state is InstalmentState.PAID
    assert paid.instalments[0].paid_at is not None


@pytest.mark.both_databases
def test_the_money_moves_in_the_ledger_and_the_meter_follows(campaign, pledge, pay, lantern):
    pay(pledge, 100_00)

    assert balance(f"campaign:{campaign.id}") == 100_00
    assert balance(f"bank:{lantern.id}:EUR") == -100_00
    assert db.session.query(Campaign).one().received == 100_00
    assert all_adds_up()


def test_the_sponsor_gets_a_receipt_by_mail(pledge, pay):
    receipt = pay(pledge, 100_00)

    letter = db.session.query(Notice).one()
    assert letter.to == pledge.email
    assert receipt.label in letter.subject
    assert f"/p/{pledge.ref}/receipt/1.pdf?k=" in letter.text
    assert f"/p/{pledge.ref}/receipt/1.pdf?k=" in letter.html


def test_the_same_cause_moves_money_once(campaign, pledge, pay):
    first, second = pay(pledge, 60_00), pay(pledge, 60_00)

    assert first is not None
    assert second is None
    assert db.session.query(Movement).count() == 1
    assert db.session.query(Receipt).count() == 1
    assert db.session.query(Campaign).one().received == 60_00
    assert all_adds_up()


def test_a_short_payment_leaves_the_rest_due_under_a_new_reference(campaign, pledge, pay):
    pay(pledge, 60_00)

    first, rest = now(pledge).instalments
    assert (first.amount, first.state) == (60_00, InstalmentState.PAID)
    assert (rest.amount, rest.state, rest.number) == (40_00, InstalmentState.DUE, 2)
    assert rest.reference.endswith(f"{pledge.ref}2")
    assert now(pledge).status is PledgeStatus.IN_PROGRESS
    db.session.refresh(campaign)
    assert (campaign.pledged, campaign.received) == (100_00, 60_00)
    assert all_adds_up()


def test_the_receipt_mail_says_what_is_still_due(pledge, pay):
    pay(pledge, 60_00)

    letter = db.session.query(Notice).one()
    assert "€40.00 of your pledge is still due" in letter.text
    assert now(pledge).instalments[1].reference in letter.text


def test_the_rest_is_paid_under_its_own_reference(pledge, pay):
    pay(pledge, 60_00)
    pay(pledge, 40_00, "bank:2", number=2)

    assert now(pledge).status is PledgeStatus.FULFILLED
    assert all_adds_up()


def test_the_rest_paid_under_the_old_reference_counts_too(pledge, pay):
    pay(pledge, 60_00)
    receipt = pay(pledge, 40_00, "bank:2", number=1)

    assert receipt is not None
    assert now(pledge).status is PledgeStatus.FULFILLED
    assert all_adds_up()


def test_paying_short_again_and_again_ends_at_the_whole(pledge, pay):
    for number, amount in enumerate((1, 99, 30_00, 69_00), start=1):
        pay(pledge, amount, f"bank:{number}", number=number)

    assert [each.amount for each in now(pledge).instalments] == [1, 99, 30_00, 69_00]
    assert now(pledge).status is PledgeStatus.FULFILLED
    assert all_adds_up()


@pytest.mark.both_databases
def test_what_is_over_is_put_aside_and_a_person_is_asked(campaign, pledge, pay, lantern):
    receipt = pay(pledge, 130_00)

    case = db.session.query(PaymentCase).one()
    assert (receipt.amount, case.amount, case.kind) == (100_00, 30_00, CaseKind.OVERPAID)
    assert balance(f"suspense:{lantern.id}:EUR") == 30_00
    assert db.session.query(Campaign).one().received == 100_00
    assert all_adds_up()


def test_an_overpayment_that_is_told_twice_is_put_aside_once(pledge, pay, lantern):
    pay(pledge, 130_00)
    pay(pledge, 130_00)

    assert db.session.query(PaymentCase).count() == 1
    assert balance(f"suspense:{lantern.id}:EUR") == 30_00


def test_a_second_payment_for_what_is_paid_is_put_aside(pledge, pay, lantern):
    pay(pledge, 100_00)
    receipt = pay(pledge, 100_00, "bank:2")

    assert receipt is None
    assert db.session.query(PaymentCase).one().kind is CaseKind.OVERPAID
    assert balance(f"suspense:{lantern.id}:EUR") == 100_00
    assert all_adds_up()


def test_money_for_a_pledge_that_was_taken_back_is_put_aside(campaign, pledge, pay, lantern):
    pledges.withdraw(now(pledge), "Changed our mind.")
    receipt = pay(pledge, 100_00)

    assert receipt is None
    assert db.session.query(PaymentCase).one().kind is CaseKind.PAID_AFTER_END
    assert balance(f"suspense:{lantern.id}:EUR") == 100_00
    assert balance(f"campaign:{campaign.id}") == 0
    assert now(pledge).status is PledgeStatus.WITHDRAWN
    assert all_adds_up()


def test_the_sponsor_is_told_of_money_put_aside(pledge, pay):
    pay(pledge, 130_00)

    letter = db.session.query(Notice).filter(Notice.key.like("payment.put_aside%")).one()
    assert "€30.00" in letter.subject
    assert "beyond what your pledge asks for" in letter.text


def test_money_after_the_end_that_is_told_twice_is_put_aside_once(pledge, pay, lantern):
    pledges.withdraw(now(pledge), "Changed our mind.")
    pay(pledge, 100_00)
    pay(pledge, 100_00)

    assert balance(f"suspense:{lantern.id}:EUR") == 100_00
    assert db.session.query(PaymentCase).count() == 1


def test_money_for_a_promise_that_nobody_confirmed_is_put_aside(campaign, a_pledge, pay):
    promise = a_pledge(campaign, 50_00, confirmed=False)
    assert pay(promise, 50_00) is None

    assert db.session.query(PaymentCase).one().kind is CaseKind.PAID_AFTER_END
    assert now(promise).status is PledgeStatus.PROMISED
    assert all_adds_up()


def test_an_overdue_pledge_can_still_be_paid(pledge, pay):
    with clock.at(clock.now() + timedelta(days=20)):
        pledges.follow_up()
        assert now(pledge).status is PledgeStatus.OVERDUE
        pay(pledge, 100_00)

    assert now(pledge).status is PledgeStatus.FULFILLED


def test_money_in_another_currency_pays_nothing(pledge, pay):
    with pytest.raises(OtherCurrency):
        pay(pledge, 100_00, currency="USD")
    db.session.rollback()
    assert db.session.query(Movement).count() == 0


@pytest.mark.parametrize("who", ["amina", "marta", "victor", "safiya", "otto", "rita"])
def test_only_a_treasurer_of_the_community_books_money(request, pledge, pay, who):
    with pytest.raises(NotAllowed):
        pay(pledge, 100_00, by=request.getfixturevalue(who))
    db.session.rollback()
    assert db.session.query(Movement).count() == 0


def test_the_treasurer_stands_in_the_ledger(pledge, pay, tomas):
    pay(pledge, 100_00, by=tomas)

    assert db.session.query(Movement).one().actor_id == tomas.id


def test_receipts_are_numbered_on_from_one_in_each_community_and_year(campaign, a_pledge, a_campaign, harbour, pay):
    for number in range(3):
        pay(a_pledge(campaign, 10_00), 10_00, f"bank:{number}")
    elsewhere = a_campaign(community=harbour)
    pay(a_pledge(elsewhere, 10_00), 10_00, "bank:harbour")
    with clock.at(datetime(clock.today().year + 1, 1, 2, tzinfo=UTC)):
        pay(a_pledge(campaign, 10_00), 10_00, "bank:next year")

    numbers = db.session.query(Receipt.organisation_id, Receipt.number).order_by(Receipt.id).all()
    home, away = campaign.organisation_id, harbour.id
    assert [tuple(row) for row in numbers] == [(home, 1), (home, 2), (home, 3), (away, 1), (home, 1)]
    assert all_adds_up()


def test_a_receipt_number_of_a_payment_that_was_rolled_back_is_given_again(pledge, campaign, a_pledge, pay, lantern):
    instalment = now(pledge).instalments[0]
    source = f"bank:{lantern.id}:EUR"
    receive(instalment, Money(1_00, "EUR"), source=source, cause=("payment", "bank:lost"), by=None)
    db.session.rollback()

    assert pay(a_pledge(campaign, 10_00), 10_00, "bank:2").number == 1
    assert all_adds_up()


def test_settling_more_than_is_due_is_refused_and_changes_nothing(pledge):
    instalment = now(pledge).instalments[0]
    with pytest.raises(Overpaid):
        pledges.settle(instalment, Money(100_01, "EUR"))

    assert instalment.state is InstalmentState.DUE


def test_settling_in_another_currency_is_a_mistake_in_the_program(pledge):
    with pytest.raises(ValueError, match="do not mix"):
        pledges.settle(now(pledge).instalments[0], Money(100_00, "USD"))


def test_a_payment_is_dated_when_it_arrived(pledge, lantern):
    day = datetime(2026, 3, 4, tzinfo=UTC)
    instalment = now(pledge).instalments[0]
    source = f"bank:{lantern.id}:EUR"
    receive(instalment, pledge.money, source=source, cause=("payment", "bank:1"), by=None, at=day)

    assert db.session.query(Instalment).one().paid_at == day


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("UPDATE campaign SET received = received + 1", "received"),
        ("UPDATE receipt SET amount = amount + 1", "says"),
        ("DELETE FROM receipt", "no receipt"),
        ("UPDATE receipt SET number = 7", "up to 7"),
    ],
)
def test_the_check_finds_what_was_tampered_with(pledge, pay, spoil, says):
    from sqlalchemy import text

    pay(pledge, 100_00)
    db.session.execute(text(spoil))
    db.session.commit()

    assert any(says in problem for problem in problems())
