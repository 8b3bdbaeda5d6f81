"""The letter goes to the company alone, and a quiet period begins."""

from datetime import timedelta

import pytest

from campaigns.ask import rules
from campaigns.ask.models import Ask, Delivery
from campaigns.ask.rules.base import CampaignNotLive
from campaigns.ask.rules.ladder import TooEarly
from campaigns.ask.states import COMPANY_GAP, QUIET, AskState
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.templating import day
from campaigns.notice.models import Notice
from tests.ask.conftest import CONTACT, SUBJECT, link_in, words_of
from tests.cast.browser import submit


def test_sending_begins_the_quiet_period(an_ask, amina):
    ask = an_ask(AskState.MODERATED)
    with clock.at(clock.now()):
        rules.send(ask, by=amina)
        assert ask.state is AskState.PRIVATE
        assert (ask.sent_at, ask.quiet_until) == (clock.now(), clock.now() + QUIET)
        assert ask.public_at is None


@pytest.mark.parametrize("sender", ["safiya", "victor", "tomas", "otto", "rita", "mo"])
def test_only_advocates_send(request, an_ask, sender):
    with pytest.raises(NotAllowed):
        rules.send(an_ask(AskState.MODERATED), by=request.getfixturevalue(sender))


def test_an_unread_letter_is_not_sent(an_ask, amina):
    ask = an_ask()
    with pytest.raises(IllegalMove):
        rules.send(ask, by=amina)
    db.session.rollback()
    assert db.session.query(Notice).count() == 0


def test_a_letter_is_sent_once(an_ask, amina):
    ask = an_ask(AskState.MODERATED)
    rules.send(ask, by=amina)
    with pytest.raises(IllegalMove):
        rules.send(ask, by=amina)


def test_a_campaign_that_is_not_live_presses_nobody(an_ask, amina, a_campaign):
    campaign = a_campaign()
    ask = an_ask(AskState.MODERATED, campaign=campaign)
    campaign.state = CampaignState.PAUSED
    with pytest.raises(CampaignNotLive):
        rules.send(ask, by=amina)


def test_the_delivery_is_kept_with_its_letter_and_notice(an_ask, amina):
    ask = an_ask(AskState.MODERATED)
    rules.send(ask, by=amina)
    delivery = db.session.query(Delivery).one()
    notice = db.session.get_one(Notice, delivery.notice_id)
    assert (notice.to, delivery.at) == (CONTACT, ask.sent_at)


def test_the_company_gets_the_letter_in_both_forms(an_ask, amina, post):
    ask = an_ask(AskState.MODERATED)
    rules.send(ask, by=amina)
    [letter] = post()
    assert (letter["To"], letter["Subject"]) == (CONTACT, SUBJECT)
    for body in words_of(letter):
        assert "stand behind" in body
        assert "€500.00" in body
        assert day(ask.quiet_until) in body
        assert "may be published" in body
        assert "/reply/" in body
        assert ask.ref in body
    assert "**" not in words_of(letter)[0]
    assert "<strong>stand behind</strong>" in words_of(letter)[1]


def test_the_mail_carries_nothing_sealed(an_ask, amina, post):
    rules.send(an_ask(AskState.MODERATED), by=amina)
    [letter] = post()
    text, html = words_of(letter)
    assert "Canary" not in text + html
    assert "canary" not in text + html
    assert amina.email not in text + html


def test_a_line_break_in_a_name_adds_no_header(an_ask, amina, post):
    ask = an_ask(AskState.MODERATED, contact_name="Rosa\r\nBcc: all@example.org")
    rules.send(ask, by=amina)
    [letter] = post()
    assert letter["Bcc"] is None
    assert letter["To"] == CONTACT


def test_markup_in_a_name_is_text_in_the_mail(an_ask, amina, post):
    rules.send(an_ask(AskState.MODERATED, contact_name="<b>Rosa</b>"), by=amina)
    [letter] = post()
    assert "&lt;b&gt;Rosa&lt;/b&gt;" in words_of(letter)[1]


