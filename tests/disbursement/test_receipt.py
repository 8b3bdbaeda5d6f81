"""The school itself says what arrived and who is enrolled, through a link and without an account."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.disbursement import queries, rules
from campaigns.disbursement.models import Disbursement, SchoolReceipt
from campaigns.disbursement.rules.ask_school import NothingToConfirm, TooManyToday
from campaigns.disbursement.rules.receipt import Changed, NothingDiffers
from campaigns.disbursement.rules.turn import Paused
from campaigns.disbursement.states import DisbursementState
from campaigns.file.models import File
from campaigns.kit import clock, db, links
from campaigns.kit.errors import NotAllowed
from campaigns.kit.links import LinkSpent
from campaigns.ledger import rules as ledger
from campaigns.student.models import PersonKey
from tests.cast.accounts import OFFICE, pay_at
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.cast.letters import letters_to, link_to
from tests.disbursement.helpers import PDF, lines_of

RELEASED, PROVEN = DisbursementState.RELEASED, DisbursementState.PROVEN


@pytest.fixture
def sent(a_payment) -> Disbursement:
    """€500 that left, and about which the school was asked."""
    return a_payment(RELEASED)


def token_for(payment: Disbursement) -> str:
    made = links.issue(queries.LINK, payment.id, lasts=timedelta(days=1))
    db.session.commit()
    return made


def answer(payment: Disbursement, amount: int = 50_000, *, enrolled: bool = True, **other) -> rules.Received:
    there = {each.application_id: enrolled for each in rules.students(payment)}
    said = {"received_on": clock.today(), "number": "R-17", "name": "Olive", "position": "Bursar", "enrolled": there}
    return rules.Received(**({"amount": amount} | said | other))


def test_the_office_is_asked_when_the_money_leaves_and_no_student_is_in_the_letter(sent):
    [letter] = letters_to(OFFICE)
    assert letter.subject == "Did the payment of €500.00 arrive?"
    assert "/receipt/" in letter.text
    assert "Canary" not in letter.text + letter.html
    assert "Amber Heron" not in letter.text


def test_what_fits_proves_the_payment_and_nobody_of_the_team_has_to_act(sent):
    rules.confirm(token_for(sent), answer(sent, scan=PDF))
    db.session.commit()
    campaign = db.session.get_one(Campaign, sent.campaign_id)
    assert (sent.state, sent.proven_by_id, sent.school_receipt) == (PROVEN, None, "R-17")
    assert (campaign.proven, lines_of(campaign)[0].proven) == (50_000, 50_000)
    assert db.session.get_one(File, sent.proof_id).uploaded_by_id is None
    assert ledger.problems() == rules.problems() == []


@pytest.mark.parametrize(
    "differs", [{"amount": 48_500}, {"amount": 50_100}, {"enrolled": False}], ids=["less", "more", "not enrolled"]
)
def test_what_differs_is_no_proof_pauses_and_is_told(sent, a_payment, tomas, amina, differs):
    rules.confirm(token_for(sent), answer(sent, **differs))
    db.session.commit()
    campaign = db.session.get_one(Campaign, sent.campaign_id)
    assert (sent.state, campaign.proven) == (RELEASED, 0)
    assert "something differs" in letters_to(tomas.email)[-1].subject
    with pytest.raises(Paused):
        a_payment(amount=1_000, campaign=campaign)


def test_a_treasurer_settles_it_with_a_reason_and_payments_go_on(sent, a_payment, tomas, amina):
    rules.confirm(token_for(sent), answer(sent, 48_500))
    with pytest.raises(NotAllowed):
        rules.accept(sent, note="Fees.", by=amina)
    rules.accept(sent, note="The bank kept €15.", by=tomas)
    db.session.commit()
    assert (sent.state, sent.proven_by_id) == (PROVEN, tomas.id)
    assert a_payment(amount=1_000, campaign=db.session.get_one(Campaign, sent.campaign_id)).amount == 1_000
    with pytest.raises(NothingDiffers):
        rules.accept(sent, note="Again.", by=tomas)
    assert rules.problems() == []


def test_a_receipt_added_by_hand_settles_it_too(sent, tomas):
    rules.confirm(token_for(sent), answer(sent, enrolled=False))
    rules.prove(sent, data=PDF, school_receipt="R-18", receipt_on=clock.today(), by=tomas)
    assert db.session.scalars(queries.open_receipts(sent.id)).all() == []
    assert sent.school_receipt == "R-18"


def test_a_link_answers_once_and_ends_the_others(sent):
    first, second = token_for(sent), token_for(sent)
    rules.confirm(first, answer(sent, 48_500))
    db.session.commit()
    for spent in (first, second):
        with pytest.raises(LinkSpent):
            rules.confirm(spent, answer(sent))
    assert rules.behind(first)[1] is False
    with pytest.raises(LinkSpent):
        rules.behind(second)


def test_once_it_is_proven_or_back_a_link_is_worth_nothing(sent, tomas):
    token = token_for(sent)
    rules.prove(sent, data=PDF, school_receipt="R-18", receipt_on=clock.today(), by=tomas)
    db.session.commit()
    with pytest.raises(LinkSpent):
        rules.confirm(token, answer(sent))
    with pytest.raises(NothingToConfirm):
        rules.ask_again(sent, by=tomas)


@pytest.mark.both_databases
def test_sent_by_four_at_once_it_counts_once(app, sent):
    token, said = token_for(sent), answer(sent)
    done = at_once(app, *[committed(lambda: rules.confirm(token, said))] * 4)
    assert sorted(type(each).__name__ for each in done) == ["LinkSpent"] * 3 + ["SchoolReceipt"]
    assert db.session.query(SchoolReceipt).count() == 1
    assert db.session.query(Campaign).one().proven == 50_000
    assert rules.problems() == []


def test_an_answer_about_other_students_is_asked_anew(sent):
    with pytest.raises(Changed):
        rules.confirm(token_for(sent), answer(sent, enrolled=True)._replace(enrolled={}))


def test_nobody_is_asked_about_a_student_who_was_erased(sent):
    for key in db.session.scalars(sa.select(PersonKey)):
        key.destroy()
    db.session.commit()
    assert rules.students(sent) == []
    rules.confirm(token_for(sent), answer(sent))
    assert sent.state is PROVEN


def test_without_an_address_the_link_is_shown_to_the_treasurer(a_funded_campaign, a_payment, tomas, sign_in):
    campaign = a_funded_campaign()
    pay_at(campaign, email=None)
    payment = a_payment(RELEASED, campaign=campaign)
    assert letters_to(OFFICE) == []
    url = f"/a/lantern/disbursements/{payment.ref}"
    page = submit(sign_in(tomas), url, to=f"{url}/ask")
    assert "http://localhost/receipt/" in page.text
    assert "shown only this once" in page.text


def test_the_school_is_not_asked_without_end(sent, tomas, amina):
    with pytest.raises(NotAllowed):
        rules.ask_again(sent, by=amina)
    for _ in range(3):
        rules.ask_again(sent, by=tomas)
    with pytest.raises(TooManyToday):
        rules.ask_again(sent, by=tomas)


def test_the_school_is_reminded_and_not_while_its_answer_waits(sent):
    start = clock.now()
    with clock.at(start + timedelta(days=15)):
        rules.remind_of_receipts()
    assert letters_to(OFFICE)[-1].subject.startswith("Reminder")
    rules.confirm(token_for(sent), answer(sent, 1))
    db.session.commit()
    with clock.at(start + timedelta(days=30)):
        rules.remind_of_receipts()
    assert len(letters_to(OFFICE)) == 2


def test_the_pages_lead_through_it(sent, client, tomas, sign_in):
    path = link_to(OFFICE, "/receipt/")
    page = client.get(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Is Canary Legalname enrolled?" in page.text
    assert "Amber Heron" not in page.text
    [student] = rules.students(sent)
    field, day = f"enrolled_{student.application_id}", clock.today().isoformat()
    who = {"name": "Olive", "position": "Bursar", "number": "R-17", "received_on": day}
    refused = submit(client, path, amount="485", **who)
    assert (refused.status_code, "Choose yes or no." in refused.text) == (422, True)
    said = {"amount": "485", field: "yes", "remark": "The bank kept 15", **who}
    done = submit(client, path, **said, scan=(BytesIO(PDF), "r.pdf"))
    assert done.status_code == 303
    assert "Thank you" in client.get(path).text
    browser, url = sign_in(tomas), f"/a/lantern/disbursements/{sent.ref}"
    assert "says that something differs" in browser.get("/a/lantern/").text
    shown = browser.get(url).text
    assert "Amber Heron: enrolled" in shown
    assert "The bank kept 15" in shown
    settled = submit(browser, f"{url}/accept", note="Bank fees", follow=True)
    assert "a treasurer has looked at what differed" in settled.text
    assert client.get("/receipt/nonsense").status_code == 410
