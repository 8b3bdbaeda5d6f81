"""The pages for paying one, several or all of what is due."""

import pytest
import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.payment.models import ChargeMandate, SavedMethod
from campaigns.payment.states import MandateState
from campaigns.pledge.models import Instalment
from campaigns.remittance.models import RemittanceOrder
from campaigns.remittance.states import OrderState
from campaigns.sponsor import rules
from tests.cast.browser import submit
from tests.site.conftest import pay

__all__ = ["pay"]

PAGE = "/s/meridian-freight/pay"


@pytest.fixture
def due(a_campaign, a_pledge, meridian):
    campaign = a_campaign()
    return [a_pledge(campaign, amount, company=meridian) for amount in (300_00, 200_00)]


def number(pledge):
    return db.session.scalars(sa.select(Instalment.id).where(Instalment.pledge_id == pledge.id)).one()


def orders():
    return db.session.scalars(sa.select(RemittanceOrder).execution_options(populate_existing=True)).all()


def test_all_that_is_due_is_paid_by_one_transfer(sign_in, finn, due):
    browser = sign_in(finn)
    page = browser.get(submit(browser, PAGE, all="yes").headers["Location"]).text
    (made,) = orders()
    assert f'<bdi class="ref">{made.reference}</bdi>' in page
    assert "€500.00" in page
    assert "DE89 3704 0044 0532 0130 00" in page
    assert '<svg role="img"' in page


def test_one_is_chosen(sign_in, finn, due):
    browser = sign_in(finn)
    assert submit(browser, PAGE, instalments=str(number(due[1]))).status_code == 303
    assert [each.amount for each in orders()] == [200_00]
    assert "In a transfer" in browser.get(PAGE).text


def test_nothing_chosen_is_refused_in_words(sign_in, finn, due):
    answer = submit(sign_in(finn), PAGE)
    assert answer.status_code == 422
    assert "Choose at least one instalment" in answer.text


@pytest.mark.parametrize("sent", ["x", "0", "99999999999999999999999999"])
def test_what_no_page_offered_is_refused(sign_in, finn, due, sent):
    assert submit(sign_in(finn), PAGE, instalments=sent).status_code == 422
    assert orders() == []


def test_a_viewer_looks_and_prepares_nothing(sign_in, viola, finn, due):
    browser = sign_in(viola)
    assert "Prepare one transfer" not in browser.get(PAGE).text
    assert submit(browser, PAGE, all="yes").status_code == 403
    made = submit(sign_in(finn), PAGE, all="yes").headers["Location"]
    assert "How to pay" in browser.get(made).text
    assert submit(browser, made, to=f"{made}/cancel").status_code == 403
    assert [each.state for each in orders()] == [OrderState.OPEN]


def test_what_was_paid_otherwise_is_not_asked_for_again(sign_in, finn, due, pay):
    browser = sign_in(finn)
    made = submit(browser, PAGE, all="yes").headers["Location"]
    pay(due[0])
    page = browser.get(made).text
    assert "Less is to be paid now" in page
    assert '<dd><strong><bdi class="money">€200.00' in page
    pay(due[1])
    assert "Nothing of it is to be paid any more" in browser.get(made).text


def test_one_that_was_taken_back_says_so_and_shows_no_account(sign_in, finn, due):
    browser = sign_in(finn)
    made = submit(browser, PAGE, all="yes").headers["Location"]
    assert submit(browser, made, to=f"{made}/cancel").status_code == 303
    page = browser.get(made).text
    assert "Do not pay under this reference any more" in page
    assert "DE89" not in page


def test_a_transfer_of_another_company_is_not_here(sign_in, finn, due, a_company, a_user):
    from campaigns.account.states import Role

    made = submit(sign_in(finn), PAGE, all="yes").headers["Location"]
    odd = sign_in(a_user("Odd", (Role.COMPANY_ADMIN, a_company("Odd Ltd"))))
    assert odd.get(made.replace("meridian-freight", "odd-ltd")).status_code == 404
    assert odd.get(made).status_code == 404


def test_transfers_to_several_communities_are_listed(sign_in, finn, due, harbour, a_campaign, a_pledge, meridian):
    a_pledge(a_campaign(community=harbour, slug="at-harbour"), 70_00, company=meridian)
    browser = sign_in(finn)
    answer = submit(browser, PAGE, all="yes")
    assert answer.headers["Location"] == PAGE
    page = browser.get(PAGE).text
    assert [each.reference in page for each in orders()] == [True, True]


@pytest.fixture
def a_card(lantern):
    """A company's saved card that pays Lantern."""

    def make(company, last_four, ended_at=None):
        card = SavedMethod(organisation_id=lantern.id, company_id=company.id, email="rosa@meridian.example")
        card.customer_ref, card.method_ref, card.brand, card.last_four = "cus_1", f"pm_{last_four}", "visa", last_four
        card.exp_month, card.exp_year, card.ended_at = 4, 2031, ended_at
        db.session.add(card)
        db.session.commit()
        return card

    return make


def test_saved_cards_are_shown_while_they_are_kept(sign_in, viola, meridian, a_company, a_card):
    a_card(meridian, "4242")
    a_card(meridian, "1111", ended_at=clock.now())
    a_card(a_company("Odd"), "9")
    page = sign_in(viola).get(PAGE).text
    assert "Visa ending in 4242" in page
    assert "04/2031" in page
    assert [hidden for hidden in ("ending in 1111", "ending in 9", "pm_4242", "cus_1") if hidden in page] == []
    assert "Remove" not in page


def test_whoever_pays_removes_a_saved_card_and_nothing_is_charged_to_it(
    sign_in, finn, meridian, a_company, a_card, a_campaign, a_pledge
):
    card, other = a_card(meridian, "4242"), a_card(a_company("Odd"), "9")
    pledge = a_pledge(a_campaign(), 70_00, company=meridian)
    mandate = ChargeMandate(organisation_id=pledge.organisation_id, pledge_id=pledge.id, method_id=card.id, words="yes")
    mandate.amount, mandate.currency, mandate.key, mandate.accepted_at = 70_00, "EUR", "mandate:1", clock.now()
    mandate.state = MandateState.ACTIVE
    db.session.add(mandate)
    db.session.commit()
    browser = sign_in(finn)
    assert submit(browser, PAGE, to=f"/s/meridian-freight/cards/{card.id}/remove").headers["Location"] == PAGE
    ended = card.ended_at
    assert (ended is not None, mandate.state) == (True, MandateState.ENDED)
    page = browser.get(PAGE).text
    assert ("is removed" in page, "/cards/" in page) == (True, False)
    assert submit(browser, PAGE, to=f"/s/meridian-freight/cards/{card.id}/remove").status_code == 303
    assert card.ended_at == ended
    assert submit(browser, PAGE, to=f"/s/meridian-freight/cards/{other.id}/remove").status_code == 404
    assert other.ended_at is None


def test_a_viewer_and_a_stranger_remove_no_card(meridian, viola, a_user, a_card):
    card = a_card(meridian, "4242")
    for person in (viola, a_user("Odd")):
        with pytest.raises(NotAllowed):
            rules.remove_card(card, meridian, by=person)
    assert card.ended_at is None
