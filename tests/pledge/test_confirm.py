"""Confirming a pledge by the link in the mail: the GET shows, the POST confirms."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, links
from campaigns.kit.links import LinkSpent
from campaigns.kit.money import Money
from campaigns.notice.models import Notice, Subscription
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.rules import Closed, FullyCovered, MoreThanUncovered, Offer, TooSmall, Wishes
from campaigns.pledge.states import InstalmentState, PledgeStatus
from tests.cast.browser import hidden_fields, submit

BY_NAME = {"shown": "name", "updates": "yes"}


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


@pytest.fixture
def promised(campaign):
    """Promise an amount and follow the mail: `promised(50_00).url` is where its link leads."""

    def make(amount=50_00, email="petra@example.org", **offer):
        given = Offer(Money(amount, campaign.currency), "Petra Sponsor", email, **offer)
        pledge = rules.promise(campaign.id, given, once=f"once-{email}-{amount}-{db.session.query(Pledge).count()}")
        db.session.commit()
        letter = db.session.query(Notice).order_by(Notice.id.desc()).first()
        token = re.search(r"/p/confirm/(\S+)", letter.text)[1]
        return SimpleNamespace(pledge=pledge, token=token, url=f"/p/confirm/{token}")

    return make


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def test_the_link_shows_the_pledge_and_changes_nothing(client, promised):
    promise = promised()

    page = client.get(promise.url)

    assert page.status_code == 200
    assert "€50.00" in page.text
    assert now(promise.pledge).status is PledgeStatus.PROMISED


def test_a_mail_scanner_that_follows_the_link_does_not_spend_it(client, promised):
    promise = promised()
    for _ in range(3):
        client.get(promise.url)

    assert submit(client, promise.url, **BY_NAME).status_code == 303
    assert now(promise.pledge).status is PledgeStatus.CONFIRMED


def test_confirming_makes_the_instalment_due_in_14_days(client, promised):
    promise = promised()
    submit(client, promise.url, **BY_NAME)

    instalment = now(promise.pledge).instalments[0]
    assert (instalment.state, instalment.due_on) == (InstalmentState.DUE, clock.today() + timedelta(days=14))


def test_confirming_covers_the_budget_lines_in_their_order_and_moves_the_meter(client, campaign, promised):
    promise = promised(950_00)
    submit(client, promise.url, **BY_NAME)

    parts = db.session.query(Allocation.amount).order_by(Allocation.line_id).all()
    lines = db.session.query(BudgetLine.pledged).order_by(BudgetLine.id).all()
    assert [part for (part,) in parts] == [900_00, 50_00]
    assert [kept for (kept,) in lines] == [900_00, 50_00]
    db.session.refresh(campaign)
    assert (campaign.pledged, campaign.sponsor_count) == (950_00, 1)
    assert rules.problems() == []


def test_the_pledge_that_covers_the_last_need_funds_the_campaign(client, campaign, promised):
    submit(client, promised(1_000_00).url, **BY_NAME)

    db.session.refresh(campaign)
    assert campaign.state is CampaignState.FUNDED


def test_one_cent_less_leaves_the_campaign_open(client, campaign, promised):
    submit(client, promised(999_99).url, **BY_NAME)

    db.session.refresh(campaign)
    assert campaign.state is CampaignState.LIVE


@pytest.mark.parametrize(("shown", "is_shown"), [("name", True), ("anonymous", False)])
def test_the_sponsor_chooses_how_to_be_shown(client, promised, shown, is_shown):
    promise = promised()
    submit(client, promise.url, shown=shown, updates="no")

    assert now(promise.pledge).show_name is is_shown


def test_nothing_is_chosen_for_the_sponsor(client, promised):
    promise = promised()

    chosen = re.findall(r"<input checked[^>]+", client.get(promise.url).text)
    assert [re.search(r'value="(\w+)"', each)[1] for each in chosen] == ["refund"]  # money not needed goes back
    answer = submit(client, promise.url)
    assert answer.status_code == 422
    assert "Choose how you would like to be shown." in answer.text
    assert "Choose whether you want to hear of it." in answer.text
    assert now(promise.pledge).status is PledgeStatus.PROMISED


def test_whoever_wants_updates_follows_the_campaign(client, campaign, promised):
    submit(client, promised().url, shown="name", updates="yes")

    subscription = db.session.query(Subscription).one()
    assert (subscription.topic, subscription.email) == (f"campaign:{campaign.id}", "petra@example.org")
    assert subscription.confirmed_at is not None
    assert subscription.ended_at is None


def test_whoever_does_not_want_updates_follows_nothing(client, promised):
    submit(client, promised().url, shown="name", updates="no")

    heard = db.session.query(Subscription).filter(Subscription.confirmed_at.is_not(None)).all()
    assert heard == []


def test_the_thank_you_mail_says_how_to_pay(client, promised):
    promise = promised()
    submit(client, promise.url, **BY_NAME)

    letter = db.session.query(Notice).filter(Notice.key.like("pledge.thanks%")).one()
    reference = now(promise.pledge).instalments[0].reference
    for body in (letter.text, letter.html):
        assert reference in body
        assert "DE89370400440532013000" in body
        assert "Lantern e.V." in body
        assert f"/p/{promise.pledge.ref}?k=" in body


def test_after_confirming_the_sponsor_is_on_the_pledges_own_page(client, promised):
    answer = submit(client, promised().url, **BY_NAME, follow=True)

    assert "How to pay" in answer.text


def test_a_second_click_and_the_old_mail_lead_to_the_pledge(client, promised):
    promise = promised()
    hidden = client.get(promise.url)
    first = submit(client, promise.url, **BY_NAME)

    again = client.get(promise.url)
    assert hidden.status_code == 200
    assert (again.status_code, again.location) == (303, first.location)


def test_the_same_post_twice_confirms_once(app, client, campaign, promised):
    promise = promised()
    rules.confirm(promise.token, Wishes())
    db.session.commit()

    with pytest.raises(LinkSpent):
        rules.confirm(promise.token, Wishes())
    db.session.rollback()
    db.session.refresh(campaign)
    assert campaign.pledged == 50_00


def test_an_expired_link_says_what_to_do(client, promised):
    promise = promised()
    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        page = client.get(promise.url)

    assert page.status_code == 410
    assert "lasts 14 days" in page.text


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "../../etc/passwd"])
def test_a_link_that_was_never_issued_opens_nothing(client, token):
    assert client.get(f"/p/confirm/{token}").status_code in {404, 410}


def test_where_others_were_faster_the_page_offers_what_is_left(client, campaign, promised, a_pledge):
    promise = promised(300_00)
    a_pledge(campaign, 800_00)

    page = client.get(promise.url)
    assert 'Only <bdi class="money">€200.00</bdi> is still uncovered' in page.text

    assert submit(client, promise.url, **BY_NAME).status_code == 303
    pledge = now(promise.pledge)
    assert (pledge.amount, pledge.instalments[0].amount) == (200_00, 200_00)
    assert rules.problems() == []


def test_others_were_faster_between_the_page_and_the_click(client, campaign, promised, a_pledge):
    promise = promised(300_00)
    page = client.get(promise.url)
    a_pledge(campaign, 800_00)

    answer = client.post(promise.url, data=hidden_fields(page.text) | BY_NAME)

    assert answer.status_code == 422
    assert "Only €200.00 is still uncovered" in answer.text
    assert "Confirm the pledge of €200.00" in answer.text
    assert answer.text.count(" checked") == 3
    assert now(promise.pledge).status is PledgeStatus.PROMISED
    assert submit(client, promise.url, **BY_NAME).status_code == 303


def test_where_everything_is_covered_the_sponsor_is_thanked_and_owes_nothing(client, campaign, promised, a_pledge):
    promise = promised(300_00)
    a_pledge(campaign, 1_000_00)

    page = client.get(promise.url)
    assert "Your pledge is not needed any more" in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.CLOSED_SHORT, CampaignState.CANCELLED])
def test_a_campaign_that_closed_meanwhile_takes_no_confirmation(client, campaign, promised, state):
    promise = promised()
    campaign.state = state
    db.session.commit()

    assert "takes no pledges now" in client.get(promise.url).text
    with pytest.raises(Closed):
        rules.confirm(promise.token, Wishes())
    db.session.rollback()
    assert now(promise.pledge).status is PledgeStatus.PROMISED


def test_the_rule_refuses_more_than_is_uncovered_and_nothing_is_half_done(campaign, promised, a_pledge):
    promise = promised(300_00)
    a_pledge(campaign, 800_00)

    with pytest.raises(MoreThanUncovered) as refusal:
        rules.confirm(promise.token, Wishes())
    db.session.rollback()

    assert refusal.value.left == Money(200_00, "EUR")
    assert db.session.query(Allocation).filter_by(pledge_id=promise.pledge.id).count() == 0
    assert links.peek("pledge.confirm", promise.token).used_at is None


@pytest.mark.parametrize("instead", [0, -5, 99])
def test_the_agreed_amount_may_not_be_too_small(promised, instead):
    promise = promised(300_00)

    with pytest.raises(TooSmall):
        rules.confirm(promise.token, Wishes(), instead=Money(instead, "EUR"))
    db.session.rollback()
    assert now(promise.pledge).amount == 300_00


def test_the_agreed_amount_never_makes_a_pledge_larger(promised):
    promise = promised(300_00)
    rules.confirm(promise.token, Wishes(), instead=Money(900_00, "EUR"))

    assert now(promise.pledge).amount == 300_00


def test_a_funded_campaign_is_fully_covered_for_the_next(campaign, promised):
    first, second = promised(1_000_00), promised(10_00, email="late@example.org")
    rules.confirm(first.token, Wishes())
    db.session.commit()

    with pytest.raises(FullyCovered):
        rules.confirm(second.token, Wishes())
    db.session.rollback()
    assert db.session.query(Campaign).one().pledged == 1_000_00


def test_promises_nobody_confirmed_are_dropped_when_their_link_has_expired(campaign, promised):
    promise = promised()
    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        rules.forget_unconfirmed()

    pledge = now(promise.pledge)
    assert (pledge.status, pledge.end_reason) == (PledgeStatus.CANCELLED, "never confirmed")
    assert [each.state for each in db.session.query(Instalment)] == [InstalmentState.CANCELLED]
    assert rules.problems() == []


def test_a_promise_whose_link_still_works_is_left_alone(promised):
    promise = promised()
    with clock.at(clock.now() + timedelta(days=13)):
        rules.forget_unconfirmed()

    assert now(promise.pledge).status is PledgeStatus.PROMISED
