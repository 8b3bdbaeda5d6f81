"""Recording money that was seen at the bank, by hand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.ledger.models import Movement
from campaigns.payment.models import BankEntry, PaymentCase
from campaigns.payment.rules import entries as rules
from campaigns.payment.rules.check import problems
from campaigns.payment.states import EntryState
from campaigns.pledge import queries
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import PledgeStatus
from tests.cast.browser import submit
from tests.cast.queries import counting

RECORD = "/a/lantern/money/record"


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 1_000_000)])


@pytest.fixture
def pledge(campaign, a_pledge):
    return a_pledge(campaign, 50_00, name="Petra Sponsor")


@pytest.fixture
def treasurer(sign_in, tomas):
    return sign_in(tomas)


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def reference(pledge, number=1):
    return now(pledge).instalments[number - 1].reference


def record(client, pledge, number=1, **changes):
    """Fill in the page of an instalment as the treasurer does."""
    filled_in = {"amount": "50.00", "booked_on": clock.today().isoformat(), "own_id": "BANK-1"}
    return submit(client, f"{RECORD}/{reference(pledge, number)}", **(filled_in | changes))


def test_what_is_expected_is_listed_the_way_to_record_it_beside(treasurer, pledge):
    page = treasurer.get(RECORD).text

    assert "Petra Sponsor" in page
    assert f'href="{RECORD}/{reference(pledge)}"' in page


@pytest.mark.parametrize("typed", [str, str.lower, lambda ref: " ".join(ref), lambda ref: ref.replace("0", "O")])
def test_a_reference_leads_straight_to_its_page_however_it_is_typed(treasurer, pledge, typed):
    answer = treasurer.get(RECORD, query_string={"reference": typed(reference(pledge))})

    assert (answer.status_code, answer.location) == (302, f"{RECORD}/{reference(pledge)}")


@pytest.mark.parametrize("typed", ["RF00NOBODY", "<script>", "%", "'"])
def test_a_reference_that_nobody_has_is_said(treasurer, pledge, typed):
    page = treasurer.get(RECORD, query_string={"reference": typed})

    assert page.status_code == 200
    assert "No pledge to this community has the reference" in page.text
    assert "<script>" not in page.text


def test_recording_books_the_money_and_fulfils_the_pledge(treasurer, pledge, tomas):
    answer = record(treasurer, pledge)

    assert (answer.status_code, answer.location) == (303, "/a/lantern/money")
    entry = db.session.query(BankEntry).one()
    assert (entry.state, entry.amount, entry.confirmed_by_id) == (EntryState.CONFIRMED, 50_00, tomas.id)
    assert now(pledge).status is PledgeStatus.FULFILLED
    assert db.session.query(Campaign).one().received == 50_00
    assert problems() == []


def test_the_same_money_twice_is_refused_kindly(treasurer, campaign, pledge, a_pledge):
    record(treasurer, pledge)
    again = record(treasurer, pledge)
    elsewhere = record(treasurer, a_pledge(campaign, 50_00), own_id=" bank-1 ")

    for answer in (again, elsewhere):
        assert answer.status_code == 422
        assert "recorded already, so nothing was booked a second time" in answer.text
    assert db.session.query(Movement).count() == 1


def test_less_than_is_due_leaves_the_rest_due(treasurer, pledge):
    record(treasurer, pledge, amount="20.00")

    assert now(pledge).status is PledgeStatus.IN_PROGRESS
    assert record(treasurer, pledge, number=2, amount="30.00", own_id="BANK-2").status_code == 303
    assert now(pledge).status is PledgeStatus.FULFILLED


def test_more_than_is_due_puts_the_surplus_aside(treasurer, pledge):
    record(treasurer, pledge, amount="80.00")

    assert now(pledge).status is PledgeStatus.FULFILLED
    assert db.session.query(PaymentCase).one().amount == 30_00


def test_money_after_the_pledge_was_taken_back_is_put_aside(treasurer, pledge):
    pledges.withdraw(now(pledge), "Changed our mind.")
    db.session.commit()

    assert "Nothing is due under this reference any more" in treasurer.get(f"{RECORD}/{reference(pledge)}").text
    assert record(treasurer, pledge).status_code == 303
    assert db.session.query(PaymentCase).one().amount == 50_00
    assert db.session.query(Campaign).one().received == 0


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("amount", "", "Type the amount."),
        ("amount", "abc", "Type an amount in figures"),
        ("amount", "0", "The amount must be above zero."),
        ("amount", "-50", "leave out the minus sign"),
        ("amount", "1.005", "Euros have 2 decimals."),
        ("amount", "50 USD", "you typed USD"),
        ("amount", "9" * 20, "larger than can be recorded"),
        ("booked_on", "", "Enter the day."),
        ("booked_on", "yesterday", "Not a valid date value."),
        ("booked_on", "2999-01-01", "in the future"),
        ("own_id", " ", "Type it as the statement has it."),
        ("own_id", "x" * 101, "Use at most 100 characters."),
    ],
)
def test_bad_input_is_refused_at_its_field_and_kept(treasurer, pledge, field, typed, says):
    answer = record(treasurer, pledge, **{field: typed})

    assert answer.status_code == 422
    assert says in answer.text
    assert typed.strip() in answer.text
    assert db.session.query(Movement).count() == 0


def test_money_that_came_days_ago_is_dated_then(treasurer, pledge):
    day = clock.today() - timedelta(days=5)
    record(treasurer, pledge, booked_on=day.isoformat())

    assert now(pledge).instalments[0].paid_at.date() == day


@pytest.mark.parametrize("who", ["amina", "marta", "victor", "safiya"])
def test_only_the_treasurer_records(request, sign_in, pledge, who):
    client = sign_in(request.getfixturevalue(who))

    assert client.get(RECORD).status_code == 403
    assert client.get(f"{RECORD}/{reference(pledge)}").status_code == 403


def test_a_treasurer_without_the_second_factor_is_asked_for_it(sign_in, tomas, pledge):
    answer = sign_in(tomas, second_factor=False).get(RECORD)

    assert answer.status_code in {302, 303}
    assert "/account/second-factor" in answer.location


def test_strangers_and_other_communities_find_nothing(client, sign_in, rita, otto, pledge):
    assert client.get(RECORD).status_code in {302, 303}
    assert sign_in(rita).get(RECORD).status_code == 404
    assert sign_in(otto).get(f"{RECORD}/{reference(pledge)}").status_code == 404


def test_a_promise_that_nobody_confirmed_is_not_expected(treasurer, campaign, a_pledge):
    promise = a_pledge(campaign, 10_00, confirmed=False, name="Not Yet")

    assert "Not Yet" not in treasurer.get(RECORD).text
    assert treasurer.get(f"{RECORD}/{reference(promise)}").status_code == 404


def test_the_list_asks_the_database_the_same_for_one_and_for_many(treasurer, campaign, a_pledge):
    a_pledge(campaign, 10_00)
    with counting() as few:
        treasurer.get(RECORD)
    for _ in range(15):
        a_pledge(campaign, 10_00)
    with counting() as many:
        treasurer.get(RECORD)

    assert len(many) == len(few) <= 8


@pytest.mark.parametrize("who", ["amina", "marta", "victor", "safiya"])
def test_nor_does_the_rule_let_anybody_else(request, pledge, who):
    by = request.getfixturevalue(who)
    with_pledge = sa.select(Instalment).options(joinedload(Instalment.pledge))
    due = db.session.scalars(with_pledge.execution_options(populate_existing=True)).one()
    with pytest.raises(NotAllowed):
        rules.record(due, rules.Seen(due.money, clock.today(), "BANK-1"), by=by)
    assert db.session.query(BankEntry).count() == 0
