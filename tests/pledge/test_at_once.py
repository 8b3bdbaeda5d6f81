"""Sponsors who act at the very same moment."""

import re
from datetime import timedelta
from functools import partial

import pytest

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.kit.links import LinkSpent
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import Closed, MoreThanUncovered, NothingToEnd, Offer, Wishes
from campaigns.pledge.states import PledgeStatus
from tests.cast.browser import hidden_fields
from tests.cast.crowd import at_once, committed

pytestmark = pytest.mark.both_databases


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


def promised(campaign, amount, email):
    """A promise of this amount, and the token of its mail."""
    rules.promise(campaign.id, Offer(Money(amount, "EUR"), "Petra", email), once=f"once {email}")
    db.session.commit()
    letter = db.session.query(Notice).filter_by(to=email).one()
    return re.search(r"/p/confirm/(\S+)", letter.text)[1]


def test_a_double_click_makes_one_pledge_and_both_clicks_lead_to_its_page(app, campaign):
    url = f"/c/{campaign.slug}/pledge"
    browser = app.test_client()
    form = hidden_fields(browser.get(url).text) | {
        "amount": "50",
        "name": "Petra",
        "email": "petra@example.org",
        "method": "bank_transfer",
    }
    cookie = browser.get_cookie("vouch").value

    def click():
        client = app.test_client()
        client.set_cookie("vouch", cookie)
        answer = client.post(url, data=form)
        return answer.status_code, answer.location

    answers = at_once(app, *[click] * 6)

    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert db.session.query(Pledge).count() == 1
    assert db.session.query(Notice).count() == 1


def test_a_double_click_on_the_confirmation_counts_once(app, campaign):
    token = promised(campaign, 50_00, "petra@example.org")
    click = committed(partial(rules.confirm, token, Wishes()))

    answers = at_once(app, *[click] * 4)

    assert sum(isinstance(answer, LinkSpent) for answer in answers) == 3
    assert db.session.query(Campaign).one().pledged == 50_00
    assert rules.problems() == []


def test_of_two_who_cover_the_last_need_one_does_and_the_other_hears_it(app, campaign):
    tokens = [promised(campaign, 1_000_00, f"{name}@example.org") for name in ("one", "two")]

    answers = at_once(app, *[committed(partial(rules.confirm, token, Wishes())) for token in tokens])

    assert sum(isinstance(answer, Closed) for answer in answers) == 1
    campaign = db.session.query(Campaign).one()
    assert (campaign.pledged, campaign.sponsor_count, campaign.state) == (1_000_00, 1, CampaignState.FUNDED)
    assert rules.problems() == []


def test_a_campaign_is_never_pledged_more_than_it_asks_for(app, campaign):
    tokens = [promised(campaign, 300_00, f"{number}@example.org") for number in range(6)]

    answers = at_once(app, *[committed(partial(rules.confirm, token, Wishes())) for token in tokens])

    assert sum(isinstance(answer, MoreThanUncovered) for answer in answers) == 3
    assert db.session.query(Campaign).one().pledged == 900_00
    assert rules.problems() == []


def test_a_pledge_taken_back_twice_at_once_gives_its_lines_back_once(app, campaign, a_pledge):
    kept, gone = a_pledge(campaign, 100_00), a_pledge(campaign, 200_00)
    gone_id, kept_id = gone.id, kept.id

    def take_back():
        rules.withdraw(db.session.scalars(queries.whole(gone_id)).one(), "Changed our mind.")

    answers = at_once(app, *[committed(take_back)] * 3)

    assert sum(isinstance(answer, NothingToEnd) for answer in answers) == 2
    assert db.session.query(Campaign).one().pledged == 100_00
    assert db.session.get(Pledge, kept_id).status is PledgeStatus.CONFIRMED
    assert rules.problems() == []


def test_two_workers_follow_up_on_the_same_pledges(app, campaign, a_pledge):
    for _ in range(4):
        a_pledge(campaign, 100_00)

    def late():
        with clock.at(clock.now() + timedelta(days=100)):
            rules.follow_up()

    answers = at_once(app, late, late)

    assert answers == [None, None]
    assert {pledge.status for pledge in db.session.query(Pledge)} == {PledgeStatus.LAPSED}
    assert db.session.query(Campaign).one().pledged == 0
    assert rules.problems() == []
