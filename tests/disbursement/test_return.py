"""Money that comes back is booked beside what was sent, once for each entry of the bank."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.account import queries as accounts
from campaigns.campaign.models import Campaign
from campaigns.disbursement import rules
from campaigns.disbursement.models import Disbursement, Return
from campaigns.disbursement.rules.release import NotYet
from campaigns.disbursement.rules.returned import MoreThanSent, NothingBack, NotSent, SeenBefore
from campaigns.disbursement.states import DisbursementState, ReturnedBy
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.pledge.models import Allocation, Instalment
from campaigns.pledge.states import InstalmentState
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.cast.letters import letters_to
from tests.disbursement.helpers import lines_of

RELEASED, PROVEN = DisbursementState.RELEASED, DisbursementState.PROVEN


def back(payment: Disbursement, amount: int, by, reference: str = "RT 1", once: str | None = None, **seen) -> Return:
    line = db.session.execute(sa.text("SELECT min(line_id) FROM disbursement_part")).scalar()
    amounts = {line: Money(amount, "EUR")} if amount else {}
    told = rules.CameBack(ReturnedBy.BANK, reference, **({"returned_on": clock.today()} | seen))
    return rules.record_return(payment, amounts, told, once=once or crypto.token(), by=by)


def balance(code: str) -> int:
    return db.session.scalars(sa.select(LedgerAccount.balance).where(LedgerAccount.code == code)).one()


def test_all_of_it_back_is_a_reversal_and_the_line_is_open_again(a_payment, tomas):
    payment = a_payment(RELEASED)
    back(payment, 50_000, tomas)
    db.session.commit()
    campaign = db.session.get_one(Campaign, payment.campaign_id)
    assert (payment.state, payment.returned) == (DisbursementState.RETURNED, 50_000)
    assert (campaign.disbursed, campaign.received) == (0, 102_550)
    assert [left.amount for _, left in rules.open_lines(campaign.id)] == [90_000, 12_550]
    sent, came = db.session.query(Movement).filter(Movement.kind.startswith("disbursement")).order_by(Movement.id)
    assert (came.kind, came.reverses_id, came.amount) == ("disbursement_return", sent.id, 50_000)
    assert (balance(f"campaign:{campaign.id}"), balance(f"school:{payment.school_id}:EUR")) == (102_550, 0)
    assert ledger.problems() == rules.problems() == []


def test_a_part_of_a_proven_payment_lowers_sent_and_proven_alike(a_payment, tomas):
    payment = a_payment(PROVEN)
    back(payment, 20_000, tomas)
    back(payment, 5_000, tomas, "RT 2")
    db.session.commit()
    campaign = db.session.get_one(Campaign, payment.campaign_id)
    assert (payment.state, payment.kept.amount) == (PROVEN, 25_000)
    assert (campaign.disbursed, campaign.proven) == (25_000, 25_000)
    assert [(line.disbursed, line.proven) for line in lines_of(campaign)] == [(25_000, 25_000), (0, 0)]
    assert [each.external_id for each in movements()] == [f"{payment.ref}:1", f"{payment.ref}:2"]
    back(payment, 25_000, tomas, "RT 3")
    assert payment.state is DisbursementState.RETURNED
    db.session.commit()
    assert ledger.problems() == rules.problems() == []


def movements() -> list[Movement]:
    return db.session.query(Movement).filter_by(kind="disbursement_return").order_by(Movement.id).all()


def test_a_receipt_after_a_part_came_back_proves_the_rest(a_payment, tomas):
    from tests.disbursement.helpers import PDF

    payment = a_payment(RELEASED)
    back(payment, 20_000, tomas)
    rules.prove(payment, data=PDF, school_receipt="R-1", receipt_on=clock.today(), by=tomas)
    db.session.commit()
    campaign = db.session.get_one(Campaign, payment.campaign_id)
    assert (campaign.disbursed, campaign.proven) == (30_000, 30_000)
    assert rules.problems() == []


def test_what_came_back_is_proposed_and_sent_anew(a_payment, tomas, amina):
    first = a_payment(RELEASED, amount=90_000)
    back(first, 90_000, tomas)
    db.session.commit()
    again = a_payment(RELEASED, amount=90_000, campaign=db.session.get_one(Campaign, first.campaign_id))
    assert again.state is RELEASED
    assert ledger.problems() == rules.problems() == []


def test_an_entry_of_the_bank_counts_once_and_so_does_a_double_click(a_payment, tomas):
    payment = a_payment(RELEASED)
    made = back(payment, 10_000, tomas, once="once")
    assert back(payment, 10_000, tomas, once="once") is made
    with pytest.raises(SeenBefore) as refusal:
        back(payment, 10_000, tomas)
    assert refusal.value.field == "bank_reference"
    assert len(movements()) == 1


@pytest.mark.parametrize(
    ("state", "amount", "refusal"),
    [
        (RELEASED, 50_001, MoreThanSent),
        (RELEASED, 0, NothingBack),
        (DisbursementState.PROPOSED, 100, NotSent),
        (DisbursementState.CANCELLED, 100, NotSent),
    ],
)
def test_nothing_comes_back_that_was_not_sent(a_payment, tomas, state, amount, refusal):
    payment = a_payment(state)
    with pytest.raises(refusal):
        back(payment, amount, tomas)


def test_it_comes_back_neither_tomorrow_nor_before_it_left(a_payment, tomas):
    payment = a_payment(RELEASED)
    with pytest.raises(NotYet):
        back(payment, 100, tomas, returned_on=clock.today() + timedelta(days=1))
    with pytest.raises(Exception, match="before the payment left"):
        back(payment, 100, tomas, returned_on=clock.today() - timedelta(days=1))


def test_it_is_for_treasurers_who_have_shown_their_password(a_payment, amina, tomas):
    payment = a_payment(RELEASED)
    with pytest.raises(NotAllowed):
        back(payment, 100, amina)
    tomas.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        back(payment, 100, tomas)


@pytest.mark.both_databases
def test_of_four_at_once_with_one_entry_one_counts_and_none_takes_too_much(app, a_payment, tomas):
    payment_id = a_payment(RELEASED).id
    db.session.commit()

    def record(reference):
        def act():
            by = db.session.scalars(accounts.by_email("tomas@example.org")).one()
            by.second_factor = by.reauthenticated = True
            back(db.session.get_one(Disbursement, payment_id), 30_000, by, reference)

        return committed(act)

    done = at_once(app, record("RT 1"), record("RT 1"), record("RT 2"), record("RT 2"))
    assert [type(each).__name__ for each in done].count("NoneType") == 1
    assert {type(each) for each in done if each is not None} <= {SeenBefore, MoreThanSent}
    assert [each.amount for each in movements()] == [30_000]
    assert ledger.problems() == rules.problems() == []


def test_those_whose_money_it_was_are_told_once_and_nobody_else(a_payment, a_pledge, tomas):
    payment = a_payment(RELEASED)
    campaign = db.session.get_one(Campaign, payment.campaign_id)
    tuition, books = lines_of(campaign)
    for line, email, paid in ((tuition, "hers@example.org", True), (tuition, "unpaid@example.org", False),
                              (books, "books@example.org", True)):  # fmt: skip
        pledge = a_pledge(campaign, 1, email=email)
        db.session.execute(sa.update(Allocation).where(Allocation.pledge_id == pledge.id).values(line_id=line.id))
        if paid:
            mine = sa.update(Instalment).where(Instalment.pledge_id == pledge.id)
            db.session.execute(mine.values(state=InstalmentState.PAID, paid_at=clock.now()))
    back(payment, 20_000, tomas)
    db.session.commit()
    for _ in range(2):
        rules.tell_sponsors()
    [letter] = letters_to("hers@example.org")
    assert letter.subject == "€200.00 came back from the school"
    assert "not lost" in letter.text
    assert "Mwangaza" not in letter.text + letter.html
    assert letters_to("unpaid@example.org") == letters_to("books@example.org") == []


def test_the_check_finds_a_return_that_was_touched(a_payment, tomas):
    payment = a_payment(RELEASED)
    back(payment, 20_000, tomas)
    db.session.commit()
    db.session.execute(sa.update(Return).values(amount=10_000))
    found = rules.problems()
    assert f"payment {payment.ref}: what came back is not what was recorded" in found
    assert f"return {payment.ref}:1 is not in the book" in found


def test_the_pages_lead_through_it(a_payment, tomas, sign_in):
    payment = a_payment(RELEASED)
    browser, url = sign_in(tomas), f"/a/lantern/disbursements/{payment.ref}"
    assert "Money came back" in browser.get(url).text
    line = lines_of(db.session.get_one(Campaign, payment.campaign_id))[0]
    typed = {"returned_by": "school", "bank_reference": "RT 9", f"line_{line.id}": "600"}
    typed["returned_on"] = clock.today().isoformat()
    refused = submit(browser, f"{url}/return", **typed)
    assert refused.status_code == 422
    assert "At most €500.00" in refused.text
    assert "RT 9" in refused.text
    done = submit(browser, f"{url}/return", follow=True, **(typed | {f"line_{line.id}": "200"}))
    assert "What came back" in done.text
    assert "€200.00" in done.text
    submit(browser, f"{url}/return", **(typed | {"bank_reference": "RT 10", f"line_{line.id}": "300"}))
    assert "All of it came back" in browser.get(url).text
    assert "back already" in browser.get(f"{url}/return").text
    assert "came back" in browser.get("/a/lantern/disbursements?state=returned").text


def test_the_public_ledger_says_in_plain_words_where_it_stands(a_payment, client, tomas):
    payment = a_payment(RELEASED)
    url = f"/c/{db.session.get_one(Campaign, payment.campaign_id).slug}/ledger"
    assert "receipt is awaited" in client.get(url).text
    back(payment, 50_000, tomas)
    db.session.commit()
    page = client.get(url).text
    assert "All of it came back" in page
    assert "Reversal" in page
    assert "Mwangaza" not in page
