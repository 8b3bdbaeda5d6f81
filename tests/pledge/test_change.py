"""A sponsor changes what is not paid yet, pauses, goes on, takes back: on the pledge's own page, told to the team."""

from datetime import timedelta

import pytest

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, links
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import (
    BadDay,
    CannotPause,
    FullyCovered,
    IsPaused,
    MoreThanUncovered,
    NothingToEnd,
    NotPaused,
    PaidMeanwhile,
    TooSmall,
    Wanted,
)
from campaigns.pledge.states import InstalmentState, PledgeStatus
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.pledge.test_goal import waiting
from tests.pledge.test_terms import day, euros, promised


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


@pytest.fixture
def once(campaign, a_pledge):
    """€500 that are due in two weeks."""
    return a_pledge(campaign, 500_00)


@pytest.fixture
def termly(campaign):
    """€100 in 10 days, €200 in 130, €300 in 250."""
    made = promised(campaign, (10, 100_00), (130, 200_00), (250, 300_00))
    rules.stand(made, rules.Wishes())
    db.session.commit()
    return made


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def rows(pledge):
    return [(each.state.value, each.amount, (each.due_on - clock.today()).days) for each in now(pledge).instalments]


def amend(pledge, **wanted):
    """`amend(pledge, _1=(amount in cents, days from now))`."""
    wishes = {int(name[1:]): Wanted(euros(cents), day(days)) for name, (cents, days) in wanted.items()}
    rules.amend(now(pledge), wishes)
    db.session.commit()


def after(days, *sweeps):
    with clock.at(clock.now() + timedelta(days=days)):
        for sweep in sweeps or (rules.end_pauses, rules.follow_goals, rules.follow_up):
            sweep()
    db.session.rollback()


def told(*names):
    keys = [key.split(":")[0].removeprefix("pledge.") for (key,) in db.session.query(Notice.key).order_by(Notice.id)]
    return [key for key in keys if key not in {"confirm", "thanks"}]


def covered():
    db.session.expire_all()
    lines = [line.pledged for line in db.session.query(BudgetLine).order_by(BudgetLine.id)]
    return db.session.query(Campaign).one().pledged, lines


class TestLess:
    """Lowering what is unpaid."""

    @pytest.mark.both_databases
    def test_what_is_lowered_is_open_for_others(self, once, tomas):
        amend(once, _1=(200_00, 14))

        assert (rows(once), now(once).amount, covered()) == ([("due", 200_00, 14)], 200_00, (200_00, [200_00, 0]))
        assert rules.problems() == []

    def test_the_sponsor_and_the_treasurer_are_told_and_the_trail_knows(self, once, tomas):
        amend(once, _1=(200_00, 20))

        letters = {letter.to: letter.text for letter in db.session.query(Notice)}
        assert "€200.00 by" in letters[once.email]
        assert "Petra Sponsor" in letters[tomas.email]
        assert "€200.00" in letters[tomas.email]
        audit = db.session.connection().exec_driver_sql("SELECT detail FROM audit_entry WHERE action='pledge.amended'")
        assert "50000" in str(audit.scalar())

    def test_a_funded_campaign_takes_pledges_again(self, campaign, a_pledge):
        pledge = a_pledge(campaign, 1_000_00)
        campaign.state = CampaignState.FUNDED
        db.session.commit()
        amend(pledge, _1=(900_00, 14))

        assert db.session.query(Campaign).one().state is CampaignState.LIVE

    def test_less_than_the_smallest_pledge_is_refused(self, once):
        with pytest.raises(TooSmall):
            amend(once, _1=(99, 14))

    def test_what_is_paid_stays(self, termly):
        rules.settle(now(termly).instalments[0], euros(100_00))
        db.session.commit()

        with pytest.raises(PaidMeanwhile):
            amend(termly, _1=(50_00, 10))
        assert now(termly).amount == 600_00


class TestMore:
    """Raising it, as far as nobody else has covered it."""

    @pytest.mark.both_databases
    def test_up_to_what_is_uncovered(self, once):
        amend(once, _1=(1_000_00, 14))

        assert covered() == (1_000_00, [900_00, 100_00])
        assert db.session.query(Campaign).one().state is CampaignState.FUNDED
        assert db.session.query(Campaign).one().sponsor_count == 1
        assert rules.problems() == []

    def test_not_beyond(self, once, a_pledge, campaign):
        a_pledge(campaign, 300_00)
        with pytest.raises(MoreThanUncovered, match=r"€200\.00"):
            amend(once, _1=(700_01, 14))

    def test_not_where_everything_is_covered(self, once, a_pledge, campaign):
        a_pledge(campaign, 500_00)
        with pytest.raises(FullyCovered):
            amend(once, _1=(500_01, 14))

    def test_moving_money_between_parts_asks_for_nothing_more(self, termly, a_pledge, campaign):
        a_pledge(campaign, 400_00)
        amend(termly, _2=(300_00, 130), _3=(200_00, 250))

        assert [amount for _, amount, _ in rows(termly)] == [100_00, 300_00, 200_00]
        assert rules.problems() == []

    @pytest.mark.both_databases
    def test_two_who_raise_at_once_never_cover_a_line_twice(self, app, campaign, a_pledge):
        ids = [a_pledge(campaign, 100_00, email=f"{n}@example.org").id for n in range(3)]

        def more(pledge_id):
            rules.amend(db.session.scalars(queries.whole(pledge_id)).one(), {1: Wanted(euros(500_00))})

        answers = at_once(app, *[committed(lambda pledge_id=each: more(pledge_id)) for each in ids])

        assert sum(isinstance(answer, MoreThanUncovered) for answer in answers) == 2
        assert covered()[0] == 700_00
        assert rules.problems() == []


