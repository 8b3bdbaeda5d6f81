"""So much for every 1.00 that others pledge, up to a cap: grows and shrinks with theirs until it is due."""

import re
from datetime import timedelta

import pytest

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import lifecycle
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, queue
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.offer import queries, rules
from campaigns.offer.models import Match
from campaigns.offer.rules import Said, matching
from campaigns.offer.rules.matching import How
from campaigns.offer.states import OfferState
from campaigns.pledge import queries as pledge_queries
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import Wanted
from campaigns.pledge.states import InstalmentState, PledgeStatus
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


@pytest.fixture
def matches(campaign):
    """A confirmed offer: `matches(50, 200_00)` adds 0.50 for every 1.00, up to €200."""

    def make(rate=50, cap=200_00, email="petra@example.org"):
        said = Said(Money(cap, "EUR"), "Petra", email)
        matching.offer_match(campaign, said, How(rate), once=f"{email}{cap}")
        db.session.commit()
        offer = rules.confirm(token(), pledges.Wishes())
        db.session.commit()
        return offer

    return make


@pytest.fixture
def others(campaign, lantern):
    """Somebody else pledges so much: `others(100_00)`."""
    count = iter(range(100))

    def make(amount, email=None):
        given = pledges.Offer(Money(amount, "EUR"), "Leo", email or f"{next(count)}@example.org")
        pledge = pledges.make(campaign.id, given, pledges.Wishes(), once=f"{email}{amount}{next(count)}")
        db.session.commit()
        return pledge

    return make


def token():
    letter = db.session.query(Notice).filter(Notice.text.contains("/o/confirm/")).order_by(Notice.id.desc()).first()
    return re.search(r"/o/confirm/(\S+)", letter.text)[1]


def sweep(days=0):
    with clock.at(clock.now() + timedelta(days=days)):
        rules.follow_matches()
        pledges.follow_goals()
        rules.follow_matches()
        rules.follow_offers()
        db.session.rollback()
        db.session.expire_all()


def now(offer):
    db.session.expire_all()
    return db.session.scalars(queries.whole(offer.id)).one()


def matched(offer):
    """What it comes to, and what its pledge does."""
    found = now(offer).match
    pledge = db.session.get(Pledge, found.pledge_id) if found.pledge_id else None
    return found.matched, pledge.amount if pledge else None


def pledged():
    db.session.expire_all()
    return db.session.query(Campaign).one().pledged


def all_adds_up():
    return rules.problems() == pledges.problems() == []


def withdraw(pledge):
    pledges.withdraw(db.session.scalars(pledge_queries.whole(pledge.id)).one(), "cannot")
    db.session.commit()


@pytest.mark.both_databases
def test_it_adds_its_rate_of_what_others_pledge_from_then_on(matches, others):
    others(80_00)
    offer = matches(50)
    sweep()
    assert matched(offer) == (0, None)
    others(100_01)
    sweep()

    assert matched(offer) == (50_00, 50_00)
    assert pledged() == 230_01
    assert [line.pledged for line in db.session.query(BudgetLine).order_by(BudgetLine.id)] == [230_01, 0]
    assert all_adds_up()


def test_it_grows_with_the_next_and_nothing_is_due_yet(matches, others):
    offer = matches(50)
    for _ in range(2):
        others(100_00)
        sweep()

    assert matched(offer) == (100_00, 100_00)
    pledge = db.session.scalars(pledge_queries.whole(now(offer).match.pledge_id)).one()
    assert [each.state for each in pledge.instalments] == [InstalmentState.SCHEDULED]
    assert not db.session.query(Notice).filter(Notice.to == "petra@example.org", Notice.key.contains("thanks")).count()
    assert all_adds_up()


def test_their_own_pledges_and_other_matches_are_not_matched(matches, others):
    first, second = matches(100), matches(100, email="mo@example.org")
    others(40_00, email="Petra@example.org")
    sweep()
    sweep()

    assert matched(first) == (0, None)
    assert matched(second) == (40_00, 40_00)
    assert all_adds_up()


def test_it_is_due_as_soon_as_the_cap_is_reached_and_stays_so(matches, others):
    offer = matches(100, cap=70_00)
    other = others(100_00)
    sweep()

    done = now(offer)
    assert (done.state, done.match.matched, done.pledge.status) == (OfferState.DONE, 70_00, PledgeStatus.CONFIRMED)
    pledge = db.session.scalars(pledge_queries.whole(done.pledge_id)).one()
    assert pledge.instalments[0].state is InstalmentState.DUE
    letter = db.session.query(Notice).order_by(Notice.id.desc()).first()
    assert (letter.to, pledge.instalments[0].reference in letter.text) == ("petra@example.org", True)
    withdraw(other)
    sweep()
    assert matched(offer) == (70_00, 70_00)
    assert all_adds_up()


@pytest.mark.both_databases
def test_it_shrinks_with_what_others_take_back_and_may_begin_anew(matches, others):
    offer = matches(50)
    first, second = others(100_00), others(60_00)
    sweep()
    withdraw(first)
    sweep()
    assert matched(offer) == (30_00, 30_00)
    withdraw(second)
    sweep()
    assert matched(offer) == (0, None)
    assert pledged() == 0
    others(20_00)
    sweep()

    assert matched(offer) == (10_00, 10_00)
    assert all_adds_up()


