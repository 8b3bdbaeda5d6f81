"""Whose a company is: nothing opens before somebody of Vouch has looked at who asks."""

import pytest
import sqlalchemy as sa

from campaigns.kit import db, links
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.notice.models import Notice
from campaigns.sponsor import queries, rules
from campaigns.sponsor.models import CompanyClaim
from campaigns.sponsor.rules import AlreadyAsked, AlreadyOurs
from campaigns.sponsor.states import ClaimState
from tests.cast.browser import hidden_fields, submit


@pytest.fixture
def ask(a_campaign, an_ask):
    return an_ask(a_campaign())


@pytest.fixture
def rosa(a_user):
    """Somebody whose address looks like the company's."""
    return a_user("Rosa")


def page(ask):
    return f"/reply/{links.sign('ask.reply', ask.ref)}/workspace"


def mails(words):
    return db.session.scalars(sa.select(Notice.to).where(Notice.subject.contains(words))).all()


def test_asking_opens_nothing_and_tells_the_administrators(sign_in, ada, rosa, ask, meridian):
    browser = sign_in(rosa)
    assert submit(browser, page(ask), position="Head of giving").status_code == 303
    assert "You have asked" in browser.get(page(ask)).text
    for address in ("", "pledges", "asks", "people", "pay"):
        assert browser.get(f"/s/meridian-freight/{address}").status_code == 404
    assert mails("asks to speak for Meridian Freight") == [ada.email]


def test_the_address_that_the_letter_went_to_opens_nothing_either(sign_in, a_user, a_campaign, an_ask, meridian):
    rosa = a_user("Rosa")
    ask = an_ask(a_campaign(), email=rosa.email)
    browser = sign_in(rosa)
    submit(browser, page(ask), position="Head of giving")
    assert browser.get("/s/meridian-freight/").status_code == 404


@pytest.mark.both_databases
def test_asking_twice_is_asking_once(ask, rosa):
    rules.claim(ask, "Head", by=rosa)
    with pytest.raises(AlreadyAsked):
        rules.claim(ask, "Head", by=rosa)
    assert len(db.session.scalars(sa.select(CompanyClaim)).all()) == 1


def test_who_belongs_to_it_has_nothing_to_ask(ask, cora):
    with pytest.raises(AlreadyOurs):
        rules.claim(ask, "Head", by=cora)


def test_without_an_account_the_page_says_what_to_do(client, ask):
    text = client.get(page(ask)).text
    assert "You need an account in your own name" in text
    assert client.get("/reply/x.y/workspace").status_code == 404


@pytest.mark.both_databases
def test_an_administrator_lets_them_in_as_admin(sign_in, ada, rosa, ask, meridian):
    made = rules.claim(ask, "Head of giving", by=rosa)
    db.session.commit()
    browser = sign_in(ada)
    listed = browser.get("/company-claims").text
    assert "Rosa, Head of giving" in listed
    assert "rosa@meridian.example" in listed  # the letter's address, to compare
    answer = submit(browser, "/company-claims", to=f"/company-claims/{made.id}", note="Rang their desk.", grant="yes")
    assert answer.status_code == 303
    assert sign_in(rosa).get("/s/meridian-freight/people").status_code == 200
    assert mails("You are now admin of Meridian Freight") == [rosa.email]


def test_one_that_is_turned_down_hears_why_and_may_ask_again(sign_in, ada, rosa, ask):
    rules.refuse(rules.claim(ask, "Head", by=rosa), "Nobody there knows you.", by=ada)
    db.session.commit()
    browser = sign_in(rosa)
    assert "Nobody there knows you." in browser.get(page(ask)).text
    assert submit(browser, page(ask), position="Head").status_code == 303
    assert browser.get("/s/meridian-freight/").status_code == 404


def test_a_decision_stands(ada, rosa, ask):
    made = rules.claim(ask, "Head", by=rosa)
    rules.refuse(made, "No.", by=ada)
    with pytest.raises(IllegalMove):
        rules.grant(made, "Yes.", by=ada)


def test_nobody_else_decides_and_no_administrator_their_own(ask, rosa, ada, amina, cora, mo):
    made = rules.claim(ask, "Head", by=rosa)
    for person in (amina, cora, mo, rosa):
        with pytest.raises(NotAllowed):
            rules.grant(made, "Yes.", by=person)
    own = rules.claim(ask, "Head", by=ada)
    with pytest.raises(NotAllowed):
        rules.grant(own, "Yes.", by=ada)
    assert {each.state for each in db.session.scalars(queries.claims())} == {ClaimState.ASKED}


def test_the_letter_leads_to_it(client, ask):
    reply = f"/reply/{links.sign('ask.reply', ask.ref)}"
    assert f'href="{reply}/workspace"' in client.get(reply).text


def test_who_may_not_decide_learns_of_no_number_which_claim_there_is(ask, rosa, amina, sign_in):
    made = rules.claim(ask, "Head", by=rosa)
    db.session.commit()
    browser = sign_in(amina)
    token = {"csrf_token": hidden_fields(browser.get("/account").text)["csrf_token"]}
    answers = [browser.post(f"/company-claims/{number}", data=token).status_code for number in (made.id, 999)]
    assert answers == [403, 403]
