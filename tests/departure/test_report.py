"""Somebody says that a student leaves, and a second person makes sure."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.departure import rules
from campaigns.departure.models import Departure
from campaigns.departure.rules import Told
from campaigns.departure.rules.report import NoSuchSchool, NotSupported, NotYet, PaymentUnderway, Reported
from campaigns.departure.states import MOVES, DepartureKind, DepartureState
from campaigns.disbursement import rules as disbursements
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.student.models import Application
from campaigns.student.rules import leave
from campaigns.student.rules.draft import StillSupported
from campaigns.student.states import Purpose, Stage
from tests.cast.accounts import pay_at
from tests.departure.conftest import lines_of, pay, shares_of, student_of

TOLD = Told(DepartureKind.LEFT_SCHOOL, clock.today())


@pytest.mark.parametrize("start", DepartureState)
@pytest.mark.parametrize("end", DepartureState)
def test_only_the_arrows_of_the_table_can_be_taken(start, end):
    departure = Departure(state=start)
    if end in MOVES.get(start, set()):
        departure.move_to(end)
        assert departure.state is end
    else:
        with pytest.raises(IllegalMove):
            departure.move_to(end)


def test_a_report_alone_moves_nothing(a_group, a_departure):
    campaign = a_group([("Tuition", 90_000)], [("Tuition", 80_000)])
    departure = a_departure(student_of(campaign), confirmed=False)
    assert departure.state is DepartureState.REPORTED
    assert db.session.get(Application, departure.application_id).stage is Stage.SUPPORTED
    assert [line.left_at for line in lines_of(campaign)] == [None, None]


def test_who_reported_it_does_not_confirm_it(a_group, a_departure, victor):
    departure = a_departure(student_of(a_group([("Tuition", 90_000)], [("Books", 1_000)])), confirmed=False)
    with pytest.raises(NotAllowed):
        rules.confirm(departure, by=victor)


@pytest.mark.both_databases
def test_nor_does_the_database_let_them(a_group, a_departure, victor):
    departure = a_departure(student_of(a_group([("Tuition", 90_000)], [("Books", 1_000)])), confirmed=False)
    with pytest.raises(IntegrityError, match="two_people"):
        db.session.execute(sa.update(Departure).values(confirmed_by_id=victor.id).where(Departure.id == departure.id))
    db.session.rollback()


def test_no_student_confirms_their_own_leaving(a_group, a_departure, noor, lantern, a_user):
    from campaigns.account.states import Role

    vetter = a_user("Vito", (Role.VETTER, lantern))
    application = student_of(a_group([("Tuition", 90_000)], [("Books", 1_000)]))
    application.applicant_user_id = vetter.id
    departure = a_departure(application, confirmed=False)
    with pytest.raises(NotAllowed):
        rules.confirm(departure, by=vetter)


@pytest.mark.both_databases
def test_two_reports_are_one(a_group, victor, vera):
    application = student_of(a_group([("Tuition", 90_000)], [("Books", 1_000)]))
    rules.report(application, TOLD, by=victor)
    with pytest.raises(Reported):
        rules.report(application, TOLD, by=vera)


def test_only_a_supported_student_can_leave_support(an_application, victor):
    with pytest.raises(NotSupported):
        rules.report(an_application(Stage.APPROVED), TOLD, by=victor)


def test_a_day_that_has_not_come_is_refused(a_group, victor):
    application = student_of(a_group([("Tuition", 90_000)], [("Books", 1_000)]))
    told = Told(DepartureKind.LEFT_SCHOOL, clock.today().replace(year=clock.today().year + 1))
    with pytest.raises(NotYet):
        rules.report(application, told, by=victor)


def test_a_new_school_must_be_listed(a_group, victor):
    application = student_of(a_group([("Tuition", 90_000)], [("Books", 1_000)]))
    with pytest.raises(NoSuchSchool):
        rules.report(application, Told(DepartureKind.CHANGED_SCHOOL, clock.today(), "", 4711), by=victor)


def test_a_supported_student_does_not_just_take_the_application_back(a_group):
    with pytest.raises(StillSupported):
        leave(student_of(a_group([("Tuition", 90_000)], [("Books", 1_000)])))


def test_once_confirmed_what_nobody_pledged_leaves_the_goal_and_consent_ends(a_group, a_departure, in_order):
    campaign = a_group([("Tuition", 90_000), ("Books", 5_000)], [("Tuition", 80_000)], [("Tuition", 70_000)])
    departure = a_departure(student_of(campaign))
    assert departure.state is DepartureState.SETTLED  # nobody had pledged: nothing is left to choose
    assert db.session.get(Campaign, campaign.id).asked == 150_000
    assert [line.gone for line in lines_of(campaign)] == [True, True, False, False]
    assert db.session.get(Application, departure.application_id).stage is Stage.LEFT
    from campaigns.student.rules import has_consent

    assert not any(has_consent([departure.application_id], purpose) for purpose in Purpose)
    in_order()


def test_what_was_spent_stays_with_the_school_and_the_rest_is_free(
    a_group, a_departure, a_pledge, tomas, amina, in_order
):
    campaign = a_group([("Tuition", 90_000)], [("Tuition", 80_000)])
    pledge = a_pledge(campaign, 90_000)
    pay(pledge, 60_000, tomas)
    line = lines_of(campaign)[0]
    made = disbursements.propose(campaign, {line.id: Money(25_000, "EUR")}, once=crypto.token(), by=tomas)
    pay_at(campaign)
    disbursements.release(made, bank_reference="T 1", paid_on=clock.today(), by=amina)
    departure = a_departure(student_of(campaign))
    [share] = shares_of(departure)
    assert (share.paid, share.unpaid) == (35_000, 30_000)
    in_order()


def test_a_proposed_payment_is_settled_first(a_group, a_departure, a_pledge, tomas, vera):
    campaign = a_group([("Tuition", 90_000)], [("Tuition", 80_000)])
    pay(a_pledge(campaign, 90_000), 90_000, tomas)
    line = lines_of(campaign)[0]
    disbursements.propose(campaign, {line.id: Money(25_000, "EUR")}, once=crypto.token(), by=tomas)
    departure = a_departure(student_of(campaign), confirmed=False)
    with pytest.raises(PaymentUnderway):
        rules.confirm(departure, by=vera)


def test_nothing_more_is_paid_for_who_has_left(a_group, a_departure, a_pledge, tomas):
    campaign = a_group([("Tuition", 90_000)], [("Tuition", 80_000)])
    pay(a_pledge(campaign, 170_000), 170_000, tomas)
    left, stays = lines_of(campaign)
    a_departure(student_of(campaign))
    assert [found.line.id for found in disbursements.open_lines(campaign.id)] == [stays.id]
    assert left.released_at is None


def test_sponsors_are_asked_and_told_nothing_of_the_student(a_group, a_departure, a_pledge, tomas):
    campaign = a_group([("Tuition", 90_000)], [("Tuition", 80_000)])
    pay(a_pledge(campaign, 20_000), 20_000, tomas)
    a_departure(student_of(campaign), DepartureKind.SENSITIVE)
    letter = db.session.query(Notice).filter(Notice.key.startswith("departure.choose")).one()
    assert "/rest/" in letter.text
    for private in ("Amber Heron", "Canary", "Mwangaza", "sensitive", "left_school"):
        assert private not in letter.text + letter.html


def test_a_mistake_is_dismissed(a_group, a_departure, vera):
    departure = a_departure(student_of(a_group([("Tuition", 90_000)], [("Books", 1_000)])), confirmed=False)
    rules.dismiss(departure, by=vera)
    assert departure.state is DepartureState.DISMISSED


def test_what_is_unspent_goes_with_the_student_to_the_new_school(
    a_group, a_departure, a_pledge, other_school, school, tomas, amina, in_order
):
    campaign = a_group([("Tuition", 90_000), ("Books", 5_000)], [("Tuition", 80_000)])
    pay(a_pledge(campaign, 95_000), 95_000, tomas)
    tuition, *_ = lines_of(campaign)
    made = disbursements.propose(campaign, {tuition.id: Money(90_000, "EUR")}, once=crypto.token(), by=tomas)
    pay_at(campaign)
    disbursements.release(made, bank_reference="T 1", paid_on=clock.today(), by=amina)
    departure = a_departure(student_of(campaign), DepartureKind.CHANGED_SCHOOL, school=other_school)
    assert [line.school_id for line in lines_of(campaign)] == [school.id, other_school.id, school.id]
    application = db.session.get(Application, departure.application_id)
    assert (application.school_id, application.stage) == (other_school.id, Stage.SUPPORTED)
    assert db.session.get(Campaign, campaign.id).state is CampaignState.LIVE
    in_order()