@pytest.mark.both_databases
def test_it_covers_no_more_than_is_open_and_is_due_with_the_goal(matches, others):
    offer = matches(100, cap=500_00)
    others(900_00)
    sweep()

    assert matched(offer) == (100_00, 100_00)
    assert db.session.query(Campaign).one().state is CampaignState.FUNDED
    assert now(offer).state is OfferState.DONE
    pledge = db.session.scalars(pledge_queries.whole(now(offer).pledge_id)).one()
    assert pledge.instalments[0].state is InstalmentState.DUE
    assert all_adds_up()


def test_where_others_pledge_everything_it_gives_room(matches, others):
    offer = matches(100)
    others(1_000_00)
    sweep()

    assert matched(offer) == (0, None)
    assert all_adds_up()


def test_at_the_end_of_a_campaign_that_stays_short_it_is_due_all_the_same(matches, others, campaign, amina):
    offer = matches(50)
    others(100_00)
    sweep()
    lifecycle.close_short(db.session.get(Campaign, campaign.id), by=amina)
    db.session.commit()
    sweep()

    pledge = db.session.scalars(pledge_queries.whole(now(offer).match.pledge_id)).one()
    assert pledge.instalments[0].state is InstalmentState.DUE
    assert now(offer).state is OfferState.DONE
    assert all_adds_up()


def test_with_nothing_to_match_it_ends_with_the_campaign(matches, campaign, amina):
    offer = matches(50)
    lifecycle.close_short(db.session.get(Campaign, campaign.id), by=amina)
    db.session.commit()
    sweep()

    assert (now(offer).state, now(offer).end_reason) == (OfferState.ENDED, matching.NOTHING)


def test_an_amount_too_small_for_a_pledge_waits_for_more(matches, others):
    offer = matches(25)
    others(3_00)
    sweep()
    assert matched(offer) == (0, None)
    others(1_00)
    sweep()

    assert matched(offer) == (1_00, 1_00)


def test_taken_back_what_it_has_matched_is_open_again(matches, others):
    offer = matches(50)
    others(100_00)
    sweep()
    rules.take_back(now(offer))
    db.session.commit()
    sweep()

    assert pledged() == 100_00
    assert now(offer).state is OfferState.TAKEN_BACK
    assert all_adds_up()


def test_once_its_sponsor_changes_the_pledge_itself_it_stays_as_they_said(matches, others):
    offer = matches(50)
    others(100_00)
    sweep()
    pledge = db.session.scalars(pledge_queries.whole(now(offer).match.pledge_id)).one()
    pledges.amend(pledge, {1: Wanted(Money(20_00, "EUR"))})
    db.session.commit()
    others(100_00)
    sweep()

    assert db.session.get(Pledge, pledge.id).amount == 20_00
    assert now(offer).state is OfferState.DONE
    assert all_adds_up()


@pytest.mark.both_databases
def test_two_pledges_and_two_workers_at_once_match_each_cent_once(app, matches, campaign):
    offer = matches(100, cap=900_00)
    campaign_id = campaign.id

    def give(number):
        def act():
            given = pledges.Offer(Money(150_00, "EUR"), "Leo", f"{number}@example.org")
            pledges.make(campaign_id, given, pledges.Wishes(), once=f"{number}")

        return committed(act)

    at_once(app, give(1), give(2), rules.follow_matches, rules.follow_matches)
    sweep()

    assert matched(offer) == (300_00, 300_00)
    assert pledged() == 600_00
    assert db.session.query(Match).one().round == 1
    assert all_adds_up()


@pytest.mark.parametrize(("cap", "refusal"), [(1_000_01, matching.MoreThanAsked), (99, pledges.TooSmall)])
def test_a_cap_that_cannot_be_is_refused(matches, cap, refusal):
    with pytest.raises(refusal):
        matches(cap=cap)


def test_a_funded_campaign_takes_no_such_offer(matches, campaign):
    campaign.state = CampaignState.FUNDED
    db.session.commit()
    with pytest.raises(pledges.FullyCovered):
        matches()


def test_from_the_form_to_the_campaigns_page(app, campaign, others):
    browser = app.test_client()
    sent = submit(
        browser, f"/c/{campaign.slug}/match", follow=True, rate="50", amount="200", name="Petra",
        email="petra@example.org", method="bank_transfer",
    )  # fmt: skip
    assert "Check your e-mail" in sent.text
    own = submit(browser, f"/o/confirm/{token()}", follow=True, shown="anonymous", updates="no")
    assert "0.50 for every 1.00 that others pledge" in own.text
    assert "Your pledge counts more." in browser.get(f"/c/{campaign.slug}").text
    others(100_00)
    queue.run_all()
    page = browser.get(f"/c/{campaign.slug}").text
    assert "€150.00" in page
    assert "Petra" not in page


def test_the_check_finds_one_above_its_cap(matches, others):
    matches(50)
    others(100_00)
    sweep()
    db.session.query(Match).update({"matched": 200_01})

    assert any("at most" in problem for problem in rules.problems())
