"""What a lost dispute has left owing: seen, paid back from the statement, or borne by the community."""

import pytest

from campaigns.audit.models import AuditEntry
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount
from campaigns.payment.models import BankEntry
from campaigns.payment.rules import entries
from campaigns.payment.rules.disputes import debts
from campaigns.payment.rules.receive import OtherCurrency
from campaigns.payment.states import EntryState
from tests.cast.browser import hidden_fields, submit
from tests.cast.cards import balances, check_books

HOME = "/a/lantern/money"


@pytest.fixture
def owed(lantern, school):
    """Forty euros that the school owes Lantern."""
    account = ledger.account(f"debt:{lantern.id}:school:{school.id}:EUR", "EUR")
    stripe = ledger.account(f"stripe:{lantern.id}:EUR", "EUR")
    ledger.move(Money(40_00, "EUR"), source=account, target=stripe, cause=("dispute_debt", f"{account.code}:du_1"))
    db.session.commit()
    return account


@pytest.fixture
def an_entry(lantern):
    """An entry on the statement that pays no pledge."""

    def make(amount, currency="EUR"):
        entry = BankEntry(organisation_id=lantern.id, fingerprint=f"print-{amount}", booked_on=clock.today())
        entry.amount, entry.currency, entry.payer, entry.remittance = amount, currency, "Mwangaza", "Fees back"
        entry.state = EntryState.UNMATCHED
        db.session.add(entry)
        db.session.commit()
        return entry

    return make


def left():
    db.session.expire_all()
    accounts = db.session.query(LedgerAccount).filter(LedgerAccount.code.startswith("debt:"))
    return {account.code.split(":")[2]: account.balance for account in accounts}


def test_an_entry_is_booked_as_what_a_school_pays_back(owed, an_entry, tomas, sign_in):
    entry, browser = an_entry(25_00), sign_in(tomas)
    page = browser.get(f"{HOME}/entries/{entry.id}").text
    assert "Mwangaza Secondary: €40.00 is owed" in page
    url = f"{HOME}/entries/{entry.id}"
    answer = submit(browser, url, to=f"{url}/repays", account=str(owed.id))
    assert answer.headers["Location"] == f"{HOME}/entries"
    assert left() == {"school": -15_00}
    assert balances() == {"bank": -25_00, "stripe": 40_00, "debt": -15_00}
    assert "Pays back what Mwangaza Secondary owed" in browser.get(f"{HOME}/entries?state=confirmed").text
    page = browser.get(f"{HOME}/owed/{owed.id}").text
    assert [words in page for words in ("A lost dispute", "Paid back to the bank", "€15.00 is owed")] == [True] * 3
    check_books()


def test_an_entry_is_booked_once(owed, an_entry, tomas, sign_in):
    entry, browser = an_entry(25_00), sign_in(tomas)
    data = hidden_fields(browser.get(f"{HOME}/entries/{entry.id}").text) | {"account": str(owed.id)}
    answers = [browser.post(f"{HOME}/entries/{entry.id}/repays", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert "You confirmed this entry" in answers[1].text
    assert left() == {"school": -15_00}
    with pytest.raises(entries.ConfirmedBefore):
        entries.ignore(db.session.get(BankEntry, entry.id), "no", by=tomas)


def test_more_than_is_owed_and_another_currency_are_refused(owed, an_entry, tomas, sign_in):
    entry, url = an_entry(40_01), HOME
    browser = sign_in(tomas)
    url = f"{HOME}/entries/{entry.id}"
    answer = submit(browser, url, to=f"{url}/repays", account=str(owed.id))
    assert (answer.status_code, "Only €40.00 is owed here" in answer.text) == (422, True)
    assert left() == {"school": -40_00}
    with pytest.raises(OtherCurrency):
        debts.repay(an_entry(1_00, "USD"), owed, "the school", by=tomas)
    assert "is owed" not in browser.get(f"{HOME}/entries/{db.session.query(BankEntry).all()[-1].id}").text


def test_only_what_is_owed_to_this_community_may_be_chosen(owed, an_entry, harbour, tomas, sign_in):
    other = ledger.account(f"debt:{harbour.id}:community:EUR", "EUR")
    ledger.move(Money(90_00, "EUR"), source=other, target=ledger.account("world", "EUR"), cause=("dispute_debt", "x"))
    db.session.commit()
    entry, browser = an_entry(25_00), sign_in(tomas)
    url = f"{HOME}/entries/{entry.id}"
    answer = submit(browser, url, to=f"{url}/repays", account=str(other.id))
    assert (answer.status_code, entry.state) == (422, EntryState.UNMATCHED)
    assert browser.get(f"{HOME}/owed/{other.id}").status_code == 404
    pages = browser.get(f"{HOME}/owed/{owed.id}").status_code, browser.get(f"{HOME}/owed/999").status_code
    assert pages == (200, 404)


def test_whoever_may_not_record_payments_repays_nothing(owed, an_entry, amina):
    with pytest.raises(NotAllowed):
        debts.repay(an_entry(25_00), owed, "the school", by=amina)


def test_the_community_bears_what_a_school_owes(owed, tomas, sign_in):
    browser, url = sign_in(tomas), f"{HOME}/owed/{owed.id}"
    data = hidden_fields(browser.get(url).text) | {"reason": "It was spent on the student."}
    answer = browser.post(url, data=data | {"reason": ""})
    assert (answer.status_code, "Say it in a few words" in answer.text, left()) == (422, True, {"school": -40_00})
    for _ in range(2):
        assert browser.post(url, data=data).headers["Location"] == url
        assert left() == {"school": 0, "community": -40_00}
    said = db.session.query(AuditEntry).filter_by(action="payment.debt_borne").one()
    assert (said.actor_id, said.detail["reason"]) == (tomas.id, "It was spent on the student.")
    answer = browser.post(url, data=data | {"once": "another"})
    assert (answer.status_code, "Nothing is owed here any more" in answer.text) == (422, True)
    own = db.session.query(LedgerAccount).filter(LedgerAccount.code.contains(":community:")).one()
    page = browser.get(f"{HOME}/owed/{own.id}").text
    assert ("from its own money" in page, "The community bears it" in page) == (True, False)
    check_books()


def test_bearing_it_asks_for_the_password_and_for_a_reason(owed, lantern, tomas, sign_in):
    browser, url = sign_in(tomas), f"{HOME}/owed/{owed.id}"
    tomas.second_factor, tomas.reauthenticated = True, False
    with pytest.raises(ReauthenticationNeeded):
        debts.bear(owed, lantern, "why", once="a", by=tomas)
    assert "Let the community bear it" in browser.get(url).text
    assert left() == {"school": -40_00}
