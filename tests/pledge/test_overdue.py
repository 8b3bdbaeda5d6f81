"""What happens when nobody pays: a reminder, another, and in the end the lines are open for others."""

from datetime import timedelta

import pytest

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, queue
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import Offer, Wishes
from campaigns.pledge.states import InstalmentState, PledgeStatus


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


@pytest.fixture
def pledge(campaign, a_pledge):
    return a_pledge(campaign, 1_000_00)


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def after(**time):
    """The sweep runs, so much later."""
    with clock.at(clock.now() + timedelta(**time)):
        rules.follow_up()
        db.session.rollback()


def told():
    return [key.split(":")[0] for (key,) in db.session.query(Notice.key).order_by(Notice.id)]


def test_nothing_is_said_while_there_is_time(pledge):
    after(days=10)

    assert told() == []


def test_one_reminder_comes_three_days_before(pledge):
    after(days=11)
    after(days=12)
    after(days=14)

    letter = db.session.query(Notice).one()
    assert letter.to == pledge.email
    assert now(pledge).instalments[0].reference in letter.text
    assert now(pledge).status is PledgeStatus.CONFIRMED


def test_the_day_it_is_due_is_still_in_time(pledge):
    after(days=14)

    assert now(pledge).instalments[0].state is InstalmentState.DUE


def test_after_that_day_it_is_overdue_and_one_more_mail_says_so(pledge):
    after(days=11)
    after(days=15)
    after(days=20)

    assert now(pledge).status is PledgeStatus.OVERDUE
    assert told() == ["pledge.due_soon", "pledge.overdue"]


def test_an_overdue_pledge_still_counts(campaign, pledge):
    after(days=15)

    db.session.refresh(campaign)
    assert (campaign.pledged, campaign.sponsor_count) == (1_000_00, 1)
    assert rules.problems() == []


@pytest.mark.both_databases
def test_thirty_days_later_it_lapses_and_everything_it_covered_is_open_again(campaign, pledge):
    after(days=15)
    after(days=43)
    assert now(pledge).status is PledgeStatus.OVERDUE
    after(days=44)

    lapsed = now(pledge)
    assert (lapsed.status, lapsed.end_reason) == (PledgeStatus.LAPSED, "not paid in time")
    assert lapsed.ended_at is not None
    db.session.refresh(campaign)
    assert (campaign.pledged, campaign.sponsor_count) == (0, 0)
    assert [line.pledged for line in db.session.query(BudgetLine)] == [0, 0]
    assert told()[-1] == "pledge.lapsed"
    assert rules.problems() == []


def test_a_worker_that_slept_for_months_catches_up_in_one_run(pledge):
    after(days=100)

    assert now(pledge).status is PledgeStatus.LAPSED
    assert rules.problems() == []


def test_running_twice_changes_nothing(campaign, pledge):
    after(days=100)
    letters = len(told())
    after(days=100)

    assert len(told()) == letters
    db.session.refresh(campaign)
    assert campaign.pledged == 0


def test_a_funded_campaign_takes_pledges_again_after_a_lapse(campaign, pledge):
    campaign.state = CampaignState.FUNDED
    db.session.commit()
    after(days=100)

    db.session.refresh(campaign)
    assert campaign.state is CampaignState.LIVE


def test_what_lapsed_can_be_pledged_again_by_the_same_sponsor(campaign, pledge):
    after(days=50)
    offer = Offer(Money(1_000_00, "EUR"), "Petra Sponsor", pledge.email)
    again = rules.promise(campaign.id, offer, once="a second form")
    rules.stand(again, Wishes())

    assert again.status is PledgeStatus.CONFIRMED
    assert db.session.query(Campaign).one().state is CampaignState.FUNDED
    assert rules.problems() == []


def test_only_the_unpaid_part_lapses(campaign, pledge):
    rules.settle(now(pledge).instalments[0], Money(920_00, "EUR"))
    db.session.commit()
    after(days=100)

    kept = now(pledge)
    assert (kept.status, kept.amount) == (PledgeStatus.FULFILLED, 920_00)
    assert [each.state for each in kept.instalments] == [InstalmentState.PAID, InstalmentState.LAPSED]
    db.session.refresh(campaign)
    assert (campaign.pledged, campaign.sponsor_count) == (920_00, 1)
    assert [line.pledged for line in db.session.query(BudgetLine).order_by(BudgetLine.id)] == [900_00, 20_00]
    assert rules.problems() == []


def test_the_rest_of_a_short_payment_becomes_overdue_like_any_other(pledge):
    rules.settle(now(pledge).instalments[0], Money(920_00, "EUR"))
    db.session.commit()
    after(days=15)

    assert now(pledge).status is PledgeStatus.OVERDUE


def test_what_is_paid_is_left_alone(pledge):
    rules.settle(now(pledge).instalments[0], pledge.money)
    db.session.commit()
    after(days=100)

    assert now(pledge).status is PledgeStatus.FULFILLED
    assert told() == []


def test_a_promise_that_nobody_confirmed_is_never_reminded_of(campaign, a_pledge):
    a_pledge(campaign, 10_00, confirmed=False)
    after(days=100)

    assert told() == []


def test_one_pledge_that_cannot_be_worked_off_holds_up_no_other(campaign, a_pledge):
    broken, fine = a_pledge(campaign, 10_00), a_pledge(campaign, 20_00)
    db.session.query(Pledge).filter_by(id=broken.id).update({"email": ""})
    db.session.query(Instalment).filter_by(pledge_id=broken.id).update({"currency": "XXY"})
    db.session.commit()
    after(days=15)

    assert now(fine).status is PledgeStatus.OVERDUE


def test_the_worker_runs_the_sweep(pledge):
    with clock.at(clock.now() + timedelta(days=15)):
        queue.run_all()

    assert now(pledge).status is PledgeStatus.OVERDUE


@pytest.mark.parametrize("days", [11, 15, 100])
def test_each_mail_leads_to_the_pledges_page_and_says_how_much(pledge, days):
    after(days=days)

    letter = db.session.query(Notice).order_by(Notice.id.desc()).first()
    assert f"/p/{pledge.ref}?k=" in letter.text
    assert f"/p/{pledge.ref}?k=" in letter.html
    assert pledge.name in letter.text