class TestDays:
    """Moving days, within bounds."""

    def test_a_part_moved_far_ahead_is_not_due_any_more_and_falls_due_again(self, termly):
        after(7, rules.follow_up)
        amend(termly, _1=(100_00, 60))
        assert rows(termly)[0] == ("scheduled", 100_00, 60)
        after(46)
        after(57)

        assert told() == ["due_soon", "amended", "part_due", "due_soon"]

    def test_a_late_amount_moved_ahead_is_late_no_more(self, once):
        after(15, rules.follow_up)
        assert now(once).status is PledgeStatus.OVERDUE
        amend(once, _1=(500_00, 30))

        assert (rows(once), now(once).status) == ([("due", 500_00, 30)], PledgeStatus.CONFIRMED)

    @pytest.mark.parametrize("days", [0, -1, 91])
    def test_not_into_the_past_nor_for_ever(self, once, days):
        with pytest.raises(BadDay):
            amend(once, _1=(500_00, days))

    def test_the_bound_does_not_move_with_the_day(self, once):
        amend(once, _1=(500_00, 90))
        with clock.at(clock.now() + timedelta(days=80)), pytest.raises(BadDay):
            amend(once, _1=(500_00, 90))

    def test_a_late_day_left_as_it_is_is_no_problem(self, once):
        after(15, rules.follow_up)
        rules.amend(now(once), {1: Wanted(euros(400_00), now(once).instalments[0].due_on)})

        assert rows(once) == [("overdue", 400_00, 14)]

    def test_nothing_changed_is_nothing_told(self, once, tomas):
        amend(once, _1=(500_00, 14))

        assert told() == []

    def test_what_waits_for_a_goal_has_an_amount_and_no_day(self, campaign):
        pledge = waiting(campaign, 300_00)
        before = now(pledge).instalments[0].due_on
        amend(pledge, _1=(200_00, 5))

        assert (now(pledge).amount, now(pledge).instalments[0].due_on) == (200_00, before)


