"""A company reserves needs while its purchase order is clearing: nobody else can pledge for them, for a time."""

import re
from datetime import timedelta
from functools import partial

import pytest

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import figures, lifecycle
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, queue
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.offer import queries, rules
from campaigns.offer.models import HeldPart, Offer
from campaigns.offer.rules import Said, hold
from campaigns.offer.states import OfferState
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import Method, PledgeStatus
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


@pytest.fixture
def reserved(campaign):
    """Reserve and confirm: `reserved(400_00)`."""

    def make(amount=400_00, email="petra@meridian.example", days=30):
        said = Said(Money(amount, "EUR"), "Petra", email, "Meridian Freight")
        rules.reserve(campaign, said, days, once=f"once {email}{amount}")
        db.session.commit()
        offer = rules.confirm(token_of(email), pledges.Wishes())
        db.session.commit()
        return offer

    return make


def token_of(email):
    letter = db.session.query(Notice).filter_by(to=email).order_by(Notice.id.desc()).first()
    return re.search(r"/o/confirm/(\S+)", letter.text)[1]


def now(offer):
    return db.session.scalars(queries.whole(offer.id)).one()


def held():
    db.session.expire_all()
    return db.session.query(Campaign.held).scalar(), [
        line.held for line in db.session.query(BudgetLine).order_by(BudgetLine.id)
    ]


def after(days):
    with clock.at(clock.now() + timedelta(days=days)):
        rules.follow_offers()
        db.session.rollback()


def told():
    return [key.split(":")[0] for (key,) in db.session.query(Notice.key).order_by(Notice.id)]


def all_adds_up():
    return rules.problems() == pledges.problems() == []


def test_nothing_is_reserved_before_the_address_is_confirmed(campaign):
    rules.reserve(campaign, Said(Money(400_00, "EUR"), "Petra", "petra@meridian.example", "M"), 30, once="a")

    assert held() == (0, [0, 0])


@pytest.mark.both_databases
def test_what_is_reserved_is_kept_beside_the_lines_and_is_no_part_of_the_meter(reserved, campaign):
    offer = reserved(400_00)

    assert held() == (400_00, [400_00, 0])
    assert campaign.pledged == 0
    assert campaign.uncovered == Money(600_00, "EUR")
    assert offer.until == clock.today() + timedelta(days=30)
    assert all_adds_up()


def test_nobody_can_pledge_what_is_reserved(reserved, campaign):
    reserved(400_00)

    with pytest.raises(pledges.MoreThanUncovered, match=r"€600\.00"):
        pledges.promise(campaign.id, pledges.Offer(Money(600_01, "EUR"), "Leo", "leo@example.org"), once="b")


def test_a_pledge_beside_it_covers_what_is_not_reserved(reserved, campaign, a_pledge):
    reserved(400_00)
    given = pledges.Offer(Money(600_00, "EUR"), "Leo", "leo@example.org")
    pledges.make(campaign.id, given, pledges.Wishes(), once="b")
    db.session.commit()

    assert [line.pledged for line in db.session.query(BudgetLine).order_by(BudgetLine.id)] == [500_00, 100_00]
    assert db.session.get(Campaign, campaign.id).state is CampaignState.LIVE
    with pytest.raises(pledges.Reserved):
        pledges.promise(campaign.id, pledges.Offer(Money(1_00, "EUR"), "Mo", "mo@example.org"), once="c")
    assert all_adds_up()


@pytest.mark.parametrize("email", ["petra@gmail.com", "Petra@GMX.net"])
def test_an_address_that_anybody_can_have_is_no_company(campaign, email):
    with pytest.raises(hold.NotACompany):
        rules.reserve(campaign, Said(Money(10_00, "EUR"), "Petra", email, "M"), 30, once="a")


def test_at_most_half_of_the_goal_is_reserved_by_all_together(reserved):
    reserved(300_00)

    with pytest.raises(hold.TooMuchReserved, match=r"up to €200\.00"):
        reserved(200_01, email="leo@other.example")


def test_a_company_reserves_once_whichever_of_its_people_asks(reserved):
    reserved(100_00)

    with pytest.raises(hold.ReservedBefore):
        reserved(100_00, email="another@meridian.example")


