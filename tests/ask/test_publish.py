"""After the quiet period a letter can become public; after a month of silence it can be closed."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns.ask import rules
from campaigns.ask.rules.base import CampaignNotLive
from campaigns.ask.rules.ladder import TooEarly
from campaigns.ask.states import QUIET, SILENT_AFTER, AskState
from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.templating import day
from tests.cast.browser import submit


def test_a_letter_becomes_public_when_the_quiet_period_is_over(an_ask, amina):
    ask = an_ask(AskState.PRIVATE)
    with clock.at(ask.quiet_until):
        rules.publish(ask, by=amina)
    assert (ask.state, ask.public_at) == (AskState.PUBLIC, ask.quiet_until)


def test_not_a_second_earlier(an_ask, amina):
    ask = an_ask(AskState.PRIVATE)
    with clock.at(ask.quiet_until - timedelta(seconds=1)), pytest.raises(TooEarly) as refusal:
        rules.publish(ask, by=amina)
    assert refusal.value.since == ask.quiet_until
    assert day(ask.quiet_until) in str(refusal.value)


@pytest.mark.both_databases
def test_the_database_keeps_the_promise_too(an_ask):
    ask = an_ask(AskState.PRIVATE)
    ask.public_at = ask.quiet_until - timedelta(seconds=1)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_campaign_page_changes_with_it(an_ask, amina, a_campaign):
    campaign = a_campaign()
    ask = an_ask(AskState.PRIVATE, campaign=campaign, sent_at=clock.now() - QUIET)
    before = campaign.version
    rules.publish(ask, by=amina)
    assert db.session.get_one(Campaign, campaign.id).version == before + 1


@pytest.mark.parametrize("person", ["safiya", "victor", "tomas", "otto", "rita"])
def test_only_advocates_publish(request, an_ask, person):
    ask = an_ask(AskState.PRIVATE, sent_at=clock.now() - QUIET)
    with pytest.raises(NotAllowed):
        rules.publish(ask, by=request.getfixturevalue(person))


def test_a_campaign_that_is_not_live_presses_nobody_in_public(an_ask, amina, a_campaign):
    campaign = a_campaign()
    ask = an_ask(AskState.PRIVATE, campaign=campaign, sent_at=clock.now() - QUIET)
    campaign.state = CampaignState.FUNDED
    with pytest.raises(CampaignNotLive):
        rules.publish(ask, by=amina)


def test_an_answered_letter_is_not_published(an_ask, amina):
    ask = an_ask(AskState.ANSWERED, was_public=False)
    with pytest.raises(IllegalMove):
        rules.publish(ask, by=amina)


def test_a_letter_is_published_from_its_page(sign_in, amina, an_ask):
    ask = an_ask(AskState.PRIVATE, sent_at=clock.now() - QUIET)
    page = f"/a/lantern/asks/{ask.ref}"
    answer = submit(sign_in(amina), page, to=f"{page}/publish", follow=True)
    assert "The letter is public" in answer.text
    assert sign_in(amina).get(f"/asks/{ask.ref}").status_code == 200


def test_the_page_does_not_offer_it_before(sign_in, amina, an_ask):
    page = sign_in(amina).get(f"/a/lantern/asks/{an_ask(AskState.PRIVATE).ref}").text
    assert "/publish" not in page
    assert "Quiet until" in page


def test_a_public_letter_can_be_closed_after_a_month(an_ask, amina):
    ask = an_ask(AskState.PUBLIC)
    with clock.at(ask.public_at + SILENT_AFTER):
        rules.close_as_silent(ask, by=amina)
    assert (ask.state, ask.silent_at) == (AskState.SILENT, ask.public_at + SILENT_AFTER)


def test_a_company_gets_the_whole_month(an_ask, amina):
    ask = an_ask(AskState.PUBLIC)
    with clock.at(ask.public_at + SILENT_AFTER - timedelta(seconds=1)), pytest.raises(TooEarly) as refusal:
        rules.close_as_silent(ask, by=amina)
    assert day(ask.public_at + SILENT_AFTER) in str(refusal.value)


@pytest.mark.parametrize("person", ["safiya", "tomas", "otto"])
def test_only_advocates_close(request, an_ask, person):
    ask = an_ask(AskState.PUBLIC, sent_at=clock.now() - QUIET - SILENT_AFTER)
    with pytest.raises(NotAllowed):
        rules.close_as_silent(ask, by=request.getfixturevalue(person))


def test_a_private_letter_is_not_closed_as_silent(an_ask, amina):
    with pytest.raises(IllegalMove):
        rules.close_as_silent(an_ask(AskState.PRIVATE), by=amina)


def test_closing_happens_on_the_page(sign_in, amina, an_ask):
    ask = an_ask(AskState.PUBLIC, sent_at=clock.now() - QUIET - SILENT_AFTER)
    page = f"/a/lantern/asks/{ask.ref}"
    answer = submit(sign_in(amina), page, to=f"{page}/close", follow=True)
    assert "Closed without an answer" in answer.text
    assert "The company can still answer" in answer.text
