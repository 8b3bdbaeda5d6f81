"""The treasurer's overview, and what a person must look at."""

import pytest

from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount
from campaigns.ledger.rules import Overdrawn
from campaigns.payment.models import BankEntry, PaymentCase
from campaigns.payment.rules import cases as rules
from campaigns.payment.rules.cases import ClosedBefore
from campaigns.payment.rules.check import problems
from campaigns.payment.rules.receive import receive
from campaigns.payment.states import CaseKind, EntryState
from campaigns.pledge import queries
from tests.cast.browser import submit
from tests.cast.queries import counting

MONEY = "/a/lantern/money"
CASES = "/a/lantern/money/cases"


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 1_000_000)])


@pytest.fixture
def paid(lantern, campaign, a_pledge):
    """A pledge of €50.00 for which this much arrived."""

    def make(amount=50_00):
        pledge = a_pledge(campaign, 50_00)
        instalment = db.session.scalars(queries.whole(pledge.id)).one().instalments[0]
        cause = ("payment", f"bank:{pledge.ref}")
        receive(instalment, Money(amount, "EUR"), source=f"bank:{lantern.id}:EUR", cause=cause, by=None)
        db.session.commit()
        return pledge

    return make


@pytest.fixture
def a_case(paid):
    """A case: €30.00 more were paid than were due."""

    def make():
        paid(80_00)
        return db.session.query(PaymentCase).order_by(PaymentCase.id.desc()).first()

    return make


@pytest.fixture
def treasurer(sign_in, tomas):
    return sign_in(tomas)


def balance(code):
    return db.session.query(LedgerAccount.balance).filter_by(code=code).scalar() or 0


@pytest.mark.both_databases
def test_the_overview_shows_what_each_campaign_holds(treasurer, campaign, paid, a_pledge):
    paid()
    a_pledge(campaign, 20_00)

    page = treasurer.get(MONEY).text
    assert campaign.title in page
    assert "€70.00" in page  # pledged
    assert page.count("€50.00") >= 2  # received, held
    assert '€20.00</bdi> <span class="small muted">1 payment' in page  # due


def test_the_overview_names_what_waits(treasurer, lantern, a_case):
    a_case()
    db.session.add(
        BankEntry(
            organisation_id=lantern.id,
            fingerprint="f",
            booked_on=clock.today(),
            amount=5_00,
            currency="EUR",
            state=EntryState.UNMATCHED,
        )
    )
    db.session.commit()

    page = treasurer.get(MONEY).text
    assert "1 entry on the statement waits" in page
    assert "1 case waits to be settled" in page
    assert "€30.00" in page


def test_before_there_is_any_money_the_page_says_what_to_do(treasurer):
    page = treasurer.get(MONEY).text

    assert "No money is expected yet" in page
    assert "/a/lantern/campaigns" in page


def test_a_community_without_an_account_is_told_to_enter_one(treasurer, lantern):
    lantern.iban = None
    db.session.commit()

    assert "Sponsors cannot pay by bank transfer yet" in treasurer.get(MONEY).text


def test_the_overview_asks_the_database_the_same_for_one_campaign_and_for_many(treasurer, a_campaign, a_pledge):
    a_pledge(a_campaign(), 10_00)
    with counting() as few:
        treasurer.get(MONEY)
    for _ in range(6):
        a_pledge(a_campaign(), 10_00)
    with counting() as many:
        treasurer.get(MONEY)

    assert len(many) == len(few) <= 12


@pytest.mark.parametrize(("who", "status"), [("amina", 200), ("tomas", 200), ("marta", 403), ("victor", 403)])
@pytest.mark.parametrize("page", [MONEY, CASES])
def test_organisers_and_treasurers_see_the_money(request, sign_in, lantern, who, status, page):
    assert sign_in(request.getfixturevalue(who)).get(page).status_code == status


@pytest.mark.parametrize("page", [MONEY, CASES, f"{MONEY}/entries", f"{CASES}/1"])
def test_another_community_finds_nothing(sign_in, lantern, otto, rita, page):
    assert sign_in(otto).get(page).status_code == 404
    assert sign_in(rita).get(page).status_code == 404


def test_a_case_is_listed_until_it_is_closed(treasurer, a_case, tomas):
    case = a_case()
    assert "Paid too much" in treasurer.get(CASES).text

    answer = submit(treasurer, f"{CASES}/{case.id}", outcome="The sponsor pledged again.")
    assert answer.status_code == 303
    page = treasurer.get(CASES).text
    assert "Nothing is to be settled" in page
    assert "The sponsor pledged again." in page
    db.session.refresh(case)
    assert (case.closed_by_id, case.outcome) == (tomas.id, "The sponsor pledged again.")


@pytest.mark.both_databases
def test_money_that_was_sent_back_leaves_the_books(treasurer, lantern, a_case):
    case = a_case()
    assert balance(f"suspense:{lantern.id}:EUR") == 30_00

    submit(treasurer, f"{CASES}/{case.id}", outcome="Sent back.", sent_back="y")

    db.session.expire_all()
    assert balance(f"suspense:{lantern.id}:EUR") == 0
    assert balance(f"bank:{lantern.id}:EUR") == -50_00
    assert ledger.problems() == problems() == []


def test_money_that_is_kept_stays_in_the_books(treasurer, lantern, a_case):
    submit(treasurer, f"{CASES}/{a_case().id}", outcome="Agreed to keep it as a donation.")

    assert balance(f"suspense:{lantern.id}:EUR") == 30_00


def test_a_case_is_closed_once(treasurer, a_case, tomas):
    case = a_case()
    url = f"{CASES}/{case.id}"
    submit(treasurer, url, outcome="Sent back.", sent_back="y")

    with pytest.raises(ClosedBefore):
        rules.close(case, "Sent back again.", sent_back=True, by=tomas)
    assert "Sent back." in treasurer.get(url).text
    assert "Close the case" not in treasurer.get(url).text


def test_money_that_is_not_there_any_more_cannot_be_sent_back(a_case, lantern, tomas):
    case = a_case()
    ledger.move(
        Money(30_00, "EUR"),
        source=ledger.account(f"suspense:{lantern.id}:EUR", "EUR"),
        target=ledger.account(f"bank:{lantern.id}:EUR", "EUR"),
        cause=("refund", "elsewhere"),
    )

    with pytest.raises(Overdrawn):
        rules.close(case, "Sent back.", sent_back=True, by=tomas)


def test_what_came_through_a_provider_is_not_sent_back_by_hand(treasurer, lantern, tomas, a_case):
    case = a_case()
    case.kind = CaseKind.AMOUNT_MISMATCH
    db.session.commit()

    assert "was sent back by bank transfer" not in treasurer.get(f"{CASES}/{case.id}").text
    rules.close(case, "Looked at.", sent_back=True, by=tomas)
    assert balance(f"suspense:{lantern.id}:EUR") == 30_00


def test_a_case_needs_an_outcome(treasurer, a_case):
    answer = submit(treasurer, f"{CASES}/{a_case().id}", outcome=" ")

    assert answer.status_code == 422
    assert "Say it in a few words." in answer.text


@pytest.mark.parametrize("who", ["amina", "marta", "safiya", "otto"])
def test_only_the_treasurer_closes_a_case(request, a_case, who):
    case = a_case()

    with pytest.raises(NotAllowed):
        rules.close(case, "Done.", by=request.getfixturevalue(who))
    assert case.closed_at is None
