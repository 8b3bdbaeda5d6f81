"""The pages on which a treasurer gives money back, and what the sponsor sees of it."""

import pytest

from campaigns.kit import clock, crypto, db, links
from campaigns.ledger.models import Movement
from campaigns.payment.models import CreditNote, PaymentCase, Receipt, Refund
from campaigns.payment.rules.receive import receive
from campaigns.payment.states import RefundState
from tests.cast.browser import submit
from tests.cast.cards import balances, now


@pytest.fixture
def by_transfer(a_campaign, a_pledge):
    """€50 that came by bank transfer."""
    pledge = a_pledge(a_campaign(), 50_00)
    source, cause = f"bank:{pledge.organisation_id}:EUR", ("payment", f"bank:{crypto.token()}")
    receive(now(pledge).instalments[0], pledge.money, source=source, cause=cause, by=None)
    db.session.commit()
    return pledge


def form(**changes):
    return {"amount": "20", "reason": "sponsor_asked", "way": "stripe", "sent_on": clock.today()} | changes


def page_of(pledge):
    return f"/a/lantern/money/pledges/{pledge.ref}"


def refund_page():
    return f"/a/lantern/money/receipts/{db.session.query(Receipt).one().id}/refund"


def test_a_card_payment_goes_back_to_the_card(cards, card_pledge, tomas, sign_in):
    cards.pay(card_pledge)
    client = sign_in(tomas)
    assert refund_page() in client.get(page_of(card_pledge)).text
    answer = submit(client, refund_page(), **form())
    assert (answer.status_code, answer.location) == (303, page_of(card_pledge))
    assert balances() == {"stripe": -30_00, "campaign": 30_00}
    shown = client.get(page_of(card_pledge)).text
    assert "Sent back" in shown
    assert "CN-" in shown
    own = client.get(f"/p/{card_pledge.ref}?k={links.sign('pledge', card_pledge.ref)}").text
    assert "What went back to you" in own
    assert "€20.00" in own


def test_a_bank_transfer_is_recorded_with_the_banks_reference(by_transfer, tomas, sign_in):
    client = sign_in(tomas)
    refused = submit(client, refund_page(), **form(amount="12.34"))
    assert refused.status_code == 422
    assert "copy the reference" in refused.text
    assert 'value="12.34"' in refused.text
    assert submit(client, refund_page(), **form(bank_reference="OUT-9")).status_code == 303
    refund = db.session.query(Refund).one()
    assert (refund.bank_reference, refund.sent_on, refund.state) == ("OUT-9", clock.today(), RefundState.DONE)
    assert balances() == {"bank": -30_00, "campaign": 30_00}
    assert "OUT-9" in client.get(page_of(by_transfer)).text


def test_more_than_is_left_is_said_at_the_field(by_transfer, tomas, sign_in):
    answer = submit(sign_in(tomas), refund_page(), **form(amount="50.01", bank_reference="OUT-9"))
    assert answer.status_code == 422
    assert "At most €50.00" in answer.text
    assert 'value="50.01"' in answer.text
    assert db.session.query(Refund).count() == 0


def test_a_day_to_come_is_refused(by_transfer, tomas, sign_in):
    answer = submit(sign_in(tomas), refund_page(), **form(bank_reference="OUT-9", sent_on="2999-01-01"))
    assert answer.status_code == 422
    assert "not come yet" in answer.text
    assert db.session.query(Movement).count() == 1


def test_without_a_fresh_password_it_is_asked_for_first(by_transfer, tomas, sign_in):
    answer = sign_in(tomas, second_factor=False).get(refund_page())
    assert answer.status_code in {302, 303}
    assert db.session.query(Refund).count() == 0


def test_another_communitys_treasurer_finds_nothing(by_transfer, otto, sign_in):
    client = sign_in(otto)
    assert client.get(page_of(by_transfer)).status_code == 404
    assert client.get(refund_page()).status_code == 404


def test_what_was_put_aside_of_a_card_payment_is_sent_back_from_its_case(cards, card_pledge, tomas, sign_in):
    session = cards.page(card_pledge)
    source, cause = f"bank:{card_pledge.organisation_id}:EUR", ("payment", "bank:1")
    receive(now(card_pledge).instalments[0], card_pledge.money, source=source, cause=cause, by=None)
    db.session.commit()
    cards.deliver(cards.fake.pay(session))
    client, case = sign_in(tomas), db.session.query(PaymentCase).one()
    address = f"/a/lantern/money/cases/{case.id}"
    assert "back to the card" in client.get(address).text
    assert submit(client, f"{address}/refund", **form(amount="60", reason="paid_twice")).status_code == 422
    assert submit(client, f"{address}/refund", **form(amount="50", reason="paid_twice")).status_code == 303
    assert balances() == {"bank": -50_00, "campaign": 50_00}
    assert db.session.query(CreditNote).count() == 0
    assert "Nothing can go back" in client.get(f"{address}/refund").text


def test_an_unanswered_refund_is_said_to_be_kept(cards, card_pledge, tomas, sign_in):
    from tests.fakes.stripe.faults import server_error

    cards.pay(card_pledge)
    cards.fake.faults.append(server_error(on="POST /v1/refunds", retry=False))
    client = sign_in(tomas)
    submit(client, refund_page(), **form())
    assert "we ask again by ourselves" in client.get(page_of(card_pledge)).text
    assert "Begun" in client.get(page_of(card_pledge)).text
