"""The pages on which the team pays schools, as a browser without JavaScript fills them in."""

from io import BytesIO

import pytest

from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind
from campaigns.campaign.models import Campaign
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from tests.cast.browser import hidden_fields, submit
from tests.cast.queries import at_most
from tests.disbursement.helpers import PDF, lines_of, receive

HOME = "/a/lantern/disbursements"


def new(campaign: Campaign) -> str:
    return f"{HOME}/new?campaign={campaign.slug}&school=mwangaza"


def test_the_treasurer_chooses_among_campaigns_that_hold_money(a_funded_campaign, a_campaign, tomas, sign_in):
    funded = a_funded_campaign(title="With money", alias="Blue Kite")
    a_funded_campaign(title="Also with money", alias="Red Fox")
    a_campaign(title="Without money", alias="Green Owl")
    page = sign_in(tomas).get(f"{HOME}/new")
    assert page.status_code == 200
    assert "With money" in page.text
    assert "Without money" not in page.text
    assert f'name="campaign" value="{funded.slug}"' in page.text


def test_a_single_campaign_and_school_need_no_choosing(a_funded_campaign, tomas, sign_in):
    a_funded_campaign()
    page = sign_in(tomas).get(f"{HOME}/new")
    assert "Pay Mwangaza Secondary" in page.text
    assert "Up to €900.00" in page.text


def test_each_school_of_a_campaign_is_offered_apart(a_funded_campaign, tomas, sign_in):
    campaign = a_funded_campaign()
    other = Organisation(kind=OrganisationKind.SCHOOL, slug="uhuru", name="Uhuru High", country="KE")
    db.session.add(other)
    db.session.flush()
    lines_of(campaign)[1].school_id = other.id
    db.session.commit()
    browser = sign_in(tomas)
    assert "Uhuru High" in browser.get(f"{HOME}/new?campaign={campaign.slug}").text
    form = browser.get(f"{HOME}/new?campaign={campaign.slug}&school=uhuru").text
    assert "Up to €125.50" in form
    assert "Up to €900.00" not in form


def test_nothing_to_pay_says_so(a_campaign, tomas, sign_in):
    a_campaign()
    assert "There is nothing to pay out" in sign_in(tomas).get(f"{HOME}/new").text


def test_a_proposal_is_made_and_shown(a_funded_campaign, tomas, amina, sign_in):
    campaign = a_funded_campaign()
    tuition, books = lines_of(campaign)
    sent = submit(
        sign_in(tomas),
        new(campaign),
        follow=True,
        **{f"line_{tuition.id}": "500", f"line_{books.id}": "25.50", "note": "Invoice 9"},
    )
    made = db.session.query(Disbursement).one()
    assert sent.status_code == 200
    assert made.amount == 52_550
    assert "€525.50 to Mwangaza Secondary" in sent.text
    assert "Invoice 9" in sent.text
    assert "Amina can release it" in sent.text
    assert "Release this payment" not in sent.text


def test_a_double_click_makes_one_proposal(a_funded_campaign, tomas, sign_in):
    campaign, browser = a_funded_campaign(), sign_in(tomas)
    data = hidden_fields(browser.get(new(campaign)).text) | {f"line_{lines_of(campaign)[0].id}": "500"}
    first, second = (browser.post(new(campaign), data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert db.session.query(Disbursement).count() == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("abc", "Type an amount in figures"),
        ("-5", "must be above zero"),
        ("0", "must be above zero"),
        ("1.234", "decimals"),
        ("$40", "Amounts here are in EUR"),
        ("99999999999999999", "larger than can be recorded"),
        ("900.01", "At most €900.00"),
    ],
)
def test_a_wrong_amount_is_explained_at_its_line_and_kept(a_funded_campaign, tomas, sign_in, typed, told):
    campaign = a_funded_campaign(200_000)
    tuition, books = lines_of(campaign)
    sent = submit(
        sign_in(tomas), new(campaign), **{f"line_{tuition.id}": typed, f"line_{books.id}": "12.50", "note": "Invoice 9"}
    )
    assert sent.status_code == 422
    assert told in sent.text
    assert f'href="#line_{tuition.id}"' in sent.text
    assert f'value="{typed}"' in sent.text
    assert 'value="12.50"' in sent.text
    assert 'value="Invoice 9"' in sent.text
    assert db.session.query(Disbursement).count() == 0


def test_an_empty_proposal_and_too_little_money_are_explained(a_funded_campaign, tomas, sign_in):
    campaign = a_funded_campaign(10_000)
    browser, line = sign_in(tomas), lines_of(campaign)[0]
    assert "Enter an amount for at least one line." in submit(browser, new(campaign)).text
    short = submit(browser, new(campaign), **{f"line_{line.id}": "100.01"})
    assert short.status_code == 422
    assert "The campaign has €100.00 that is not promised" in short.text


