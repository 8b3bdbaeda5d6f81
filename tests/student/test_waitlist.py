"""The waiting list moves up by itself, in its published order, and gives no place away twice."""

import threading
from datetime import timedelta

import pytest

from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.models import Application, Identity
from campaigns.student.rules.vetting.deciding import AgainstTheSheets
from campaigns.student.rules.vetting.waitlist import move_up
from campaigns.student.states import Reason, Stage, Verdict
from tests.cast.browser import submit
from tests.cast.panel import a_sheet, whole

YES, LATER = Reason.SCHOOL_CONFIRMED, Reason.OTHERS_FIRST


@pytest.fixture
def waiting(an_application, victor, vera):
    """Put somebody on the list, scored as good as said: `waiting(2, alias="Blue Wren")`."""

    def make(level: int, alias: str = "Amber Heron", days: int = 0, needs: int = 900_00) -> Application:
        application = an_application(Stage.IN_REVIEW, alias=alias, needs=[("Tuition", needs)])
        application.submitted_at = clock.now() - timedelta(days=days)
        for person in (victor, vera):
            a_sheet(application, person, Verdict.WAITLIST, level)
        rules.decide(application, LATER, by=victor)
        db.session.commit()
        return application

    return make


def stages(*applications: Application) -> list[Stage]:
    db.session.expire_all()
    return [application.stage for application in applications]


def test_the_highest_score_comes_first_then_who_applied_first(waiting):
    late, early, best = waiting(2), waiting(2, days=9), waiting(3)

    assert [rules.position(each) for each in (best, early, late)] == [1, 2, 3]


def test_who_is_not_on_it_has_no_place(an_application):
    assert rules.position(an_application(Stage.APPROVED)) is None


def test_a_place_that_comes_free_goes_to_the_first(waiting, lantern, amina):
    second, first = waiting(2), waiting(3)
    rules.set_places(lantern, 1, by=amina)
    db.session.commit()

    for _ in range(2):
        move_up()

    assert stages(first, second) == [Stage.APPROVED, Stage.WAITLISTED]
    assert rules.position(second) == 1


def test_nobody_moves_up_where_places_are_not_counted(waiting):
    application = waiting(3)

    move_up()

    assert stages(application) == [Stage.WAITLISTED]


def test_a_student_who_leaves_makes_room(waiting, an_application, lantern, amina):
    supported, application = an_application(Stage.APPROVED), waiting(3)
    rules.set_places(lantern, 1, by=amina)
    db.session.commit()
    move_up()
    assert stages(application) == [Stage.WAITLISTED]

    rules.leave(supported)
    db.session.commit()
    move_up()

    assert stages(application) == [Stage.APPROVED]


def test_who_moves_up_gets_a_letter_and_the_organisers_are_told(waiting, lantern, amina):
    application = waiting(3)
    db.session.get_one(Identity, application.id).contact = "zawadi@school.example"
    rules.set_places(lantern, 1, by=amina)
    db.session.commit()

    move_up()

    found = whole(application)
    assert found.decisions[-1].reason is Reason.PLACE_CAME_FREE
    assert "A place came free on the waiting list." in found.decisions[-1].letter
    assert {"zawadi@school.example", amina.email} <= {notice.to for notice in db.session.query(Notice)}


def test_who_was_accepted_waits_while_no_place_is_free(an_application, victor, vera, lantern, amina):
    rules.set_places(lantern, 0, by=amina)
    application = an_application(Stage.IN_REVIEW)
    for person in (victor, vera):
        a_sheet(application, person)

    with pytest.raises(AgainstTheSheets):
        rules.decide(application, YES, by=victor)
    rules.decide(application, Reason.NO_PLACE_YET, by=victor)

    assert application.stage is Stage.WAITLISTED


def test_who_was_accepted_does_not_wait_while_a_place_is_free(an_application, victor, vera):
    application = an_application(Stage.IN_REVIEW)
    for person in (victor, vera):
        a_sheet(application, person)

    with pytest.raises(AgainstTheSheets):
        rules.decide(application, Reason.NO_PLACE_YET, by=victor)


def test_when_money_comes_the_first_move_up_and_nobody_is_overtaken(waiting, an_application, lantern, amina, eur):
    an_application(Stage.SUPPORTED, needs=[("Tuition", 500_00)])
    first, second, third = waiting(4, needs=900_00), waiting(3, needs=800_00), waiting(2, needs=100_00)
    for budget, expected in ((1_399_99, 0), (1_400_00, 1), (2_199_99, 1), (2_300_00, 3)):
        rules.set_places(lantern, None, eur(budget), by=amina)
        db.session.commit()
        move_up()
        assert stages(first, second, third).count(Stage.APPROVED) == expected, budget
        assert stages(first, second, third)[:expected] == [Stage.APPROVED] * expected


