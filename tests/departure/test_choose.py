"""What becomes of what is left: every cent moves, once, and the book stays in order."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.departure import rules
from campaigns.departure.models import Share
from campaigns.departure.rules import rest
from campaigns.departure.rules.choose import Chosen, NoRoom, NotOffered, NotOpen, NotThere
from campaigns.departure.states import Choice, DepartureKind, DepartureState
from campaigns.disbursement import rules as disbursements
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.notice.models import Notice
from campaigns.payment.models import PaymentCase
from campaigns.payment.rules import cases
from campaigns.payment.states import CaseKind
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import withdraw
from campaigns.pledge.states import PledgeStatus
from tests.cast.accounts import pay_at
from tests.cast.crowd import at_once, committed
from tests.departure.conftest import lines_of, pay, shares_of, student_of

both = pytest.mark.both_databases


def campaign_now(campaign):
    found = sa.select(Campaign).where(Campaign.id == campaign.id).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def held(campaign):
    code = f"campaign:{campaign.id}"
    return db.session.scalar(sa.select(LedgerAccount.balance).where(LedgerAccount.code == code)) or 0


@pytest.fixture
def left(a_group, a_campaign, a_pledge, a_departure, tomas):
    """A student has left a group of three; of €1,000.01 pledged for it, €700.01 were paid, nothing was spent."""
    campaign = a_group([("Tuition", 100_001)], [("Tuition", 80_000)], [("Tuition", 70_000)])
    other = a_campaign(needs=[("Tuition", 150_000)])
    pledge = a_pledge(campaign, 100_001)
    pay(pledge, 70_001, tomas)
    departure = a_departure(student_of(campaign))
    [share] = shares_of(departure)
    return campaign, other, pledge, share


@both
def test_it_goes_to_another_campaign_paid_and_promised_alike(left, in_order):
    campaign, other, pledge, share = left
    rules.choose(share, Choice.ANOTHER, other)
    db.session.commit()
    before, after = campaign_now(campaign), campaign_now(other)
    assert (before.asked, before.pledged, before.received, before.sponsor_count) == (150_000, 0, 0, 0)
    assert (after.pledged, after.received, after.sponsor_count) == (100_001, 70_001, 1)
    assert (held(campaign), held(other)) == (0, 70_001)
    assert db.session.get(Pledge, pledge.id).campaign_id == other.id
    in_order()


def test_a_part_becomes_a_pledge_of_its_own(a_group, a_campaign, a_pledge, a_departure, tomas, in_order):
    campaign, other = a_group([("Tuition", 50_000)], [("Tuition", 50_000)]), a_campaign(needs=[("Fees", 90_000)])
    pledge = a_pledge(campaign, 70_001)
    pay(pledge, 40_000, tomas)
    [share] = shares_of(a_departure(student_of(campaign)))
    assert (share.paid, share.unpaid) == (28_571, 21_429)  # 40,000 in proportion to 50,000 and 20,001
    rules.choose(share, Choice.ANOTHER, other)
    db.session.commit()
    assert db.session.get(Pledge, pledge.id).amount == 20_001
    part = db.session.query(Pledge).filter_by(campaign_id=other.id).one()
    assert (part.amount, part.email, part.name) == (50_000, pledge.email, pledge.name)
    assert campaign_now(other).received == 28_571
    in_order()


def test_it_stays_with_the_others(left, in_order):
    campaign, _, pledge, share = left
    rules.choose(share, Choice.SAME)
    now = campaign_now(campaign)
    assert (now.asked, now.pledged, now.received) == (150_000, 100_001, 70_001)
    assert [line.pledged for line in lines_of(campaign)] == [0, 80_000, 20_001]
    assert db.session.get(Pledge, pledge.id).amount == 100_001
    in_order()


def test_there_must_be_room_for_it(a_group, a_pledge, a_departure):
    campaign = a_group([("Tuition", 50_000)], [("Tuition", 40_000)])
    a_pledge(campaign, 50_000)
    [share] = shares_of(a_departure(student_of(campaign)))
    with pytest.raises(NoRoom):
        rules.choose(share, Choice.SAME)


@both
def test_it_goes_back_what_was_paid_waits_apart_for_the_treasurer(left, tomas, in_order):
    campaign, _, pledge, share = left
    rules.choose(share, Choice.BACK)
    db.session.commit()
    now = campaign_now(campaign)
    assert (now.pledged, now.received, now.sponsor_count, held(campaign)) == (0, 0, 0, 0)
    assert db.session.get(Pledge, pledge.id).status is PledgeStatus.WITHDRAWN
    case = db.session.query(PaymentCase).filter_by(kind=CaseKind.REFUND_DUE).one()
    assert case.money == Money(70_001, "EUR")
    in_order()
    cases.close(case, "Sent back.", sent_back=True, by=tomas)
    suspense = sa.select(LedgerAccount.balance).where(LedgerAccount.code.startswith("suspense:"))
    assert db.session.scalars(suspense).all() == [0]
    in_order()


def test_of_a_part_that_goes_back_the_rest_stands(a_group, a_pledge, a_departure, tomas, in_order):
    campaign = a_group([("Tuition", 50_000)], [("Tuition", 50_000)])
    pledge = a_pledge(campaign, 70_001)
    pay(pledge, 40_000, tomas)
    [share] = shares_of(a_departure(student_of(campaign)))
    rules.choose(share, Choice.BACK)
    pledge = db.session.get(Pledge, pledge.id)
    assert (pledge.amount, pledge.status) == (20_001, PledgeStatus.IN_PROGRESS)
    in_order()


def test_what_its_sponsor_leaves_to_the_community_waits_for_it(left, amina, in_order):
    campaign, other, _, share = left
    rules.choose(share, Choice.COMMUNITY)
    assert held(campaign) == 70_001
    rules.decide(share, Choice.ANOTHER, other, by=amina)
    assert held(other) == 70_001
    assert shares_of(share.departure)[0].done_by_id == amina.id
    in_order()


def test_nobody_decides_in_place_of_a_sponsor_who_may_still_choose(left, amina):
    with pytest.raises(Chosen):
        rules.decide(left[3], Choice.BACK, by=amina)


def test_who_does_not_settle_money_decides_nothing(left, marta):
    rules.choose(left[3], Choice.COMMUNITY)
    with pytest.raises(NotAllowed):
        rules.decide(left[3], Choice.BACK, by=marta)


def test_with_the_student_it_stays_only_where_the_student_stays(left):
    with pytest.raises(NotOffered):
        rules.choose(left[3], Choice.KEEP)


def test_another_campaign_must_take_it(left, a_campaign, harbour):
    _, _, _, share = left
    for closed in (
        a_campaign(CampaignState.PAUSED, needs=[("Fees", 200_000)]),
        a_campaign(needs=[("Fees", 50_000)]),
        a_campaign(needs=[("Fees", 200_000)], community=harbour),
        None,
    ):
        with pytest.raises(NotOpen):
            rules.choose(share, Choice.ANOTHER, closed)
        db.session.rollback()


@both
def test_two_clicks_are_one_effect(app, left, in_order):
    _, other, _, share = left
    share_id, other_id = share.id, other.id

    def act(choice):
        target = db.session.get(Campaign, other_id) if choice is Choice.ANOTHER else None
        rules.choose(db.session.get(Share, share_id), choice, target)

    done = at_once(app, *(committed(partial(act, Choice.ANOTHER)) for _ in range(4)))
    assert done == [None] * 4
    assert db.session.query(Movement).filter_by(kind="transfer").count() == 1
    in_order()


@both
def test_of_two_tabs_with_two_choices_one_holds(app, left, in_order):
    share_id = left[3].id

    def act(choice):
        rules.choose(db.session.get(Share, share_id), choice)

    done = at_once(app, committed(partial(act, Choice.BACK)), committed(partial(act, Choice.SAME)))
    assert sorted(type(each).__name__ for each in done) == ["Chosen", "NoneType"]
    in_order()


def test_what_was_taken_back_in_between_is_not_moved(left, in_order):
    campaign, other, pledge, share = left
    withdraw(pledge, "I cannot.")
    rules.choose(share, Choice.ANOTHER, other)
    assert campaign_now(other).pledged == 70_001
    assert campaign_now(campaign).pledged == 0
    in_order()


def test_what_was_paid_in_between_is_moved_as_paid(left, tomas, in_order):
    _, other, pledge, share = left
    pay(pledge, 30_000, tomas)
    rules.choose(share, Choice.ANOTHER, other)
    assert campaign_now(other).received == 100_001
    in_order()


def test_silence_leaves_it_to_the_community_after_one_reminder(left, in_order):
    share_id = left[3].id
    with clock.at(clock.now() + timedelta(days=21)):
        rules.remind()
        rules.remind()
    assert db.session.query(Notice).filter(Notice.key.startswith("departure.remind")).count() == 1
    with clock.at(clock.now() + timedelta(days=30)):
        rules.close_choices()
        assert db.session.get(Share, share_id).choice is None
    with clock.at(clock.now() + timedelta(days=31)):
        rules.close_choices()
    [share] = db.session.scalars(sa.select(Share).execution_options(populate_existing=True))
    assert (share.choice, share.effect) == (Choice.COMMUNITY, None)
    in_order()


def test_with_a_new_school_silence_means_that_it_stays(a_group, a_pledge, a_departure, other_school, in_order):
    campaign = a_group([("Tuition", 50_000)], [("Tuition", 40_000)])
    a_pledge(campaign, 50_000)
    departure = a_departure(student_of(campaign), DepartureKind.CHANGED_SCHOOL, school=other_school)
    with clock.at(clock.now() + timedelta(days=31)):
        rules.close_choices()
    [share] = shares_of(departure)
    assert share.effect is Choice.KEEP
    assert campaign_now(campaign).pledged == 50_000
    assert db.session.get(type(departure), departure.id).state is DepartureState.SETTLED
    in_order()


def test_who_objects_to_the_new_school_leaves_the_line_open_for_others(
    a_group, a_pledge, a_departure, other_school, in_order
):
    campaign = a_group([("Tuition", 50_000)], [("Tuition", 60_000)])
    a_pledge(campaign, 50_000)
    [share] = shares_of(a_departure(student_of(campaign), DepartureKind.CHANGED_SCHOOL, school=other_school))
    rules.choose(share, Choice.SAME)
    assert [(line.amount, line.pledged) for line in lines_of(campaign)] == [(50_000, 0), (60_000, 50_000)]
    assert campaign_now(campaign).asked == 110_000
    in_order()


@pytest.mark.parametrize("spent", [0, 33_333, 100_000])
@pytest.mark.parametrize("amounts", [(33_333, 33_333, 33_334), (1, 2, 99_997), (50_001, 49_998, 1)])
@pytest.mark.parametrize("effect", [Choice.ANOTHER, Choice.BACK, Choice.SAME])
def test_no_cent_is_lost_when_many_share_what_was_partly_spent(
    a_group, a_campaign, a_pledge, a_departure, tomas, amina, in_order, spent, amounts, effect
):
    campaign = a_group([("Tuition", 100_000)], [("Tuition", 300_000)])
    other = a_campaign(needs=[("Fees", 900_000)])
    for number, amount in enumerate(amounts):
        pledge = a_pledge(campaign, amount, email=f"sponsor{number}@example.org")
        pay(pledge, amount if number else max(amount // 2, 1), tomas)
    received = campaign_now(campaign).received
    line = lines_of(campaign)[0]
    spent = min(spent, received)
    if spent:
        made = disbursements.propose(campaign, {line.id: Money(spent, "EUR")}, once=crypto.token(), by=tomas)
        pay_at(campaign)
        disbursements.release(made, bank_reference="T 1", paid_on=clock.today(), by=amina)
        db.session.commit()
    departure = a_departure(student_of(campaign))
    for share in shares_of(departure):
        rules.choose(share, effect, other if effect is Choice.ANOTHER else None)
        in_order()
    assert all(share.done_at for share in shares_of(departure))
    apart = sa.select(sa.func.coalesce(sa.func.sum(LedgerAccount.balance), 0))
    apart = apart.where(LedgerAccount.code.startswith("suspense:"))
    assert held(campaign) + held(other) + db.session.scalar(apart) == received - spent
    if effect is not Choice.SAME:
        assert held(campaign) == 0
        kept = lines_of(campaign)[0]
        assert kept.gone if not spent else kept.amount == spent
    in_order()


cents = st.integers(1, 10**6)


@given(st.lists(cents, min_size=1, max_size=8), st.floats(0, 1))
def test_what_is_spent_is_shared_to_the_cent_and_by_nobody_beyond_their_part(amounts, how_much):
    gone = int(sum(amounts) * how_much)
    held_by = {pledge: {1: amount} for pledge, amount in enumerate(amounts)}
    paid = {pledge: {1: amount // (pledge + 1)} for pledge, amount in enumerate(amounts)}
    shared = rest.spent(held_by, paid, {1: gone})
    assert sum(parts[1] for parts in shared.values()) == gone
    assert all(0 <= shared[pledge][1] <= amount for pledge, amount in enumerate(amounts))


@given(st.dictionaries(st.integers(1, 6), cents, min_size=1), st.data())
def test_what_is_left_is_never_more_than_was_promised_or_paid(held_by_line, data):
    kept = {line: data.draw(st.integers(0, amount)) for line, amount in held_by_line.items()}
    own = data.draw(st.sets(st.sampled_from(sorted(held_by_line)), min_size=1))
    amount = sum(held_by_line.values())
    paid = data.draw(st.integers(0, amount))
    parts = rest.in_proportion(paid, held_by_line)
    assert sum(parts.values()) == paid
    left = rest.rest(held_by_line, parts, {line: kept[line] for line in own})
    assert left.amount == sum(held_by_line[line] - kept[line] for line in own)
    assert 0 <= left.paid <= min(left.amount, paid)
    assert 0 <= left.unpaid <= amount - paid


def test_the_receipts_of_a_moved_pledge_can_still_be_had(left):
    _, other, pledge, share = left
    rules.choose(share, Choice.ANOTHER, other)
    numbers = db.session.scalars(sa.select(Instalment.number).where(Instalment.pledge_id == pledge.id)).all()
    assert len(numbers) == len(set(numbers))


def test_what_others_have_used_can_stay_with_them_and_goes_nowhere_before_it_is_there(
    a_group, a_campaign, a_pledge, a_departure, tomas, amina, in_order
):
    campaign, other = a_group([("Tuition", 50_000)], [("Tuition", 60_000)]), a_campaign(needs=[("Fees", 900_000)])
    first = a_pledge(campaign, 50_000)
    second = a_pledge(campaign, 30_000, email="second@example.org")
    pay(first, 50_000, tomas)
    for_the_other = {lines_of(campaign)[1].id: Money(30_000, "EUR")}
    made = disbursements.propose(campaign, for_the_other, once=crypto.token(), by=tomas)
    pay_at(campaign)
    disbursements.release(made, bank_reference="T 1", paid_on=clock.today(), by=amina)
    [share] = shares_of(a_departure(student_of(campaign)))
    assert share.paid == 50_000
    with pytest.raises(NotThere):
        rules.choose(share, Choice.ANOTHER, other)
    db.session.rollback()
    pay(second, 30_000, tomas)
    rules.choose(share, Choice.ANOTHER, other)
    assert held(other) == 50_000
    in_order()