def test_the_link_opens_as_often_as_the_company_likes(an_ask, amina, post, client):
    rules.send(an_ask(AskState.MODERATED), by=amina)
    path = link_in(post()[0], "/reply/")
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 200]


def test_a_company_gets_one_letter_in_two_weeks_from_all_communities(
    an_ask, a_campaign, a_company, amina, otto, harbour
):
    company = a_company()
    first = an_ask(AskState.MODERATED, company=company)
    theirs = a_campaign(community=harbour, author=otto)
    second = an_ask(AskState.MODERATED, company=company, campaign=theirs, author=otto)
    now = clock.now()
    with clock.at(now):
        rules.send(first, by=amina)
        with pytest.raises(TooEarly, match="Meridian Freight is considering another letter") as refusal:
            rules.send(second, by=otto)
        assert refusal.value.since == now + COMPANY_GAP
        db.session.rollback()
        rules.send(first, by=amina)
        db.session.commit()
    with clock.at(now + COMPANY_GAP):
        rules.send(second, by=otto)
    assert second.state is AskState.PRIVATE


def test_a_company_that_has_answered_can_be_asked_for_something_else(an_ask, a_campaign, a_company, amina):
    company = a_company()
    an_ask(AskState.ANSWERED, company=company)
    other = an_ask(AskState.MODERATED, company=company, campaign=a_campaign(alias="Blue Crane"))
    rules.send(other, by=amina)
    assert other.state is AskState.PRIVATE


def test_two_companies_are_asked_on_the_same_day(an_ask, a_campaign, a_company, amina):
    campaign = a_campaign()
    for name in ("Meridian Freight", "Delphi Mills"):
        rules.send(an_ask(AskState.MODERATED, campaign=campaign, company=a_company(name)), by=amina)
    assert db.session.query(Ask).filter_by(state=AskState.PRIVATE).count() == 2


def test_the_letter_is_sent_from_the_page(sign_in, amina, an_ask):
    ask = an_ask(AskState.MODERATED)
    page = f"/a/lantern/asks/{ask.ref}"
    answer = submit(sign_in(amina), page, to=f"{page}/send", follow=True)
    assert "The letter is on its way" in answer.text
    assert "Quiet until" in answer.text


def test_a_double_click_sends_once(sign_in, amina, an_ask, post):
    ask = an_ask(AskState.MODERATED)
    page = f"/a/lantern/asks/{ask.ref}"
    client = sign_in(amina)
    form = {"csrf_token": client.get(page).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]}
    answers = [client.post(f"{page}/send", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(post()) == 1


def test_the_page_names_the_day_when_the_company_is_free_again(sign_in, amina, an_ask, a_campaign, a_company):
    company, now = a_company(), clock.now()
    an_ask(AskState.PRIVATE, company=company, sent_at=now - timedelta(days=4))
    waiting = an_ask(AskState.MODERATED, company=company, campaign=a_campaign(alias="Blue Crane"))
    page = sign_in(amina).get(f"/a/lantern/asks/{waiting.ref}").text
    assert f"{day(now + timedelta(days=10))}</time> on" in page
    assert f"/a/lantern/asks/{waiting.ref}/send" not in page


def test_a_refused_step_is_explained_on_the_page(sign_in, amina, an_ask):
    ask = an_ask(AskState.PRIVATE)
    page = f"/a/lantern/asks/{ask.ref}"
    answer = submit(sign_in(amina), page, to=f"{page}/publish")
    assert answer.status_code == 422
    assert f"The letter can become public from {day(ask.quiet_until)} on." in answer.text


def test_reading_the_page_sends_nothing(sign_in, amina, an_ask):
    ask, client = an_ask(AskState.MODERATED), sign_in(amina)
    assert client.get(f"/a/lantern/asks/{ask.ref}/send").status_code == 405
    assert client.get(f"/a/lantern/asks/{ask.ref}").status_code == 200
    assert db.session.get_one(Ask, ask.id, populate_existing=True).state is AskState.MODERATED
