"""A pledge in parts, each by a day of the sponsor's choice: promised, due, reminded of, paid, missed."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.kit import clock, db, links
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import BadTerms, MoreThanUncovered, Offer, Term, Wishes, terms
from campaigns.pledge.states import Plan, PledgeStatus
from tests.cast.browser import hidden_fields, submit


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


def euros(amount):
    return Money(amount, "EUR")


def day(number):
    return clock.today() + timedelta(days=number)


def promised(campaign, *parts, email="thea@example.org"):
    """A promise in these parts: (days from now, cents)."""
    made = tuple(Term(day(days), euros(cents)) for days, cents in parts)
    amount = euros(sum(cents for _, cents in parts))
    offer = Offer(amount, "Thea", email, plan=Plan.TERMS, terms=made)
    return rules.promise(campaign.id, offer, once=f"once {email}")


@pytest.fixture
def pledge(campaign):
    """€300 in ten days, €300 in 130, €400 in 250; confirmed."""
    made = promised(campaign, (10, 300_00), (130, 300_00), (250, 400_00))
    rules.stand(made, Wishes())
    db.session.commit()
    return made


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def states(pledge):
    return [each.state.value for each in now(pledge).instalments]


def after(**time):
    with clock.at(clock.now() + timedelta(**time)):
        rules.follow_up()
    db.session.rollback()


def told():
    return [key.split(":")[0].removeprefix("pledge.") for (key,) in db.session.query(Notice.key).order_by(Notice.id)]


def pay(pledge, number, amount=None):
    instalment = now(pledge).instalments[number - 1]
    rules.settle(instalment, amount or instalment.money)
    db.session.commit()


@given(amount=st.integers(1, 10**9), parts=st.integers(1, 12))
def test_equal_parts_lose_no_cent_and_come_one_after_the_other(amount, parts):
    proposed = terms.propose(euros(amount), parts)

    assert sum(part.amount.amount for part in proposed) == amount
    days = [part.due_on for part in proposed]
    assert days == sorted(set(days))


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([(0, 100)], "after today"),
        ([(-3, 100)], "after today"),
        ([(20, 100), (10, 100)], "later than the one before"),
        ([(20, 100), (20, 100)], "later than the one before"),
        ([(20, 100), (1096, 100)], "within three years"),
        ([(number, 100) for number in range(1, 14)], "between 1 and 12"),
        ([], "between 1 and 12"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts, why):
    made = [Term(day(days), euros(cents)) for days, cents in parts]

    with pytest.raises(BadTerms, match=why):
        terms.check(made, euros(sum(cents for _, cents in parts)))


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(BadTerms, match="add up"):
        terms.check([Term(day(5), euros(100))], euros(200))


@pytest.mark.both_databases
def test_all_of_it_counts_at_once_and_each_part_has_a_reference_of_its_own(campaign, pledge):
    kept = now(pledge)

    assert (kept.status, db.session.query(Campaign).one().pledged) == (PledgeStatus.CONFIRMED, 1_000_00)
    assert len({each.reference for each in kept.instalments}) == 3
    assert states(pledge) == ["due", "scheduled", "scheduled"]
    letter = db.session.query(Notice).filter(Notice.key.startswith("pledge.thanks")).one()
    assert all(each.reference in letter.text and each.reference in letter.html for each in kept.instalments)
    assert rules.problems() == []


def test_a_part_falls_due_two_weeks_before_its_day_and_is_reminded_of_before_and_after(pledge):
    pay(pledge, 1)
    after(days=115)
    assert told()[1:] == ["thanks"]
    after(days=116)
    after(days=127)
    after(days=128)
    assert states(pledge) == ["paid", "due", "scheduled"]
    after(days=131)

    assert told()[2:] == ["part_due", "due_soon", "overdue"]
    assert (states(pledge), now(pledge).status) == (["paid", "overdue", "scheduled"], PledgeStatus.OVERDUE)
    assert rules.problems() == []


def test_a_later_part_may_be_paid_first(pledge):
    pay(pledge, 3)

    assert (states(pledge), now(pledge).status) == (["due", "scheduled", "paid"], PledgeStatus.IN_PROGRESS)


def test_the_rest_of_a_part_paid_short_ahead_of_its_day_waits_for_that_day(pledge):
    pay(pledge, 2, euros(100_00))

    rest = now(pledge).instalments[3]
    assert (rest.state.value, rest.amount, rest.due_on) == ("scheduled", 200_00, day(130))
    assert rules.problems() == []


@pytest.mark.both_databases
def test_the_first_part_that_is_missed_lapses_alone_where_others_were_paid(campaign, pledge):
    pay(pledge, 1)
    for days in (116, 131, 160):
        after(days=days)

    kept = now(pledge)
    assert (states(pledge), kept.status) == (["paid", "lapsed", "scheduled"], PledgeStatus.IN_PROGRESS)
    assert (kept.amount, kept.ended_at) == (700_00, None)
    assert db.session.query(Campaign).one().pledged == 700_00
    assert [line.pledged for line in db.session.query(BudgetLine).order_by(BudgetLine.id)] == [700_00, 0]
    assert "The later parts stand" in db.session.query(Notice).order_by(Notice.id.desc()).first().text
    assert rules.problems() == []


def test_with_a_second_one_missed_the_rest_of_the_pledge_lapses(campaign, pledge):
    pay(pledge, 1)
    for days in (116, 131, 160, 237, 251, 280):
        after(days=days)

    assert (states(pledge), now(pledge).status) == (["paid", "lapsed", "lapsed"], PledgeStatus.FULFILLED)
    assert db.session.query(Campaign).one().pledged == 300_00
    assert rules.problems() == []


def test_who_has_paid_nothing_keeps_nobody_waiting_for_the_later_parts(campaign, pledge):
    for days in (11, 40):
        after(days=days)

    assert (states(pledge), now(pledge).status) == (["lapsed", "cancelled", "cancelled"], PledgeStatus.LAPSED)
    assert db.session.query(Campaign).one().pledged == 0
    assert rules.problems() == []


def test_days_that_passed_before_it_was_confirmed_give_a_week(campaign):
    made = promised(campaign, (1, 100_00), (9, 100_00), (60, 100_00))
    db.session.commit()
    with clock.at(clock.now() + timedelta(days=5)):
        rules.stand(made, Wishes())

    assert [each.due_on for each in now(made).instalments] == [day(12), day(12), day(60)]


def test_where_others_were_faster_each_part_shrinks_in_proportion(campaign, a_pledge):
    made = promised(campaign, (10, 333_33), (130, 333_33), (250, 1))
    a_pledge(campaign, 900_00)
    rules.stand(made, Wishes(), instead=euros(100_00))
    db.session.commit()

    kept = now(made)
    assert [each.amount for each in kept.instalments] == [50_00, 50_00]
    assert kept.amount == 100_00
    assert rules.problems() == []


class TestTheForm:
    """`/c/<slug>/pledge/terms`, without JavaScript."""

    def fill(self, client, campaign, *parts, **other):
        sent = {"name": "Thea", "email": "thea@example.org", "method": "bank_transfer"} | other
        for number, (due_on, amount) in enumerate(parts):
            sent |= {f"parts-{number}-due_on": due_on, f"parts-{number}-amount": amount}
        return submit(client, f"/c/{campaign.slug}/pledge/terms", **sent)

    def test_it_suggests_all_that_is_uncovered_in_equal_parts(self, client, campaign):
        page = client.get(f"/c/{campaign.slug}/pledge/terms").text

        assert re.findall(r'name="parts-\d-amount"[^>]*value="([\d.]+)"', page) == ["500.00", "500.00"]
        assert "Term 1, 2027" in page

    def test_another_amount_and_number_are_suggested_where_asked(self, client, campaign):
        page = client.get(f"/c/{campaign.slug}/pledge/terms?amount=100&count=3").text

        assert re.findall(r'name="parts-\d-amount"[^>]*value="([\d.]+)"', page) == ["33.34", "33.33", "33.33"]

    @pytest.mark.parametrize("asked", ["amount=x&count=3", "amount=5&count=99", "count=", "amount=5&count=x"])
    def test_nonsense_is_no_error_of_ours(self, client, campaign, asked):
        assert client.get(f"/c/{campaign.slug}/pledge/terms?{asked}").status_code == 200

    def test_what_was_filled_in_becomes_a_promise(self, client, campaign):
        answer = self.fill(client, campaign, (str(day(30)), "200"), ("", ""), (str(day(90)), "100.50"))

        assert answer.status_code == 303
        made = db.session.query(Pledge).one()
        assert (made.amount, made.plan) == (300_50, Plan.TERMS)
        assert [(each.due_on, each.amount) for each in now(made).instalments] == [(day(30), 200_00), (day(90), 100_50)]

    @pytest.mark.parametrize(
        ("parts", "message"),
        [
            ([("2020-01-01", "5")], "Choose a day after today."),
            ([("2126-01-01", "5")], "Choose a day within three years."),
            ([("", "5")], "Enter the day."),
            ([("2027-01-01", "five")], "Type an amount in figures"),
        ],
    )
    def test_a_problem_stands_at_its_part_and_nothing_typed_is_lost(self, client, campaign, parts, message):
        answer = self.fill(client, campaign, *parts)

        assert answer.status_code == 422
        assert message in answer.text
        assert f'value="{parts[0][1]}"' in answer.text
        assert 'value="Thea"' in answer.text

    def test_a_day_before_the_one_before_is_refused(self, client, campaign):
        answer = self.fill(client, campaign, (str(day(30)), "5"), (str(day(20)), "5"))

        assert "Choose a day after the one before." in answer.text

    def test_no_part_at_all_is_refused(self, client, campaign):
        assert "Fill in one part at least" in self.fill(client, campaign).text

    def test_more_than_is_uncovered_is_refused(self, client, campaign):
        assert "Only €1,000.00 is still uncovered" in self.fill(client, campaign, (str(day(30)), "1000.01")).text


def test_before_confirming_the_sponsor_sees_the_parts(client, campaign):
    promised(campaign, (10, 300_00), (130, 250_00))
    db.session.commit()
    token = re.search(r"/p/confirm/(\S+)", db.session.query(Notice).one().text)[1]

    page = client.get(f"/p/confirm/{token}").text

    assert "€300.00" in page
    assert "€250.00" in page
    assert "in parts" in page


class TestTheOwnPage:
    """Where the parts stand, and paying any of them."""

    def url(self, pledge, **more):
        query = "".join(f"&{name}={value}" for name, value in more.items())
        return f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}{query}"

    def test_it_shows_what_comes_when_and_how_to_pay_the_next(self, client, pledge):
        page = client.get(self.url(pledge)).text
        first, second, _ = now(pledge).instalments

        assert "What comes when" in page
        assert first.reference in page
        assert second.reference not in page
        assert page.count("Pay ahead") == 2

    def test_any_other_can_be_paid_instead(self, client, pledge):
        page = client.get(self.url(pledge, pay=3)).text

        assert now(pledge).instalments[2].reference in page
        assert now(pledge).instalments[0].reference not in page

    @pytest.mark.parametrize("number", ["9", "x", "-1"])
    def test_a_part_that_is_not_there_is_the_next_one(self, client, pledge, number):
        assert now(pledge).instalments[0].reference in client.get(self.url(pledge, pay=number)).text


def test_the_double_click_on_the_form_is_one_pledge(client, campaign):
    path = f"/c/{campaign.slug}/pledge/terms"
    sent = hidden_fields(client.get(path).text) | {
        "parts-0-due_on": str(day(30)), "parts-0-amount": "5",
        "name": "Thea", "email": "thea@example.org", "method": "bank_transfer",
    }  # fmt: skip
    answers = {client.post(path, data=sent).location for _ in range(2)}

    assert len(answers) == 1
    assert db.session.query(Pledge).count() == 1


def test_more_than_uncovered_is_refused_by_the_rule(campaign):
    with pytest.raises(MoreThanUncovered):
        promised(campaign, (10, 1_000_01))
