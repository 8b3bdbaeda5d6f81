"""What waits for a campaign's goal: it falls due once, or the sponsor's choice is followed."""

import re
from datetime import timedelta

import pytest

from campaigns.campaign import jobs
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, links
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import Offer, Wishes
from campaigns.pledge.states import Fallback, InstalmentState, Plan, PledgeStatus
from tests.cast.browser import submit
from tests.cast.crowd import at_once


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


def waiting(campaign, amount, fallback=Fallback.RELEASE, email="gina@example.org"):
    """A confirmed pledge that waits for the campaign's goal."""
    offer = Offer(Money(amount, "EUR"), "Gina", email, plan=Plan.GOAL, fallback=fallback)
    pledge = rules.promise(campaign.id, offer, once=f"once {email} {amount}")
    rules.stand(pledge, Wishes())
    db.session.commit()
    return pledge


def sweep(**later):
    with clock.at(clock.now() + timedelta(**later)):
        rules.follow_goals()
    db.session.rollback()


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def state(pledge):
    return [each.state.value for each in now(pledge).instalments]


def mails(name):
    return db.session.query(Notice).filter(Notice.key.startswith(f"pledge.{name}:")).all()


def test_while_the_goal_is_not_reached_it_counts_and_nothing_is_due(campaign, a_pledge):
    pledge = waiting(campaign, 400_00)
    a_pledge(campaign, 500_00)
    sweep(days=20)
    with clock.at(clock.now() + timedelta(days=20)):
        rules.follow_up()

    assert (state(pledge), now(pledge).status) == (["scheduled"], PledgeStatus.CONFIRMED)
    assert db.session.query(Campaign).one().pledged == 900_00
    assert "Nothing is due now" in mails("thanks")[0].text
    assert "you are released, as you chose" in mails("thanks")[0].html
    assert rules.problems() == []


@pytest.mark.both_databases
def test_when_it_is_reached_it_is_due_in_two_weeks_and_one_mail_says_so(campaign):
    first, last = waiting(campaign, 400_00), waiting(campaign, 600_00, email="lars@example.org")
    sweep(hours=1)
    sweep(hours=2)

    assert (state(first), state(last)) == (["due"], ["due"])
    instalment = now(first).instalments[0]
    assert instalment.due_on == clock.today() + timedelta(days=14)
    assert now(first).reached_at is not None
    letters = mails("goal_reached")
    assert {letter.to for letter in letters} == {"gina@example.org", "lars@example.org"}
    assert instalment.reference in next(letter.text for letter in letters if letter.to == "gina@example.org")
    assert rules.problems() == []


@pytest.mark.both_databases
def test_two_workers_at_once_let_it_fall_due_once(app, campaign):
    for number in range(4):
        waiting(campaign, 250_00, email=f"{number}@example.org")

    answers = at_once(app, rules.follow_goals, rules.follow_goals, rules.follow_goals)

    assert answers == [None] * 3
    assert {each.state for each in db.session.query(Instalment)} == {InstalmentState.DUE}
    assert len(mails("goal_reached")) == 4
    assert (
        db.session.connection()
        .exec_driver_sql("SELECT count(*) FROM audit_entry WHERE action = 'pledge.goal_reached'")
        .scalar()
        == 4
    )
    assert rules.problems() == []


def test_what_is_taken_back_afterwards_neither_undoes_it_nor_runs_it_again(campaign, a_pledge):
    other, pledge = a_pledge(campaign, 600_00), waiting(campaign, 400_00)
    sweep(hours=1)
    reached_at = now(pledge).reached_at
    rules.withdraw(now(other), "Changed our mind.")
    db.session.commit()
    assert db.session.query(Campaign).one().state is CampaignState.LIVE
    sweep(hours=2)
    a_pledge(campaign, 600_00, email="new@example.org")
    sweep(hours=3)

    assert (state(pledge), now(pledge).reached_at) == (["due"], reached_at)
    assert len(mails("goal_reached")) == 1


def test_reached_and_taken_back_before_the_worker_came_it_is_due_all_the_same(campaign, a_pledge):
    other, pledge = a_pledge(campaign, 600_00), waiting(campaign, 400_00)
    rules.withdraw(now(other), "Changed our mind.")
    db.session.commit()
    sweep(hours=1)

    assert state(pledge) == ["due"]


def test_who_pledges_after_that_waits_until_it_is_reached_again(campaign, a_pledge):
    other = a_pledge(campaign, 600_00)
    waiting(campaign, 400_00)
    with clock.at(clock.now() + timedelta(hours=1)):
        rules.withdraw(now(other), "Changed our mind.")
        late = waiting(campaign, 100_00, email="late@example.org")
    sweep(hours=2)
    assert state(late) == ["scheduled"]
    with clock.at(clock.now() + timedelta(hours=3)):
        waiting(campaign, 500_00, email="last@example.org")
    sweep(hours=4)

    assert state(late) == ["due"]


def test_a_goal_that_came_down_to_what_is_pledged_is_reached(campaign):
    pledge = waiting(campaign, 900_00)
    db.session.query(BudgetLine).filter_by(label="Books").delete()
    db.session.query(Campaign).update({"asked": 900_00})
    db.session.commit()
    jobs.take_due_steps()
    sweep(hours=1)

    assert state(pledge) == ["due"]


