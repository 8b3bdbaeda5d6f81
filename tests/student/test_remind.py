"""Nobody is left waiting in silence: who is late is reminded, and who waits is told so."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, db, queue
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.models import Assignment, Identity
from campaigns.student.states import Purpose, Reason, Stage
from tests.cast.panel import a_sheet, vet

STUDENT = "canary.contact@example.org"
DAY = timedelta(days=1)


def told(days: float) -> dict[str, str]:
    """Who hears what once the sweeps have run so many days from now: address → subject."""
    before = {letter.id for letter in db.session.query(Notice)}
    with clock.at(clock.now() + timedelta(days=days)):
        rules.remind_of_applications()
    return {letter.to: letter.subject for letter in db.session.query(Notice) if letter.id not in before}


def test_who_begins_to_read_has_a_week(an_application, victor):
    an_application(Stage.SUBMITTED)
    assert told(6.9) == {}
    assert set(told(8.1)) == {"victor@example.org", STUDENT}


def test_the_team_is_told_the_number_and_nothing_personal(an_application, victor):
    application = an_application(Stage.SUBMITTED)
    told(9)
    letter = db.session.query(Notice).filter_by(to="victor@example.org").one()
    assert application.ref in letter.subject
    for body in (letter.text, letter.html):
        assert not [word for word in ("Canary", "Amber", "Mwangaza", "nurse", "Western", "Kenya") if word in body]


def test_the_student_hears_that_it_is_late_and_not_their_fault(an_application, victor):
    an_application(Stage.IN_REVIEW)
    assert told(23)[STUDENT] == "It takes longer than we said"


def test_without_an_address_the_status_page_says_it(hold, an_application, victor):
    application = an_application(Stage.IN_REVIEW)
    db.session.get_one(Identity, application.id).contact = None
    db.session.commit()
    assert set(told(23)) == {"victor@example.org"}
    with clock.at(clock.now() + 23 * DAY):
        page = hold(application).get("/apply/status").text
    assert "Who acts next" in page
    assert "That day has passed, and it is not your fault. They were reminded on" in page


def test_a_reminder_comes_once_a_week_however_often_the_sweep_runs(an_application, victor):
    an_application(Stage.IN_REVIEW)
    assert told(22.1)
    assert told(22.2) == {}
    assert told(28) == {}
    assert told(29.2)


def test_the_second_reminder_reaches_the_organisers(an_application, victor, amina):
    an_application(Stage.IN_REVIEW)
    assert "amina@example.org" not in told(22.1)
    assert "amina@example.org" in told(30)


def test_a_student_who_was_asked_is_reminded_and_the_team_is_not(an_application, victor):
    application = an_application(Stage.IN_REVIEW)
    rules.ask(application, "Which term?", by=victor)
    db.session.commit()
    assert told(22.1) == {STUDENT: "It is your turn"}


@pytest.mark.parametrize(("consent", "who"), [(True, "marta@example.org"), (False, STUDENT)])
def test_after_approval_whoever_has_the_next_step_is_late(an_application, marta, safiya, consent, who):
    an_application(Stage.APPROVED, consent=consent)
    assert who in told(31)


def test_consent_that_nobody_checks_is_the_officer_s(an_application, safiya, marta):
    application = an_application(Stage.APPROVED, consent=False)
    both = {Purpose.APPLY, Purpose.PUBLISH_TEXT}
    rules.give(application, both, both)
    db.session.commit()
    assert set(told(15.1)) == {"safiya@example.org", STUDENT}


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.WAITLISTED, Stage.DECLINED, Stage.SUPPORTED, Stage.LEFT])
def test_where_nobody_has_to_act_nobody_is_reminded(an_application, victor, amina, stage):
    an_application(stage)
    assert told(400) == {}


def test_a_step_begins_the_wait_anew(an_application, victor):
    application = an_application(Stage.SUBMITTED)
    told(9)
    rules.take_into_review(application, by=victor)
    db.session.commit()
    assert (application.reminded_at, application.reminders) == (None, 0)
    assert told(9) == {}


def test_a_vetter_who_is_the_applicant_is_not_reminded(an_application, victor, vera):
    an_application(Stage.SUBMITTED, applicant=victor)
    assert "victor@example.org" not in told(9)


def test_the_sweep_is_one_of_those_that_run_by_themselves(an_application, victor):
    an_application(Stage.SUBMITTED)
    with clock.at(clock.now() + 9 * DAY):
        queue.run_all()
    assert db.session.query(Notice).filter_by(to="victor@example.org").count() == 1


def test_more_than_one_batch_is_worked_off(an_application, victor, monkeypatch):
    monkeypatch.setattr("campaigns.student.rules.remind.BATCH", 1)
    for _ in range(3):
        an_application(Stage.SUBMITTED)
    told(9)
    assert db.session.query(Notice).filter_by(to="victor@example.org").count() == 3


def test_the_day_is_shown_while_there_is_time(hold, an_application):
    application = an_application(Stage.SUBMITTED)
    page = hold(application).get("/apply/status").text
    assert "has to begin to read your application, by" in page
    assert "passed" not in page


def test_once_it_is_declined_nobody_has_to_act(hold, an_application, victor, vera):
    application = an_application(Stage.IN_REVIEW)
    vet(application, Reason.OUT_OF_SCOPE, victor, vera)
    db.session.commit()
    assert "Who acts next" not in hold(application).get("/apply/status").text


def test_of_the_vetters_only_those_who_were_asked_are_reminded(an_application, victor, vera, safiya):
    application = an_application(Stage.IN_REVIEW)
    db.session.add_all(
        [Assignment(application_id=application.id, vetter_id=each.id, round=1) for each in (victor, vera)]
    )
    db.session.flush()
    a_sheet(application, victor)
    db.session.commit()
    assert set(told(22.1)) == {"vera@example.org", STUDENT}