@pytest.mark.parametrize("end", ["run out", "given back"])
def test_and_not_again_after_it_ended_without_a_pledge(reserved, end):
    offer = reserved(100_00)
    if end == "run out":
        after(days=31)
    else:
        rules.take_back(offer)
        db.session.commit()

    with pytest.raises(hold.ReservedBefore):
        reserved(50_00, email="another@meridian.example")


def test_it_never_lasts_beyond_the_deadline(reserved, campaign):
    campaign.deadline = clock.today() + timedelta(days=20)
    db.session.commit()

    assert reserved(100_00, days=60).until == campaign.deadline


@pytest.mark.both_databases
def test_it_becomes_a_pledge_under_the_number_of_the_order(reserved, campaign):
    offer = reserved(400_00)
    pledge = rules.turn(offer, "PO-4711", Method.BANK_TRANSFER)
    db.session.commit()

    assert (pledge.status, pledge.amount, pledge.organisation_name) == (
        PledgeStatus.CONFIRMED, 400_00, "Meridian Freight",
    )  # fmt: skip
    assert held() == (0, [0, 0])
    assert db.session.query(Campaign).one().pledged == 400_00
    assert (now(offer).state, now(offer).hold.po_number) == (OfferState.DONE, "PO-4711")
    assert told()[-1] == "pledge.thanks"
    assert all_adds_up()


def test_after_that_the_company_may_reserve_again(reserved):
    rules.turn(reserved(300_00), "PO-1", Method.BANK_TRANSFER)
    db.session.commit()

    assert reserved(100_00, email="another@meridian.example").state is OfferState.STANDING


def test_a_paused_campaign_takes_no_pledge_and_the_reservation_stays(reserved, campaign):
    offer = reserved(400_00)
    campaign.state = CampaignState.PAUSED
    db.session.commit()

    with pytest.raises(pledges.Paused):
        rules.turn(offer, "PO-1", Method.BANK_TRANSFER)
    db.session.rollback()
    assert held() == (400_00, [400_00, 0])


def test_given_back_it_is_open_for_others(reserved):
    rules.take_back(reserved(400_00))
    db.session.commit()

    assert held() == (0, [0, 0])
    assert db.session.query(HeldPart).count() == 0
    assert all_adds_up()


def test_one_reminder_comes_a_week_before(reserved):
    reserved()
    after(days=22)
    assert told() == ["offer.confirm", "offer.held"]
    after(days=23)
    after(days=24)
    assert told() == ["offer.confirm", "offer.held", "offer.ends"]


@pytest.mark.both_databases
def test_it_runs_out_by_itself_the_day_after_its_last(reserved):
    offer = reserved()
    after(days=30)
    assert now(offer).state is OfferState.STANDING
    after(days=31)

    assert now(offer).state is OfferState.EXPIRED
    assert held() == (0, [0, 0])
    assert told()[-1] == "offer.ended"
    assert all_adds_up()


def test_past_its_last_day_it_is_no_pledge_any_more_even_before_the_sweep(reserved):
    offer = reserved()
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(hold.NotHeld):
        rules.turn(offer, "PO-1", Method.BANK_TRANSFER)


def test_with_a_campaign_that_closes_early_it_ends_and_the_needs_are_free(reserved, campaign, amina):
    offer = reserved()
    lifecycle.close_short(campaign, by=amina)
    db.session.commit()
    assert [line.released_at is None for line in db.session.query(BudgetLine).order_by(BudgetLine.id)] == [True, False]
    after(days=0)

    assert now(offer).state is OfferState.ENDED
    assert all(line.released_at for line in db.session.query(BudgetLine))


def test_a_line_whose_student_has_left_leaves_with_the_reservation(reserved, campaign):
    offer = reserved()
    figures.lock(campaign.id)
    line = db.session.query(BudgetLine).order_by(BudgetLine.id).first()
    figures.take_out(line, has_left=True)
    db.session.commit()
    assert db.session.query(Campaign.asked).scalar() == 500_00
    rules.take_back(offer)
    db.session.commit()

    assert db.session.query(Campaign.asked).scalar() == 100_00
    assert all_adds_up()