class TestPause:
    """Until a day, and on by itself."""

    @pytest.mark.both_databases
    def test_nothing_is_due_and_nobody_reminds_until_that_day(self, once, tomas):
        rules.pause(now(once), day(60))
        db.session.commit()
        for days in (11, 15, 45, 59):
            after(days)

        assert rows(once) == [("scheduled", 500_00, 74)]
        assert now(once).status is PledgeStatus.CONFIRMED
        assert sorted(told()) == ["paused", "team_paused"]
        assert rules.problems() == []

    def test_then_it_goes_on_by_itself_with_one_mail(self, once):
        rules.pause(now(once), day(60))
        db.session.commit()
        after(60)
        after(61)

        assert rows(once) == [("due", 500_00, 74)]
        assert (told(), now(once).paused_until) == (["paused", "resumed"], None)
        assert now(once).instalments[0].reference in db.session.query(Notice).order_by(Notice.id.desc()).first().text

    def test_parts_keep_the_time_between_them(self, termly):
        rules.pause(now(termly), day(100))
        db.session.commit()

        assert [days for _, _, days in rows(termly)] == [114, 234, 354]
        after(100)
        assert [state for state, _, _ in rows(termly)] == ["due", "scheduled", "scheduled"]
        assert rules.problems() == []

    def test_a_late_amount_is_late_no_more(self, once):
        after(15, rules.follow_up)
        rules.pause(now(once), day(30))

        assert now(once).status is PledgeStatus.CONFIRMED

    def test_a_goal_reached_in_the_meantime_waits_for_the_end_of_the_pause(self, campaign, a_pledge):
        pledge = waiting(campaign, 300_00)
        rules.pause(now(pledge), day(30))
        db.session.commit()
        waiting(campaign, 700_00, email="last@example.org")
        after(10)
        assert rows(pledge)[0][0] == "scheduled"
        after(30)
        after(31)

        assert rows(pledge)[0][0] == "due"
        assert rules.problems() == []

    @pytest.mark.parametrize(("days", "why"), [(0, "after today"), (-5, "after today"), (184, "half a year")])
    def test_not_for_ever(self, once, days, why):
        with pytest.raises(CannotPause, match=why):
            rules.pause(now(once), day(days))

    def test_not_a_fourth_time(self, once):
        for _ in range(3):
            rules.pause(now(once), day(5))
            rules.resume(now(once))
            db.session.commit()

        with pytest.raises(CannotPause, match="3 times"):
            rules.pause(now(once), day(5))

    def test_not_while_it_is_paused(self, once):
        rules.pause(now(once), day(5))
        with pytest.raises(CannotPause, match="paused already"):
            rules.pause(now(once), day(9))
        with pytest.raises(IsPaused):
            amend(once, _1=(1_00, 5))

    def test_early_it_goes_on_with_two_weeks_to_pay(self, once, tomas):
        rules.pause(now(once), day(60))
        rules.resume(now(once))
        db.session.commit()

        assert rows(once) == [("due", 500_00, 14)]
        assert "team_resumed" in told()
        with pytest.raises(NotPaused):
            rules.resume(now(once))

    def test_what_is_paid_has_nothing_to_pause(self, once):
        rules.settle(now(once).instalments[0], euros(500_00))

        with pytest.raises(NothingToEnd):
            rules.pause(now(once), day(5))

    def test_money_that_arrives_in_a_pause_ends_it_without_a_mail(self, once):
        rules.pause(now(once), day(5))
        rules.settle(now(once).instalments[0], euros(500_00))
        db.session.commit()
        after(5)

        assert (now(once).status, now(once).paused_until, told()) == (PledgeStatus.FULFILLED, None, ["paused"])

    def test_taken_back_in_a_pause_it_is_paused_no_more(self, once, tomas):
        rules.pause(now(once), day(5))
        rules.withdraw(now(once), "Changed our mind.")
        db.session.commit()

        assert (now(once).status, now(once).paused_until) == (PledgeStatus.WITHDRAWN, None)
        letter = db.session.query(Notice).filter(Notice.key.startswith("pledge.team_withdrawn")).one()
        assert "Changed our mind." in letter.text
        assert "Changed our mind." in letter.html

    @pytest.mark.both_databases
    def test_two_workers_at_once_let_it_go_on_once(self, app, once):
        rules.pause(now(once), day(5))
        db.session.commit()

        def later():
            with clock.at(clock.now() + timedelta(days=5)):
                rules.end_pauses()

        assert at_once(app, later, later) == [None, None]
        assert told() == ["paused", "resumed"]

    def test_the_check_finds_what_is_due_in_a_pause(self, once):
        db.session.query(Pledge).update({"paused_until": day(5)})
        db.session.query(Instalment).update({"state": InstalmentState.OVERDUE})
        db.session.commit()

        assert any("paused, and an amount is overdue" in problem for problem in rules.problems())


class TestPages:
    """The sponsor's own pages for it."""

    def url(self, pledge, page):
        return f"/p/{pledge.ref}{page}?k={links.sign('pledge', pledge.ref)}"

    def test_amounts_and_days_are_changed_on_one_page(self, client, termly):
        sent = {"parts-0-amount": "150", "parts-0-due_on": str(day(12))}
        sent |= {"parts-1-amount": "200", "parts-1-due_on": str(day(130)), "parts-1-number": "2"}
        sent |= {"parts-2-amount": "300", "parts-2-due_on": str(day(250)), "parts-2-number": "3", "parts-0-number": "1"}
        answer = submit(client, self.url(termly, "/amounts"), **sent)

        assert answer.status_code == 303
        assert rows(termly)[0] == ("due", 150_00, 12)

    def test_a_refusal_keeps_what_was_typed(self, client, once):
        sent = {"parts-0-amount": "1500", "parts-0-due_on": str(day(12)), "parts-0-number": "1"}
        answer = submit(client, self.url(once, "/amounts"), **sent)

        assert answer.status_code == 422
        assert "still uncovered" in answer.text
        assert 'value="1500"' in answer.text

    def test_what_waits_for_a_goal_shows_no_day(self, client, campaign):
        page = client.get(self.url(waiting(campaign, 100_00), "/amounts")).text

        assert "To be paid by" not in page

    def test_paused_and_resumed_by_a_click(self, client, once):
        submit(client, self.url(once, "/pause"), until=str(day(20)))
        page = client.get(self.url(once, "")).text
        assert "Paused until" in page
        assert "How to pay" not in page
        submit(client, self.url(once, ""), to=self.url(once, "/resume"))

        assert "How to pay" in client.get(self.url(once, "")).text

    def test_a_pause_that_is_over_already_says_so(self, client, once):
        submit(client, self.url(once, "/withdraw"), to=self.url(once, "/resume"))

        assert "not paused any more" in client.get(self.url(once, "")).text

    @pytest.mark.parametrize("page", ["/amounts", "/pause"])
    def test_without_the_link_there_is_nothing_here(self, client, once, page):
        assert client.get(f"/p/{once.ref}{page}?k=x").status_code == 404

    @pytest.mark.parametrize("page", ["/amounts", "/pause"])
    def test_where_nothing_is_unpaid_there_is_nothing_to_change(self, client, once, page):
        rules.settle(now(once).instalments[0], Money(500_00, "EUR"))
        db.session.commit()

        assert client.get(self.url(once, page)).status_code == 303
