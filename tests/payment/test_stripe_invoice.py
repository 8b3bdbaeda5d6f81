"""A company pays by an invoice that Stripe sends: made once, paid in any way, called off in time or too late."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, db, links
from campaigns.kit.money import Money
from campaigns.payment.models import Bill, PaymentAttempt, PaymentCase, ProviderEvent, Receipt
from campaigns.payment.rules import inbox
from campaigns.payment.rules.bills import asking, ending, making, paying
from campaigns.payment.rules.bills.asking import Wanted
from campaigns.payment.rules.checkout import NothingDue
from campaigns.payment.states import BillState
from campaigns.pledge import rules as pledges
from campaigns.pledge.queries import whole
from campaigns.pledge.states import InstalmentState, PledgeStatus
from campaigns.report.rules import addresses
from tests.cast.browser import Browser, submit
from tests.cast.cards import at_once, balances, cases, check_books, check_paid_once, check_unpaid, now
from tests.fakes.stripe import faults

INVOICES, ITEMS = "/v1/invoices", "/v1/invoiceitems"
WANTED = Wanted("Meridian Freight GmbH", "accounts@meridian.example", 60, "PO-4711", "DE136695976", {"country": "DE"})


@pytest.fixture
def pledge(a_campaign, a_pledge, a_company):
    """€500 of a company, confirmed."""
    campaign = a_campaign(needs=[("Tuition", 900_00)])
    return a_pledge(campaign, 500_00, organisation="Meridian Freight", company=a_company())


def page(pledge):
    return f"/p/{pledge.ref}/bill?k={links.sign('pledge', pledge.ref)}"


def ask(pledge, wanted=WANTED):
    asking.ask(now(pledge), wanted)
    db.session.commit()


def send(pledge, wanted=WANTED):
    """The invoice is asked for, made and sent; gives its id at the provider."""
    ask(pledge, wanted)
    making.make_bills()
    return bill().invoice_ref


def bill():
    db.session.rollback()
    return db.session.query(Bill).order_by(Bill.id.desc()).populate_existing().first()


def invoices(cards):
    return cards.fake.all("invoice")


def check_sent_once(cards):
    """There is one invoice with one item, sent to one customer, and it is as it should be."""
    invoice, item = invoices(cards)[0], cards.fake.all("invoiceitem")[0]
    made = [len(cards.fake.all(kind)) for kind in ("customer", "invoice", "invoiceitem")]
    assert made == [1, 1, 1]
    assert (invoice["status"], invoice["total"], item["amount"]) == ("open", 500_00, 500_00)
    assert [each["type"] for each in cards.fake.events].count("invoice.sent") >= 1
    assert bill().state is BillState.SENT


def test_a_company_asks_for_an_invoice_and_pays_it_by_bank_transfer(cards, pledge):
    browser = Browser(cards.app)
    said = {"name": "Meridian Freight GmbH", "email": "accounts@meridian.example", "days": "60"}
    submit(browser, page(pledge), **said, po_number="PO-4711", tax_id="DE 136695976", city="Hamburg", country="DE")
    assert "being made" in browser.get(page(pledge)).text
    making.make_bills()
    check_sent_once(cards)
    asked = {path: cards.fake.calls("POST", path)[0].params for path in ("/v1/customers", INVOICES)}
    assert asked["/v1/customers"]["tax_id_data"]["0"] == {"type": "eu_vat", "value": "DE136695976"}
    assert asked["/v1/customers"]["address"] == {"city": "Hamburg", "country": "DE"}
    assert asked[INVOICES]["custom_fields"]["0"] == {"name": "Purchase order", "value": "PO-4711"}
    assert (asked[INVOICES]["collection_method"], asked[INVOICES]["days_until_due"]) == ("send_invoice", "60")
    assert asked[INVOICES]["payment_settings"]["payment_method_types"] == {"0": "customer_balance"}
    assert now(pledge).instalments[0].due_on == clock.today() + timedelta(days=60)
    shown = browser.get(page(pledge)).text
    assert invoices(cards)[0]["hosted_invoice_url"] in shown
    assert "PO-4711" in shown
    cards.deliver(cards.fake.transfer(bill().invoice_ref, 500_00), cards.fake.event("invoice.paid"))
    assert "paid" in browser.get(page(pledge)).text
    assert bill().state is BillState.PAID
    check_paid_once(pledge)


LOST = [faults.timed_out, faults.server_error, faults.lost_answer, faults.refused_connection, faults.rate_limited]
STEPS = ["POST /v1/customers", f"POST {INVOICES}", f"POST {ITEMS}", "/finalize", "/send"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", LOST)
def test_a_step_that_fails_is_taken_again_and_nothing_is_there_twice(cards, pledge, step, fault):
    """Edge case 33: whatever step is lost, before or after it took effect, a retry makes no second item or invoice."""
    ask(pledge)
    cards.fake.faults += [fault(on=step)] * 3  # the SDK asks three times
    making.make_bills()
    assert bill().state is not BillState.SENT
    cards.fake.faults.clear()
    making.make_bills()
    check_sent_once(cards)
    check_unpaid(pledge)


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_retry_after_the_keys_are_forgotten_duplicates_nothing(cards, pledge, step):
    """Edge case 33: a step took effect, its answer was lost, and the next try comes after Stripe forgot the key."""
    ask(pledge)
    cards.fake.faults += [faults.timed_out(on=step)] * 3
    making.make_bills()
    cards.fake.faults.clear()
    cards.fake.answers.clear()
    with clock.at(clock.now() + timedelta(hours=30)):
        making.make_bills()
    check_sent_once(cards)


@pytest.mark.both_databases
def test_many_workers_make_one_invoice(cards, pledge):
    """Edge case 33: many sweeps at once take each step with the same keys: one customer, invoice and item."""
    ask(pledge)
    at_once(cards.app, 6, making.make_bills)
    making.make_bills()
    check_sent_once(cards)


@pytest.mark.both_databases
def test_a_double_click_asks_for_one_invoice(cards, pledge):
    pledge_id = pledge.id

    def click():
        asking.ask(db.session.scalars(whole(pledge_id)).one(), WANTED)
        db.session.commit()

    at_once(cards.app, 4, click)
    assert db.session.query(Bill).count() == 1


@pytest.mark.both_databases
def test_an_invoice_paid_in_parts_is_booked_part_by_part(cards, pledge):
    """Edge case 34: partial payments: each is booked and receipted once, the last one pays the invoice."""
    ref = send(pledge)
    first = cards.fake.transfer(ref, 200_00)
    cards.deliver(first, first)
    assert (now(pledge).status, bill().state) == (PledgeStatus.IN_PROGRESS, BillState.SENT)
    cards.deliver(cards.fake.transfer(ref, 300_00), cards.fake.event("invoice.paid"))
    assert (now(pledge).status, bill().state) == (PledgeStatus.FULFILLED, BillState.PAID)
    assert sorted(receipt.amount for receipt in db.session.query(Receipt)) == [200_00, 300_00]
    assert balances() == {"stripe": -500_00, "campaign": 500_00}
    assert cases() == []
    check_books()


def test_an_invoice_paid_too_much_puts_the_rest_aside(cards, pledge):
    """Edge case 34: overpaid: what is over waits apart, with a case for a person."""
    ref = send(pledge)
    cards.deliver(cards.fake.transfer(ref, 520_00), cards.fake.event("invoice.overpaid"))
    assert (now(pledge).status, bill().state) == (PledgeStatus.FULFILLED, BillState.PAID)
    assert balances() == {"stripe": -520_00, "campaign": 500_00, "suspense": 20_00}
    assert cases() == ["overpaid"]
    check_books()


def test_an_invoice_paid_out_of_band_books_nothing_and_tells_a_person(cards, pledge):
    """Edge case 34: paid out of band: no money came through Stripe; the treasurer records it where it arrived."""
    ref = send(pledge)
    cards.deliver(cards.fake.change_invoice(ref, "pay"))
    assert bill().state is BillState.PAID
    assert cases() == ["provider_says_otherwise"]
    case = db.session.query(PaymentCase).one()
    assert ("outside Stripe" in case.note, case.money) == (True, Money(500_00, "EUR"))
    check_unpaid(pledge)


def test_the_rest_of_an_invoice_paid_out_of_band_is_told_too(cards, pledge):
    """Edge case 34: a part through Stripe, the rest elsewhere: only the part is booked."""
    ref = send(pledge)
    cards.deliver(cards.fake.transfer(ref, 200_00), cards.fake.change_invoice(ref, "pay"))
    assert balances() == {"stripe": -200_00, "campaign": 200_00}
    assert db.session.query(PaymentCase).one().money == Money(300_00, "EUR")
    check_books()


def test_an_invoice_that_is_given_up_can_still_be_paid(cards, pledge):
    ref = send(pledge)
    cards.deliver(cards.fake.change_invoice(ref, "mark_uncollectible"))
    assert (bill().state, cases()) == (BillState.UNCOLLECTIBLE, ["provider_says_otherwise"])
    cards.deliver(cards.fake.transfer(ref, 500_00))
    assert bill().state is BillState.PAID
    check_paid_once(pledge)


def test_who_pays_while_it_is_called_off_has_paid(cards, pledge):
    """Edge case 35: called off here, paid there before Stripe was asked to void it: the money counts."""
    ref = send(pledge)
    submit(Browser(cards.app), page(pledge), do="call_off")
    cards.fake.transfer(ref, 500_00)
    ending.end_bills()
    assert bill().state is BillState.PAID
    assert cards.fake.calls("POST", f"{INVOICES}/{ref}/void") == []
    check_paid_once(pledge)


def test_the_money_that_comes_between_our_look_and_the_void_counts(cards, pledge, monkeypatch):
    """Edge case 35: Stripe refuses to void what was paid a moment ago; we look again and book it."""
    ref = send(pledge)
    asking.call_off(now(pledge))
    db.session.commit()
    voiding = cards.app.extensions["payment.gateway"].void

    def void(*given):
        cards.fake.transfer(ref, 500_00)
        return voiding(*given)

    monkeypatch.setattr(cards.app.extensions["payment.gateway"], "void", void)
    ending.end_bills()
    assert bill().state is BillState.PAID
    check_paid_once(pledge)


@pytest.mark.both_databases
@pytest.mark.parametrize("paid_first", [True, False])
def test_void_and_payment_at_the_very_same_moment(cards, pledge, paid_first):
    """Edge case 35: void and payment race in many workers; either it is paid and booked once, or void and unpaid."""
    ref = send(pledge)
    asking.call_off(now(pledge))
    db.session.commit()
    if paid_first:
        cards.post(cards.fake.transfer(ref, 500_00))
    ways = iter([ending.end_bills, inbox.work_off] * 3)
    at_once(cards.app, 6, lambda: next(ways)())
    inbox.work_off()
    if paid_first:
        assert bill().state is BillState.PAID
        check_paid_once(pledge)
    else:
        assert (bill().state, invoices(cards)[0]["status"]) == (BillState.VOID, "void")
        check_unpaid(pledge)


def test_a_voided_event_after_the_payment_unsays_nothing(cards, pledge):
    """Edge case 35: a void of the dashboard, told again after the pledge was paid another way, changes nothing."""
    ref = send(pledge)
    voided = cards.fake.change_invoice(ref, "void")
    cards.deliver(voided)
    assert bill().state is BillState.VOID
    check_unpaid(pledge)
    cards.pay(pledge)
    cards.deliver(voided)
    check_paid_once(pledge)


def test_what_comes_for_a_void_invoice_is_laid_before_a_person_once(cards, pledge):
    """Edge case 35: the transfer comes after the void: nobody is told it counts, and it is not forgotten either."""
    ref = send(pledge)
    cards.deliver(cards.fake.change_invoice(ref, "void"))
    left = cards.fake.transfer(ref, 500_00)
    cards.deliver(left, left)
    (case,) = db.session.query(PaymentCase).all()
    assert (case.kind, case.money, case.organisation_id) == (
        "book_differs",
        Money(500_00, "EUR"),
        pledge.organisation_id,
    )
    assert "lies unused at the card company" in case.note
    check_unpaid(pledge)


def test_what_lies_with_a_customer_of_somebody_else_is_left_alone(cards, pledge):
    ref = send(pledge)
    bill().customer_ref = "cus_of_another_program"
    db.session.commit()
    cards.deliver(cards.fake.change_invoice(ref, "void"), cards.fake.transfer(ref, 500_00))
    assert db.session.query(PaymentCase).all() == []
    assert db.session.query(ProviderEvent).filter_by(type="cash_balance.funds_available").one().state == "ignored"


def test_what_was_paid_another_way_has_its_invoice_voided(cards, pledge):
    ref = send(pledge)
    cards.pay(pledge)
    ending.end_bills()
    assert (bill().state, cards.fake.objects[ref]["status"]) == (BillState.VOID, "void")
    check_paid_once(pledge)


def test_a_pledge_that_is_taken_back_has_its_invoice_voided(cards, pledge):
    send(pledge)
    pledges.withdraw(now(pledge), "budget cut")
    db.session.commit()
    ending.end_bills()
    assert bill().state is BillState.VOID


def test_an_invoice_that_was_not_finalized_is_deleted(cards, pledge):
    ask(pledge)
    cards.fake.faults += [faults.server_error(on=ITEMS)] * 3
    making.make_bills()
    asking.call_off(now(pledge))
    db.session.commit()
    ending.end_bills()
    cards.deliver(cards.fake.event("invoice.created"))
    assert (invoices(cards), bill().state) == ([], BillState.VOID)
    ask(pledge)
    assert bill().state is BillState.ASKED
    check_unpaid(pledge)


def test_a_part_that_came_keeps_the_invoice_from_being_voided(cards, pledge):
    ref = send(pledge)
    cards.deliver(cards.fake.transfer(ref, 200_00))
    pledges.withdraw(now(pledge), "budget cut")
    db.session.commit()
    ending.end_bills()
    ending.end_bills()
    assert (bill().state, cases()) == (BillState.SENT, ["provider_says_otherwise"])
    assert len(cards.fake.calls("POST", f"{INVOICES}/{ref}/void")) == 1
    check_books()


def test_payments_whose_events_were_lost_are_found(cards, pledge):
    ref = send(pledge)
    for part in (200_00, 300_00):
        cards.fake.transfer(ref, part)
    for hours in (5, 7):
        with clock.at(clock.now() + timedelta(hours=hours)):
            paying.look_after_bills()
    assert (bill().state, now(pledge).status) == (BillState.PAID, PledgeStatus.FULFILLED)
    assert balances() == {"stripe": -500_00, "campaign": 500_00}
    check_books()


def test_what_stripe_refuses_is_told_to_both(cards, pledge):
    ask(pledge, Wanted("x" * 150, "accounts@meridian.example", 30, "p" * 60))
    cards.fake.faults.append(faults.Fault(400, {"type": "invalid_request_error", "message": "No"}, on="/v1/customers"))
    making.make_bills()
    assert (bill().state, cases()) == (BillState.REFUSED, ["provider_says_otherwise"])
    shown = Browser(cards.app).get(page(pledge)).text
    assert "could not be made" in shown
    assert "Send the invoice" in shown


def test_an_instalment_with_an_invoice_is_not_overdue_before_it(cards, pledge):
    with clock.at(clock.now() + timedelta(days=20)):
        pledges.follow_up()
        assert now(pledge).status is PledgeStatus.OVERDUE
        send(pledge)
    assert now(pledge).status is PledgeStatus.CONFIRMED
    assert now(pledge).instalments[0].state is InstalmentState.DUE
    check_books()


def test_a_refund_finds_the_way_back(cards, pledge):
    ref = send(pledge)
    cards.deliver(cards.fake.transfer(ref, 500_00))
    charge = db.session.query(PaymentAttempt).one().charge_ref
    cards.deliver(cards.fake.refund(charge, 100_00))
    assert balances() == {"stripe": -400_00, "campaign": 400_00}


def test_invoices_are_for_companies_with_something_to_pay(cards, a_campaign, a_pledge, pledge):
    private = a_pledge(a_campaign(), 50_00)
    assert "Send the invoice" not in Browser(cards.app).get(page(private)).text
    with pytest.raises(asking.NotACompany):
        asking.ask(now(private), WANTED)
    cards.pay(pledge)
    with pytest.raises(NothingDue):
        asking.ask(now(pledge), WANTED)


def test_a_stranger_finds_no_invoice(cards, pledge):
    assert Browser(cards.app).get(f"/p/{pledge.ref}/bill?k={links.sign('pledge', 'OTHER')}").status_code == 404


def test_an_address_that_is_forgotten_is_on_no_invoice(cards, pledge):
    send(pledge)
    assert addresses.told_of("accounts@meridian.example")["tables"]["bill"]["rows"][0]["po_number"] == "PO-4711"
    addresses.forget("accounts@meridian.example")
    db.session.commit()
    ending.end_bills()
    assert (bill().name, bill().tax_id, bill().state) == ("Anonymous", None, BillState.VOID)