def test_a_second_person_releases(a_payment, amina, sign_in):
    payment, browser = a_payment(), sign_in(amina)
    assert "Release this payment" in browser.get(f"{HOME}/{payment.ref}").text
    today = clock.today().isoformat()
    shown = submit(browser, f"{HOME}/{payment.ref}/release", follow=True, bank_reference="TRX 4711", paid_on=today)
    assert shown.status_code == 200
    assert "Waiting for the school’s receipt" in shown.text
    assert "TRX 4711" in shown.text
    assert db.session.query(Campaign).one().disbursed == 50_000


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"bank_reference": "", "paid_on": "2026-01-01"}, "Copy the reference"),
        ({"bank_reference": "TRX", "paid_on": "soon"}, "Not a valid date value"),
        ({"bank_reference": "TRX", "paid_on": "2999-01-01"}, "This day has not come yet."),
        ({"bank_reference": "x" * 81, "paid_on": "2026-01-01"}, "longer than 80"),
    ],
)
def test_a_wrong_release_is_explained_and_keeps_what_was_typed(a_payment, amina, sign_in, fields, told):
    payment = a_payment()
    sent = submit(sign_in(amina), f"{HOME}/{payment.ref}/release", **fields)
    assert sent.status_code == 422
    assert told in sent.text
    assert f'value="{fields["paid_on"]}"' in sent.text
    assert db.session.query(Disbursement).one().state is DisbursementState.PROPOSED


def test_who_comes_second_is_told_kindly(a_payment, amina, a_user, lantern, sign_in):
    payment = a_payment(DisbursementState.RELEASED)
    other = sign_in(a_user("Bela", *[(role.role, lantern) for role in amina.memberships]))
    late = submit_late(other, payment)
    assert late.status_code == 422
    assert "Somebody else has released this payment in the meantime" in late.text
    assert "See the payment" in late.text


def submit_late(browser, payment: Disbursement):
    """Post the release form that was open when somebody else released."""
    token = hidden_fields(browser.get(HOME).text)["csrf_token"]
    data = {"csrf_token": token, "bank_reference": "TRX 2", "paid_on": clock.today().isoformat()}
    return browser.post(f"{HOME}/{payment.ref}/release", data=data)


def test_the_proposer_gets_no_release_page(a_payment, tomas, sign_in):
    payment = a_payment()
    answer = sign_in(tomas).get(f"{HOME}/{payment.ref}/release")
    assert answer.status_code == 403
    assert "somebody else has to do it" in answer.text


def test_an_organiser_without_a_second_factor_is_led_to_it(a_payment, amina, sign_in):
    payment = a_payment()
    answer = sign_in(amina, second_factor=False).get(f"{HOME}/{payment.ref}/release")
    assert answer.status_code in (302, 303)
    assert answer.location.startswith("/account/second-factor?next=")


def test_the_receipt_is_uploaded_and_downloaded_by_the_team_only(a_payment, tomas, marta, otto, sign_in):
    payment, browser = a_payment(DisbursementState.RELEASED), sign_in(tomas)
    shown = submit(
        browser,
        f"{HOME}/{payment.ref}/proof",
        follow=True,
        file=(BytesIO(PDF), "Receipt of Canary Legalname.pdf"),
        school_receipt="R-17",
        receipt_on=clock.today().isoformat(),
    )
    proof = db.session.query(Disbursement).one().proof_id
    assert shown.status_code == 200
    assert proof is not None
    assert "Fingerprint (SHA-256)" in shown.text
    assert "Canary" not in shown.text
    link = shown.text.split('wide" href="')[1].split('"')[0]
    assert browser.get(link).data == PDF
    assert browser.get(link).headers["Content-Disposition"].startswith("attachment")
    assert sign_in(marta).get(link).status_code == 404
    assert sign_in(otto).get(link).status_code == 404


def test_a_wrong_receipt_is_explained_at_the_file_and_keeps_what_was_typed(a_payment, tomas, sign_in):
    payment = a_payment(DisbursementState.RELEASED)
    sent = submit(
        sign_in(tomas),
        f"{HOME}/{payment.ref}/proof",
        file=(BytesIO(b"<script>alert(1)</script>"), "receipt.pdf"),
        school_receipt="R-17",
        receipt_on="2026-11-01",
    )
    assert sent.status_code == 422
    assert 'href="#file"' in sent.text
    assert "not a PDF document" in sent.text
    assert 'value="R-17"' in sent.text
    assert 'value="2026-11-01"' in sent.text


def test_a_missing_receipt_is_asked_for(a_payment, tomas, sign_in):
    payment = a_payment(DisbursementState.RELEASED)
    sent = submit(sign_in(tomas), f"{HOME}/{payment.ref}/proof", school_receipt="R-17", receipt_on="2026-11-01")
    assert sent.status_code == 422
    assert "Choose the receipt" in sent.text