def test_where_both_are_counted_both_are_needed(waiting, lantern, amina, eur):
    first, second = waiting(3), waiting(2)
    for count, budget in ((0, 5_000_00), (2, 899_99)):
        rules.set_places(lantern, count, eur(budget), by=amina)
        db.session.commit()
        move_up()
        assert stages(first, second) == [Stage.WAITLISTED] * 2
    rules.set_places(lantern, 2, eur(1_799_99), by=amina)
    db.session.commit()
    move_up()
    assert stages(first, second) == [Stage.APPROVED, Stage.WAITLISTED]


def test_who_was_accepted_waits_while_there_is_no_money(an_application, victor, vera, lantern, amina, eur):
    rules.set_places(lantern, None, eur(899_99), by=amina)
    application = an_application(Stage.IN_REVIEW, needs=[("Tuition", 900_00)])
    for person in (victor, vera):
        a_sheet(application, person)

    assert rules.open_reasons(application) == [Reason.NO_PLACE_YET]
    rules.set_places(lantern, None, eur(900_00), by=amina)
    assert YES in rules.open_reasons(application)


@pytest.mark.parametrize("who", ["marta", "victor", "safiya", "tomas", "otto"])
def test_only_an_organiser_sets_places(lantern, request, who):
    with pytest.raises(NotAllowed):
        rules.set_places(lantern, 3, by=request.getfixturevalue(who))


@pytest.mark.both_databases
def test_two_workers_at_once_fill_one_place_once(app, waiting, lantern, amina):
    applications = [waiting(3), waiting(2)]
    rules.set_places(lantern, 1, by=amina)
    db.session.commit()
    start, faults = threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            try:
                start.wait(timeout=5)
                move_up()
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=15)

    assert faults == []
    assert stages(*applications) == [Stage.APPROVED, Stage.WAITLISTED]


@pytest.mark.both_databases
def test_a_decision_and_a_worker_at_once_fill_one_place_once(
    app, waiting, an_application, lantern, amina, victor, vera
):
    first = waiting(3)
    scored = an_application(Stage.IN_REVIEW)
    for person in (victor, vera):
        a_sheet(scored, person)
    rules.set_places(lantern, 1, by=amina)
    db.session.commit()
    rules.decide(scored, YES, by=victor)  # not committed yet

    def work() -> None:
        with app.app_context():
            move_up()
            db.session.remove()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(timeout=0.5)
    db.session.commit()
    worker.join(timeout=10)

    assert stages(scored, first) == [Stage.APPROVED, Stage.WAITLISTED]


# ---- On the pages ----


def test_a_student_sees_the_own_place(hold, waiting):
    waiting(3)
    application = waiting(2)

    assert "You are number 2" in hold(application).get("/apply/status").text


def test_a_small_list_is_not_broken_down(client, waiting):
    waiting(3)

    page = client.get("/communities/lantern/waitlist").text

    assert "Fewer than 10 students wait." in page
    assert "Amber Heron" not in page


def test_a_long_list_shows_places_and_months_and_nothing_else(client, an_application):
    for _ in range(10):
        an_application(Stage.WAITLISTED, alias="Amber Heron")

    page = client.get("/communities/lantern/waitlist").text

    assert "10 students wait." in page
    assert clock.now().strftime("%B %Y") in page
    assert not [word for word in ("Amber", "Mwangaza", "Western", "nurse") if word in page]


def test_an_organiser_sets_places_on_their_page(sign_in, lantern, amina):
    browser = sign_in(amina)
    assert submit(browser, "/a/lantern/settings/places", count="many").status_code == 422

    submit(browser, "/a/lantern/settings/places", count="3")
    assert "3 at the same time, 3 of them free" in browser.get("/a/lantern/settings/rubric").text
    submit(browser, "/a/lantern/settings/places", count="")
    assert rules.room_in(lantern.id).places is None


def test_and_the_money(sign_in, lantern, amina, an_application):
    an_application(Stage.APPROVED, needs=[("Tuition", 500_00)])
    browser, page = sign_in(amina), "/a/lantern/settings/places"
    answer = submit(browser, page, count="2", budget="a lot")
    assert answer.status_code == 422
    assert 'value="a lot"' in answer.text

    submit(browser, page, count="", budget="1,250.50")
    shown = browser.get("/a/lantern/settings/rubric").text
    assert 'For <bdi class="money">€1,250.50</bdi> together, of which <bdi class="money">€750.50</bdi>' in shown
    assert "at the same time" not in shown
    submit(browser, page, count="", budget="")
    assert "Neither places nor money are counted" in browser.get("/a/lantern/settings/rubric").text