def over(campaign):
    """The deadline has passed, and the worker has run."""
    with clock.at(clock.now() + timedelta(days=61)):
        jobs.take_due_steps()
        rules.follow_goals()
        jobs.take_due_steps()
        rules.follow_goals()
    db.session.rollback()


@pytest.mark.both_databases
def test_missed_and_to_be_released_it_ends_and_its_needs_are_free(campaign, a_pledge):
    pledge = waiting(campaign, 400_00)
    over(campaign)

    ended = now(pledge)
    assert (ended.status, ended.end_reason) == (PledgeStatus.WITHDRAWN, "the goal was not reached")
    assert ended.missed_at is not None
    assert all(line.released_at for line in db.session.query(BudgetLine))
    assert "nothing is due from you" in mails("goal_missed")[0].subject
    assert db.session.query(Campaign).one().state is CampaignState.CLOSED_SHORT
    assert rules.problems() == []


def test_missed_and_to_be_paid_all_the_same_it_is_due(campaign):
    pledge = waiting(campaign, 400_00, Fallback.PAY)
    over(campaign)

    kept = now(pledge)
    assert (state(pledge), kept.status) == (["due"], PledgeStatus.CONFIRMED)
    assert kept.instalments[0].due_on == clock.today() + timedelta(days=61 + 14)
    assert "You chose to pay all the same" in mails("goal_missed")[0].text
    assert len(mails("goal_missed")) == 1
    assert rules.problems() == []


def test_a_goal_reached_in_time_is_not_missed_later(campaign):
    pledge = waiting(campaign, 1_000_00)
    over(campaign)

    assert state(pledge) == ["due"]
    assert mails("goal_missed") == []


def test_what_was_taken_back_while_waiting_stays_so(campaign):
    pledge = waiting(campaign, 1_000_00)
    rules.withdraw(now(pledge), "Changed our mind.")
    db.session.commit()
    sweep(hours=1)

    assert state(pledge) == ["cancelled"]
    assert mails("goal_reached") == []


def test_a_promise_that_nobody_confirmed_waits_for_nothing(campaign, a_pledge):
    offer = Offer(Money(50_00, "EUR"), "Gina", "g@example.org", plan=Plan.GOAL, fallback=Fallback.PAY)
    pledge = rules.promise(campaign.id, offer, once="once")
    a_pledge(campaign, 1_000_00)
    db.session.query(Campaign).update({"funded_at": clock.now()})
    db.session.commit()
    sweep(hours=1)

    assert state(pledge) == ["scheduled"]


@pytest.mark.parametrize("wrong", [{"state": "due"}, {"reached_at": "now"}])
def test_the_check_finds_what_is_due_against_its_goal(campaign, wrong):
    pledge = waiting(campaign, 400_00)
    if "state" in wrong:
        db.session.query(Instalment).update({"state": InstalmentState.DUE})
    else:
        db.session.query(Pledge).update({"reached_at": clock.now()})
    db.session.commit()

    assert any(pledge.ref in problem and "against its goal" in problem for problem in rules.problems())


class TestTheForm:
    """`/c/<slug>/pledge/goal`, and the page that leads there."""

    FILLED_IN = {"amount": "400", "name": "Gina", "email": "gina@example.org", "method": "bank_transfer"}

    def test_every_way_that_is_listed_opens(self, client, campaign):
        page = client.get(f"/c/{campaign.slug}/pledge/ways").text
        ways = re.findall(rf'href="(/c/{campaign.slug}/pledge[^"]*)"', page)

        assert f"/c/{campaign.slug}/pledge/goal" in ways
        assert {client.get(way).status_code for way in ways} == {200}

    @pytest.mark.parametrize("page", ["ways", "goal", "terms"])
    def test_where_nothing_is_taken_any_more_each_page_says_so(self, client, campaign, page):
        campaign.state = CampaignState.PAUSED
        db.session.commit()

        assert "This campaign is paused" in client.get(f"/c/{campaign.slug}/pledge/{page}").text
        assert client.get(f"/c/nowhere/pledge/{page}").status_code == 404

    def test_what_was_filled_in_becomes_a_promise_that_waits(self, client, campaign):
        answer = submit(client, f"/c/{campaign.slug}/pledge/goal", fallback="pay", **self.FILLED_IN)

        assert answer.status_code == 303
        made = db.session.query(Pledge).one()
        assert (made.amount, made.plan, made.fallback) == (400_00, Plan.GOAL, Fallback.PAY)
        token = re.search(r"/p/confirm/(\S+)", db.session.query(Notice).one().text)[1]
        assert "within 14 days after everything is pledged" in client.get(f"/p/confirm/{token}").text

    def test_what_happens_otherwise_has_to_be_chosen(self, client, campaign):
        answer = submit(client, f"/c/{campaign.slug}/pledge/goal", **self.FILLED_IN)

        assert answer.status_code == 422
        assert "Choose what should happen then." in answer.text
        assert db.session.query(Pledge).count() == 0

    def test_while_it_waits_the_own_page_asks_for_no_money(self, client, campaign):
        pledge = waiting(campaign, 400_00)
        page = client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text

        assert "Nothing is due before the goal is reached" in page
        assert "How to pay" not in page
