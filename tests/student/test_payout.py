"""A school that names no bank account sets up, through its link, being paid by the card company."""

import pytest
import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.payment.models import Payee, ProviderEvent
from campaigns.student.models import SchoolAccount
from campaigns.student.rules import requests as rules
from campaigns.student.states import AccountState, Stage
from tests.cast.browser import submit
from tests.cast.letters import letters_to
from tests.fakes.stripe import faults
from tests.student.test_school_link import IBAN, WHO, amounts

__all__ = ["amounts"]


@pytest.fixture
def application(an_application):
    return an_application(Stage.IN_REVIEW)


@pytest.fixture
def connected(cards):
    """Schools may be paid by the card company."""
    known = cards.app.extensions["settings"]
    cards.app.extensions["settings"] = known.model_copy(update={"stripe_connect": True})
    return cards


@pytest.fixture
def link(application, asked) -> str:
    return asked(application, "school")


@pytest.fixture
def answered(connected, client, link, amounts) -> str:
    """The school has answered and named no account."""
    assert submit(client, link, **WHO, **amounts).status_code == 303
    return link


def account() -> SchoolAccount | None:
    db.session.rollback()
    return db.session.scalars(sa.select(SchoolAccount)).one_or_none()


def begin(client, link) -> str:
    """Go to the card company; gives the account that is set up there."""
    answer = submit(client, f"{link}/payout")
    assert answer.status_code == 303
    return answer.location.rpartition("/")[2]


def test_a_school_sets_it_up_and_its_account_waits_for_two_people(answered, connected, client, tomas, sign_in):
    assert "Be paid through Stripe" in client.get(answered).text
    assert "https://connect.stripe.com" in client.get(f"{answered}/payout").headers["Content-Security-Policy"]
    account_ref = begin(client, answered)
    made = connected.fake.objects[account_ref]
    assert made["business_profile"]["name"] == "Mwangaza Secondary"
    assert (made["email"], made["country"]) == ("bursar@mwangaza.ac.ke", "KE")
    assert "Stripe still needs something" in client.get(f"{answered}/payout").text
    assert account() is None
    connected.fake.set_up(account_ref)
    assert "This is set up" in client.get(f"{answered}/payout").text
    told = account()
    assert (told.provider_ref, told.state, told.iban, told.holder) == (
        account_ref,
        AccountState.PROPOSED,
        None,
        "Mwangaza Secondary",
    )
    page = sign_in(tomas).get("/a/lantern/school-accounts").text
    assert account_ref in page
    assert "Account at Stripe" in page
    assert letters_to(tomas.email) != []
    rules.confirm_account(told, by=tomas)
    assert told.usable_from > clock.now()


def test_it_is_heard_of_by_an_event_as_well_and_in_any_order(answered, connected, client):
    account_ref = begin(client, answered)
    done = connected.fake.set_up(account_ref)
    connected.deliver(done, connected.fake.emit("account.updated", connected.fake.objects[account_ref]), done)
    assert account().provider_ref == account_ref
    assert db.session.scalar(sa.select(sa.func.count(SchoolAccount.id))) == 1


def test_what_is_not_all_told_is_not_proposed(answered, connected, client):
    account_ref = begin(client, answered)
    connected.deliver(connected.fake.set_up(account_ref, done=False))
    assert account() is None
    assert db.session.scalars(sa.select(Payee)).one().ready_at is None


def test_an_account_of_somebody_else_is_left_alone(connected):
    other = connected.fake.client().v1.accounts.create({"type": "express"}).id
    connected.deliver(connected.fake.set_up(other))
    assert db.session.scalars(sa.select(ProviderEvent)).one().state == "ignored"


def test_a_double_click_opens_one_account(answered, connected, client):
    assert begin(client, answered) == begin(client, answered)
    assert len(connected.fake.all("account")) == 1


@pytest.mark.parametrize(
    "fault",
    [faults.lost_answer(), faults.timed_out(), faults.server_error(committed=True), faults.lost_answer(on="_links")],
    ids=["lost", "late", "fault", "link"],
)
def test_an_answer_that_is_lost_opens_no_second_account(answered, connected, client, fault):
    connected.fake.faults.append(fault)
    answer = submit(client, f"{answered}/payout")
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
    begin(client, answered)
    assert len(connected.fake.all("account")) == 1


def test_a_refusal_says_to_name_a_bank_account(answered, connected, client):
    error = {"type": "invalid_request_error", "message": "Connect is not turned on."}
    connected.fake.faults.append(faults.Fault(400, error, on="/v1/accounts"))
    answer = submit(client, f"{answered}/payout")
    assert (answer.status_code, "Please tell a bank account" in answer.text) == (422, True)


def test_it_is_not_offered_to_a_school_that_named_its_bank(connected, client, link, amounts):
    assert submit(client, link, **WHO, **amounts, holder="Mwangaza", iban=IBAN).status_code == 303
    assert "Be paid through Stripe" not in client.get(link).text
    assert "This is not offered here" in client.get(f"{link}/payout").text


def test_nor_where_it_is_off(cards, client, link, amounts):
    assert submit(client, link, **WHO, **amounts).status_code == 303
    assert "Be paid through Stripe" not in client.get(link).text
    page = client.get(f"{link}/payout")
    assert "This is not offered here" in page.text
    assert cards.fake.requests == []


def test_nor_before_it_has_answered(connected, client, link):
    assert "This is not offered here" in client.get(f"{link}/payout").text
    assert client.get("/school/no-such-link/payout").status_code == 410
