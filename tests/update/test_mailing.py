"""Followers and sponsors are told of a published update, each once, without the request waiting for it."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, db, links, queue
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice
from campaigns.update import rules
from campaigns.update.models import Update
from campaigns.update.rules import mailing
from campaigns.update.states import UpdateState
from tests.cast.approvals import SAID_NO
from tests.cast.browser import hidden_fields
from tests.notice.helpers import body, letters
from tests.update.helpers import withdraw_consent


def told() -> list[str]:
    return sorted(found.to for found in db.session.query(Notice) if found.key.startswith("update:"))


def test_each_confirmed_follower_is_told_and_nobody_else(an_update, a_campaign, a_follower):
    campaign, other = a_campaign(), a_campaign(alias="Blue Kite")
    a_follower(campaign, "petra@example.org")
    a_follower(campaign, "quinn@example.org", confirmed=False)
    notice.unsubscribe(a_follower(campaign, "left@example.org"))
    a_follower(other, "other@example.org")
    update = an_update(UpdateState.PUBLISHED, campaign=campaign)
    assert told() == []
    rules.mail_followers()
    assert told() == ["petra@example.org"]
    assert update.mailed_at is not None


def test_telling_again_tells_nobody_twice(an_update, a_campaign, a_follower):
    campaign = a_campaign()
    a_follower(campaign)
    update = an_update(UpdateState.PUBLISHED, campaign=campaign)
    rules.mail_followers()
    update.mailed_at = None  # as if the worker had died before it could say so
    db.session.commit()
    queue.run_all()
    assert told() == ["petra@example.org"]
    assert update.mailed_at is not None


def test_publishing_itself_writes_to_nobody(an_update, a_campaign, a_follower):
    campaign = a_campaign()
    a_follower(campaign)
    an_update(UpdateState.PUBLISHED, campaign=campaign)
    assert db.session.query(Notice).count() == 0


@pytest.mark.parametrize("followers", [1, 2, 3, 4, 5])
def test_batches_miss_nobody(an_update, a_campaign, a_follower, monkeypatch, followers):
    monkeypatch.setattr(mailing, "BATCH", 2)
    campaign = a_campaign()
    for number in range(followers):
        a_follower(campaign, f"reader{number}@example.org")
    an_update(UpdateState.PUBLISHED, campaign=campaign)
    rules.mail_followers()
    assert told() == [f"reader{number}@example.org" for number in range(followers)]


def test_a_worker_that_dies_between_batches_is_taken_over(an_update, a_campaign, a_follower, monkeypatch):
    monkeypatch.setattr(mailing, "BATCH", 2)
    campaign = a_campaign()
    for number in range(5):
        a_follower(campaign, f"reader{number}@example.org")
    update = an_update(UpdateState.PUBLISHED, campaign=campaign)
    with db.transaction():
        mailing._tell_some(update.id, 0)
    assert len(told()) == 2
    rules.mail_followers()
    assert told() == [f"reader{number}@example.org" for number in range(5)]


def test_the_letter_says_what_where_why_and_how_to_stop(an_update, a_campaign, a_follower):
    campaign = a_campaign(title="A nurse for Western Kenya", slug="nurse")
    a_follower(campaign)
    update = an_update(UpdateState.PUBLISHED, campaign=campaign, body="Amber Heron was **second**. " + "Word " * 200)
    rules.mail_followers()
    notice.deliver()
    (letter,) = letters()
    text, html = body(letter), body(letter, "html")
    assert letter["Subject"] == 'The first term is over: news of "A nurse for Western Kenya"'
    for part in (text, html):
        assert "Amber Heron was second." in part
        assert f"http://localhost/c/nurse/updates/{update.id}" in part
        assert "asked to hear of it when you pledged" in part
        assert "http://localhost/unsubscribe/" in part
        assert part.count("Word") < 120
        assert "Canary" not in part
    assert len(bytes(letter)) < 25_000


def test_a_mail_program_can_unsubscribe_in_one_click(an_update, a_campaign, a_follower, client):
    campaign = a_campaign()
    follower = a_follower(campaign)
    an_update(UpdateState.PUBLISHED, campaign=campaign)
    rules.mail_followers()
    notice.deliver()
    (letter,) = letters()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip(" <>").removeprefix("http://localhost")
    answer = client.post(address, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    db.session.expire_all()
    assert follower.ended_at is not None
    an_update(UpdateState.PUBLISHED, campaign=campaign, title="The second term is over")
    rules.mail_followers()
    assert len(told()) == 1


def test_opening_the_unsubscribe_page_ends_nothing_and_its_button_does(an_update, a_campaign, a_follower, client):
    campaign = a_campaign(title="A nurse for Western Kenya")
    follower = a_follower(campaign)
    an_update(UpdateState.PUBLISHED, campaign=campaign)
    rules.mail_followers()
    path = db.session.query(Notice).one().headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    db.session.commit()
    page = client.get(path)
    assert "Stop these messages?" in page.text
    assert "A nurse for Western Kenya" in page.text
    db.session.expire_all()
    assert follower.ended_at is None
    assert "You get no more messages" in client.post(path).text
    assert "You get no more messages" in client.post(path).text
    assert "You get no more messages" in client.get(path).text


@pytest.mark.parametrize("token", ["x", "IjEi.forged", "%00"])
def test_a_forged_unsubscribe_link_is_not_found(client, token):
    assert client.post(f"/unsubscribe/{token}").status_code == 404


def test_a_link_signed_for_another_purpose_ends_nothing(app, client, a_campaign, a_follower):
    follower = a_follower(a_campaign())
    token = links.sign("pledge", str(follower.id))
    assert client.post(f"/unsubscribe/{token}").status_code == 404
    assert follower.ended_at is None


def test_what_is_withdrawn_before_it_is_told_is_told_to_nobody(an_update, a_campaign, a_follower, marta):
    campaign = a_campaign()
    a_follower(campaign)
    update = an_update(UpdateState.PUBLISHED, campaign=campaign)
    rules.withdraw(update, by=marta)
    db.session.commit()
    rules.mail_followers()
    assert told() == []


def test_what_is_withdrawn_before_it_is_sent_is_taken_out_of_the_outbox(an_update, a_campaign, a_follower, marta):
    campaign = a_campaign()
    a_follower(campaign)
    update = an_update(UpdateState.PUBLISHED, campaign=campaign)
    rules.mail_followers()
    rules.withdraw(update, by=marta)
    db.session.commit()
    notice.deliver()
    assert letters() == []


def test_without_consent_nobody_is_told(an_update, a_campaign, a_follower):
    campaign = a_campaign()
    a_follower(campaign)
    update = an_update(UpdateState.PUBLISHED, campaign=campaign)
    withdraw_consent(update.campaign_id)
    rules.mail_followers()
    assert told() == []


def test_approving_in_the_browser_has_the_followers_told(an_update, a_campaign, a_follower, victor, safiya, sign_in):
    campaign = a_campaign()
    a_follower(campaign)
    update = an_update(UpdateState.IN_REVIEW, campaign=campaign)
    page = f"/a/lantern/updates/{update.id}"
    for reader in (victor, safiya):
        browser = sign_in(reader)
        data = hidden_fields(browser.get(page).text, f"{page}/approve") | SAID_NO
        assert browser.post(f"{page}/approve", data=data).status_code == 303
    queue.run_all()
    notice.deliver()
    assert [letter["To"] for letter in letters()] == ["petra@example.org"]


def test_an_old_update_is_not_told_to_who_follows_later(an_update, a_campaign, a_follower):
    campaign = a_campaign()
    an_update(UpdateState.PUBLISHED, campaign=campaign)
    rules.mail_followers()
    a_follower(campaign)
    with clock.at(clock.now() + timedelta(days=1)):
        rules.mail_followers()
    assert told() == []
    assert db.session.query(Update).one().mailed_at is not None


def test_no_amount_or_sponsor_is_named_in_a_letter(an_update, a_campaign, a_follower, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, 77_77, name="Quiet Giver", show_name=False)
    a_follower(campaign)
    an_update(UpdateState.PUBLISHED, campaign=campaign)
    rules.mail_followers()
    letter = db.session.query(Notice).one()
    assert "Quiet Giver" not in letter.text + letter.html
    assert str(Money(77_77, "EUR")) not in letter.text + letter.html