def test_an_upload_of_eleven_megabytes_is_too_large(a_payment, tomas, sign_in):
    payment = a_payment(DisbursementState.RELEASED)
    sent = submit(
        sign_in(tomas),
        f"{HOME}/{payment.ref}/proof",
        file=(BytesIO(PDF + b" " * 11 * 2**20), "receipt.pdf"),
        school_receipt="R-17",
        receipt_on="2026-11-01",
    )
    sent.request.environ["wsgi.input"].close()  # the test client's own temporary file
    assert sent.status_code == 413
    assert "That is too large" in sent.text
    assert db.session.query(Disbursement).one().state is DisbursementState.RELEASED


def test_a_proposal_is_cancelled_with_a_reason(a_payment, amina, sign_in):
    payment, browser = a_payment(), sign_in(amina)
    assert "Say why" in submit(browser, f"{HOME}/{payment.ref}/cancel", reason="").text
    shown = submit(browser, f"{HOME}/{payment.ref}/cancel", follow=True, reason="The fees were lowered.")
    assert "The fees were lowered." in shown.text
    assert "Cancelled" in shown.text


def test_the_list_says_what_waits_for_whom_and_filters_by_state(a_payment, tomas, amina, sign_in):
    proposed, sent = a_payment(), a_payment(DisbursementState.RELEASED)
    page = sign_in(amina).get(HOME).text
    assert "a second person, not Tomas" in page
    assert "the treasurer: the school’s receipt" in page
    assert "Propose a payment" not in page
    only = sign_in(tomas).get(f"{HOME}?state=released").text
    assert sent.ref in only
    assert proposed.ref not in only
    assert "Propose a payment" in only
    assert sign_in(tomas).get(f"{HOME}?state=nonsense").status_code == 200


def test_the_list_skips_and_repeats_nothing_while_payments_are_added(a_payment, a_funded_campaign, tomas, sign_in):
    campaign = a_funded_campaign(90_000)
    made = [a_payment(campaign=campaign, amount=1_00).ref for _ in range(22)]
    browser = sign_in(tomas)
    first = browser.get(HOME).text
    older = first.split('rel="next" href="')[1].split('"')[0]
    a_payment(campaign=campaign, amount=1_00)
    second = browser.get(older).text
    assert [ref in first for ref in made] == [False] * 2 + [True] * 20
    assert [ref in second for ref in made] == [True] * 2 + [False] * 20


def test_the_list_asks_the_database_no_more_for_more_rows(a_payment, a_funded_campaign, tomas, sign_in):
    campaign, browser = a_funded_campaign(90_000), sign_in(tomas)
    for _ in range(12):
        a_payment(campaign=campaign, amount=1_00)
    with at_most(7):
        assert browser.get(HOME).status_code == 200


def test_an_empty_list_says_what_to_do_next(lantern, tomas, sign_in):
    page = sign_in(tomas).get(HOME).text
    assert "No payment has been proposed yet" in page
    assert f"{HOME}/new" in page


@pytest.mark.parametrize(("person", "status"), [("marta", 403), ("victor", 403), ("safiya", 403), ("otto", 404)])
@pytest.mark.parametrize("page", ["", "/new", "/{ref}", "/{ref}/release", "/{ref}/proof", "/{ref}/cancel"])
def test_others_see_nothing_of_it(a_payment, request, sign_in, person, status, page):
    payment = a_payment()
    browser = sign_in(request.getfixturevalue(person))
    assert browser.get(HOME + page.format(ref=payment.ref)).status_code == status


def test_another_communitys_payment_is_not_found(a_payment, a_user, harbour, sign_in, amina):
    payment = a_payment()
    other = sign_in(a_user("Hana", *[(role.role, harbour) for role in amina.memberships]))
    assert other.get(f"/a/harbour/disbursements/{payment.ref}").status_code == 404


def test_money_received_later_can_be_paid_out_later(a_funded_campaign, tomas, sign_in):
    campaign = a_funded_campaign(10_000)
    receive(campaign, 20_000)
    assert "€300.00" in sign_in(tomas).get(new(campaign)).text


def test_what_a_school_owes_stands_where_the_next_payment_is_proposed_and_released(
    a_funded_campaign, a_payment, tomas, amina, sign_in
):
    campaign, browser = a_funded_campaign(), sign_in(tomas)
    assert "still open with this school" not in browser.get(new(campaign)).text
    school = lines_of(campaign)[0].school_id
    owed = ledger.account(f"debt:{campaign.organisation_id}:school:{school}:EUR", "EUR")
    claimed = ledger.account(f"disputed:{campaign.organisation_id}:EUR", "EUR")
    ledger.move(Money(7_500, "EUR"), source=owed, target=claimed, cause=("dispute_debt", "1"))
    db.session.commit()
    assert "€75.00 is still open with this school" in browser.get(new(campaign)).text
    payment = a_payment(campaign=campaign)
    assert "€75.00 is still open with this school" in sign_in(amina).get(f"{HOME}/{payment.ref}").text
