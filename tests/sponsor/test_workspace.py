"""What a company's people see: their own, all of it, and the links that act only where they may act."""

import pytest

from campaigns.kit import db, links
from campaigns.student.models import Application
from campaigns.student.states import ConsentEvent, Purpose
from tests.cast.consent import add_consent
from tests.cast.queries import at_most
from tests.site.conftest import pay, send

__all__ = ["pay", "send"]


@pytest.fixture
def campaign(a_campaign):
    return a_campaign()


@pytest.fixture
def pledge(campaign, a_pledge, meridian):
    return a_pledge(campaign, 500_00, company=meridian, organisation="Meridian Freight", name="Rosa Reader")


def test_the_overview_adds_up(sign_in, viola, pledge, pay, campaign, a_pledge, meridian):
    pay(a_pledge(campaign, 120_00, company=meridian))
    text = sign_in(viola).get("/s/meridian-freight/").text
    for words in ("€620.00", "€500.00", "€120.00"):
        assert words in text
    assert "Committed" in text


def test_a_promise_that_nobody_confirmed_is_not_the_companys(sign_in, viola, campaign, a_pledge, meridian):
    a_pledge(campaign, 77_00, company=meridian, confirmed=False)
    for page in ("", "pledges"):
        assert "77.00" not in sign_in(viola).get(f"/s/meridian-freight/{page}").text


def test_what_others_pledged_is_not_here(sign_in, viola, campaign, a_pledge, a_company):
    other = a_pledge(campaign, 77_00, company=a_company("Odd Ltd"))
    alone = a_pledge(campaign, 78_00, organisation="Meridian Freight")  # a name that somebody typed
    browser = sign_in(viola)
    for page in ("", "pledges", "pay"):
        text = browser.get(f"/s/meridian-freight/{page}").text
        assert "77.00" not in text
        assert "78.00" not in text
    for pledge in (other, alone):
        assert browser.get(f"/s/meridian-freight/pledges/{pledge.ref}").status_code == 404


def test_a_viewer_reads_a_pledge_and_gets_no_link_that_changes_it(sign_in, viola, finn, pledge):
    address, key = f"/s/meridian-freight/pledges/{pledge.ref}", links.sign("pledge", pledge.ref)
    viewed = sign_in(viola).get(address).text
    assert "Where the money is" in viewed
    assert key not in viewed
    assert key in sign_in(finn).get(address).text
    assert key not in sign_in(viola).get("/s/meridian-freight/pay").text


def test_a_viewer_gets_no_link_that_answers_a_letter(sign_in, viola, finn, campaign, an_ask):
    token = links.sign("ask.reply", an_ask(campaign).ref)
    for page in ("", "asks"):
        assert token not in sign_in(viola).get(f"/s/meridian-freight/{page}").text
        assert token in sign_in(finn).get(f"/s/meridian-freight/{page}").text


def test_a_letter_that_was_not_sent_is_not_here(sign_in, finn, campaign, an_ask):
    an_ask(campaign, sent=False)
    assert "No letters yet" in sign_in(finn).get("/s/meridian-freight/asks").text


def test_the_steps_of_the_money_stand_on_the_pledge(sign_in, viola, campaign, pledge, pay, send):
    pay(pledge)
    sent = send(campaign, 300_00)
    assert f"Payment {sent.ref}" in sign_in(viola).get(f"/s/meridian-freight/pledges/{pledge.ref}").text


def test_a_student_is_told_by_alias_only_while_they_let_sponsors_know(sign_in, viola, campaign, pledge):
    before = sign_in(viola).get("/s/meridian-freight/").text
    application = db.session.query(Application).one()
    for event in (ConsentEvent.GIVEN, ConsentEvent.CHECKED):
        how = "by telephone" if event is ConsentEvent.CHECKED else None
        add_consent(application, Purpose.SHARE_WITH_SPONSOR, event, by_guardian=True, checked_how=how)
    db.session.commit()
    after = sign_in(viola).get("/s/meridian-freight/").text
    add_consent(application, Purpose.SHARE_WITH_SPONSOR, ConsentEvent.WITHDRAWN, by_guardian=True)
    db.session.commit()
    ended = sign_in(viola).get("/s/meridian-freight/").text
    whom = [text.partition("Whom it supports")[2] for text in (before, after, ended)]
    assert ["Amber Heron" in text for text in whom] == [False, True, False]
    assert "Canary" not in after


@pytest.mark.parametrize("who", ["amina", "tomas", "rita", "noor", "mo", "ada"])
def test_nobody_else_sees_it(sign_in, request, cora, pledge, who):
    browser = sign_in(request.getfixturevalue(who))
    for page in ("", "pledges", f"pledges/{pledge.ref}", "asks", "pay"):
        assert browser.get(f"/s/meridian-freight/{page}").status_code == 404


def test_a_community_of_the_same_short_address_has_no_workspace(sign_in, a_user, lantern, amina):
    assert sign_in(amina).get("/s/lantern/").status_code == 404


def test_where_somebody_lands(sign_in, viola, rita):
    assert sign_in(viola).get("/s").headers["Location"] == "/s/meridian-freight/"
    assert "You belong to no company here" in sign_in(rita).get("/s").text
    assert 'href="/s/meridian-freight/"' in sign_in(viola).get("/account").text


def test_empty_pages_say_what_will_be_there(sign_in, viola):
    for page, words in {
        "": "No pledges yet",
        "pledges": "No pledges yet",
        "asks": "No letters",
        "pay": "Nothing",
    }.items():
        assert words in sign_in(viola).get(f"/s/meridian-freight/{page}").text


def test_the_overview_asks_little_however_many_pledges(sign_in, viola, campaign, a_pledge, meridian, an_ask):
    for _ in range(5):
        a_pledge(campaign, 10_00, company=meridian)
    browser = sign_in(viola)
    db.session.remove()
    with at_most(9) as asked:
        assert browser.get("/s/meridian-freight/").status_code == 200
    assert len(asked) <= 9