def test_what_nobody_confirms_is_dropped(campaign):
    offer = rules.reserve(campaign, Said(Money(1_00, "EUR"), "Petra", "p@meridian.example", "M"), 30, once="a")
    db.session.commit()
    after(days=15)

    assert now(offer).state is OfferState.DROPPED


def test_the_team_ends_one_with_a_reason_that_is_mailed(reserved, amina, rita):
    offer = reserved()
    with pytest.raises(NotAllowed):
        rules.end(offer, "This is no company", by=rita)
    rules.end(offer, "this is no company", by=amina)
    db.session.commit()

    assert now(offer).state is OfferState.ENDED
    assert "this is no company" in db.session.query(Notice).order_by(Notice.id.desc()).first().text
    with pytest.raises(IllegalMove):
        rules.take_back(offer)


class TestAtOnce:
    pytestmark = pytest.mark.both_databases

    def test_two_workers_end_it_once(self, app, reserved):
        reserved()

        def late():
            with clock.at(clock.now() + timedelta(days=31)):
                rules.follow_offers()

        assert at_once(app, late, late) == [None, None]
        assert held() == (0, [0, 0])
        assert told().count("offer.ended") == 1
        assert all_adds_up()

    def test_a_double_click_makes_one_pledge(self, app, reserved):
        offer_id = reserved().id

        def click():
            rules.turn(db.session.get_one(Offer, offer_id), "PO-1", Method.BANK_TRANSFER)

        answers = at_once(app, *[committed(click)] * 3)
        assert sum(isinstance(answer, hold.NotHeld) for answer in answers) == 2
        assert db.session.query(Pledge).count() == 1
        assert all_adds_up()

    def test_a_pledge_and_a_reservation_of_the_same_do_not_both_get_it(self, app, campaign, a_pledge):
        a_pledge(campaign, 600_00)
        said = Said(Money(400_00, "EUR"), "Petra", "petra@meridian.example", "M")
        rules.reserve(campaign, said, 30, once="a")
        given = pledges.Offer(Money(400_00, "EUR"), "Leo", "leo@example.org")
        db.session.commit()
        campaign_id, token = campaign.id, token_of("petra@meridian.example")

        answers = at_once(
            app,
            committed(partial(rules.confirm, token, pledges.Wishes())),
            committed(partial(pledges.make, campaign_id, given, pledges.Wishes(), once="b")),
        )
        assert sum(isinstance(answer, pledges.Closed) for answer in answers) == 1
        assert all_adds_up()


def test_from_the_form_to_the_pledge(app, campaign, a_pledge):
    browser = app.test_client()
    sent = submit(
        browser, f"/c/{campaign.slug}/reserve", follow=True, amount="400", days="45", organisation="Meridian Freight",
        name="Petra", email="petra@meridian.example",
    )  # fmt: skip
    assert "Check your e-mail" in sent.text
    shown = submit(
        browser, f"/o/confirm/{token_of('petra@meridian.example')}", follow=True, shown="name", updates="no",
    )  # fmt: skip
    assert "Reserved" in shown.text
    assert "€400.00</bdi> of what is open is reserved for a company" in browser.get(f"/c/{campaign.slug}").text
    turn = re.search(r'href="(/o/[^"]+/pledge[^"]+)"', shown.text)[1]
    pledge = submit(browser, turn, follow=True, po_number="PO-4711", method="bank_transfer")
    assert "Your pledge" in pledge.text
    assert "reserved for a company" not in browser.get(f"/c/{campaign.slug}").text


def test_the_form_says_why_not_at_the_field(app, campaign):
    answer = submit(
        app.test_client(), f"/c/{campaign.slug}/reserve", amount="500.01", days="30", organisation="Meridian",
        name="Petra", email="petra@meridian.example",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "You can reserve up to €500.00 now." in answer.text


def test_the_worker_runs_the_sweep(reserved):
    offer = reserved()
    with clock.at(clock.now() + timedelta(days=31)):
        queue.run_all()

    assert now(offer).state is OfferState.EXPIRED


def test_the_check_finds_a_figure_that_is_wrong(reserved):
    reserved()
    db.session.query(Campaign).update({"held": 1})
    db.session.query(BudgetLine).update({"held": 1})

    assert [problem.split(":")[0].split()[0] for problem in rules.problems()] == ["campaign", "budget", "budget"]
