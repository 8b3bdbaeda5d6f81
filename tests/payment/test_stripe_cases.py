"""What card payments lay before a person is seen by those whom it concerns, and closed by them."""

import pytest

from campaigns.kit import db
from campaigns.payment.models import PaymentCase
from campaigns.payment.rules import inbox
from tests.cast.browser import submit
from tests.cast.cards import cases


@pytest.fixture
def unheard(cards) -> PaymentCase:
    """An event about something that Stripe itself does not know (any more)."""
    cards.post(cards.fake.emit("refund.created", {"id": "re_gone", "object": "refund"}))
    for _ in range(inbox.MOST_TRIES):
        inbox.work_off()
    return db.session.query(PaymentCase).one()


def test_the_treasurer_finds_the_case_of_another_amount(cards, card_pledge, lantern, tomas, sign_in):
    cards.deliver(cards.fake.pay(cards.page(card_pledge), amount=1_00))
    shown = sign_in(tomas).get(f"/a/{lantern.slug}/money/cases")
    assert shown.status_code == 200
    assert "Another amount than asked for" in shown.text


def test_an_event_that_cannot_be_worked_on_is_its_communitys_where_that_is_known(cards, card_pledge):
    session = cards.page(card_pledge)
    cards.post(cards.fake.pay(session))
    del cards.fake.objects[session]
    for _ in range(inbox.MOST_TRIES):
        inbox.work_off()
    assert [case.organisation_id for case in db.session.query(PaymentCase)] == [card_pledge.organisation_id]


def test_an_administrator_finds_and_closes_what_concerns_no_community(unheard, ada, sign_in):
    assert unheard.organisation_id is None
    client = sign_in(ada)
    assert "refund.created" in client.get("/money/cases").text
    assert submit(client, f"/money/cases/{unheard.id}", outcome="").status_code == 422
    assert submit(client, f"/money/cases/{unheard.id}", outcome="A test event.").status_code == 303
    assert "Nothing is to be settled" in client.get("/money/cases").text
    assert "A test event." in client.get(f"/money/cases/{unheard.id}").text


def test_nobody_else_does(unheard, tomas, sign_in, client):
    assert sign_in(tomas).get("/money/cases").status_code == 403
    assert sign_in(tomas).get(f"/money/cases/{unheard.id}").status_code == 404
    assert client.get("/money/cases").status_code in {302, 303, 401}
    assert cases() == ["provider_says_otherwise"]
