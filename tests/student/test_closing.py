"""A closing date is kept, and nobody is left in silence after it."""

from datetime import timedelta

import pytest

from campaigns.community import rules as communities
from campaigns.community.rules.founding import AnswerMissing, BadClosing
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.rules.draft import NotTaking, TooLate
from campaigns.student.states import Stage
from tests.cast.browser import submit

DAY = timedelta(days=1)
STUDENT = "canary.contact@example.org"


@pytest.fixture
def closing(lantern, amina):
    """Lantern takes applications for ten days more, and answers everybody within thirty."""
    today = clock.today()
    communities.set_closing(lantern, today + 10 * DAY, today + 30 * DAY, by=amina)
    db.session.commit()
    return lantern


def told(days: int) -> list[str]:
    """The subjects of what students and organisers hear when the sweep runs so many days from now."""
    before = {letter.id for letter in db.session.query(Notice)}
    with clock.at(clock.now() + days * DAY):
        rules.tell_of_closing_dates()
    return sorted(letter.subject for letter in db.session.query(Notice) if letter.id not in before)


def test_a_draft_hears_that_it_closes_soon_and_that_it_has_closed(an_application, closing):
    an_application(Stage.DRAFT)
    assert told(6) == []
    assert told(7) == ["Your application is not sent yet"]
    assert told(9) == []
    assert told(11) == ["Applications have closed"]


def test_who_applied_hears_by_when_there_is_an_answer(an_application, closing):
    an_application(Stage.SUBMITTED)
    assert told(11) == ["Applications have closed, and yours is in"]
    assert told(12) == []


def test_when_the_day_of_answers_passes_student_and_organisers_hear_of_it(an_application, closing, amina):
    an_application(Stage.IN_REVIEW)
    told(11)
    assert told(31) == ["Students wait for an answer that was promised", "You were promised an answer by today"]
    assert told(32) == []


def test_where_everybody_has_an_answer_nobody_is_written_to(an_application, closing):
    an_application(Stage.DECLINED)
    assert told(11) == told(31) == []


def test_a_sweep_that_was_cut_short_tells_nobody_twice(an_application, closing):
    an_application(Stage.SUBMITTED)
    told(11)
    closing.closing_told_on = None
    db.session.commit()
    assert told(11) == []


def test_another_date_is_told_anew(an_application, closing, amina):
    an_application(Stage.SUBMITTED)
    told(11)
    with clock.at(clock.now() + 11 * DAY):
        communities.set_closing(closing, clock.today() + 5 * DAY, clock.today() + 20 * DAY, by=amina)
        db.session.commit()
    assert told(17) == ["Applications have closed, and yours is in"]


def test_the_promised_day_is_on_the_status_page(hold, an_application, closing):
    page = hold(an_application(Stage.SUBMITTED)).get("/apply/status").text
    assert f'datetime="{closing.answer_by.isoformat()}"' in page


def test_after_the_date_nobody_begins(closing):
    with clock.at(clock.now() + 11 * DAY), pytest.raises(NotTaking):
        rules.start(closing, once=crypto.token(), by=None)


def test_after_the_date_a_draft_is_kept_and_not_sent(a_draft, closing):
    application = a_draft()
    with clock.at(clock.now() + 11 * DAY), pytest.raises(TooLate):
        rules.submit(application)
    db.session.rollback()
    assert application.stage is Stage.DRAFT


def test_an_answer_to_a_question_may_come_after_it(a_draft, closing, victor):
    application = a_draft()
    rules.submit(application)
    rules.ask(application, "Which term?", by=victor)
    rules.answer(application, "The first.")
    db.session.commit()
    with clock.at(clock.now() + 11 * DAY):
        rules.submit(application)
    assert application.stage is Stage.SUBMITTED


def test_the_last_day_itself_counts(client, closing):
    with clock.at(clock.now() + 10 * DAY):
        assert client.get("/apply/lantern").status_code == 200
        assert "Lantern" in client.get("/apply").text
    with clock.at(clock.now() + 11 * DAY):
        assert client.get("/apply/lantern").status_code == 404


@pytest.mark.parametrize(
    ("closes", "answers", "refusal"),
    [(10, None, AnswerMissing), (-1, 10, BadClosing), (10, 5, BadClosing), (1, 300, BadClosing)],
)
def test_dates_that_make_no_sense_are_refused(lantern, amina, closes, answers, refusal):
    today = clock.today()
    with pytest.raises(refusal):
        communities.set_closing(lantern, today + closes * DAY, answers and today + answers * DAY, by=amina)


def test_no_closing_date_needs_no_day_of_answers(closing, amina):
    communities.set_closing(closing, None, clock.today() + DAY, by=amina)
    assert (closing.closes_on, closing.answer_by) == (None, None)


def test_only_organisers_set_it(lantern, marta):
    with pytest.raises(NotAllowed):
        communities.set_closing(lantern, clock.today(), clock.today(), by=marta)


def test_an_organiser_sets_it_on_the_settings_page(sign_in, amina, lantern):
    closes, answers = clock.today() + 10 * DAY, clock.today() + 30 * DAY
    dates = {"closes_on": closes.isoformat(), "answer_by": answers.isoformat()}
    assert submit(sign_in(amina), "/a/lantern/settings", about="", accepts_applications="y", **dates).status_code == 303
    db.session.refresh(lantern)
    assert (lantern.closes_on, lantern.answer_by) == (closes, answers)


def test_a_wrong_date_keeps_all_that_was_typed(sign_in, amina, lantern):
    answer = submit(sign_in(amina), "/a/lantern/settings", about="Mine", closes_on="2027-01-31", answer_by="")
    assert answer.status_code == 422
    assert "Say by which day" in answer.text
    assert 'value="2027-01-31"' in answer.text
    assert ">\r\nMine" in answer.text or ">Mine" in answer.text


@pytest.mark.both_databases
def test_the_database_knows_no_closing_date_without_a_day_of_answers(lantern):
    import sqlalchemy as sa

    from campaigns.community.models import Community

    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Community).values(closes_on=clock.today()))
