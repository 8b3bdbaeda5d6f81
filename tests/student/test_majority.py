"""Who comes of age is asked in time, and what a year ends is renewed before it does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.kit import clock, db
from campaigns.student import queries, rules
from campaigns.student.models import Application, ConsentReminder
from campaigns.student.states import Purpose, Stage
from tests.cast.browser import submit
from tests.cast.letters import letters_to
from tests.student.conftest import fresh

TEXT, APPLY = Purpose.PUBLISH_TEXT, Purpose.APPLY
BOTH = {APPLY, TEXT}
MARCH, BIRTHDAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 4, tzinfo=UTC)
ADDRESS = "noor@example.org"


@pytest.fixture
def soon_of_age(a_draft, safiya) -> Application:
    """A supported student who comes of age on 4 May; their consent was checked on 1 March."""
    with clock.at(MARCH):
        application = a_draft(birth_date=date(2008, 5, 4), contact=ADDRESS)
        application.stage = Stage.SUPPORTED
        rules.check(application, BOTH, how="By telephone", by=safiya)
        db.session.commit()
    return fresh(application)


def told(address: str = ADDRESS) -> list[str]:
    return [letter.subject for letter in letters_to(address)]


@pytest.mark.both_databases
def test_the_student_is_told_60_and_14_days_before_and_on_the_day_each_once(soon_of_age):
    for days, letters in ((61, 0), (60, 1), (45, 1), (20, 1), (14, 2), (3, 2), (0, 3)):
        with clock.at(BIRTHDAY - timedelta(days=days)):
            for _ in range(2):
                rules.ask_to_agree_anew()
        assert len(told()) == letters, f"{days} days before"
    assert told() == ["You will soon decide for yourself"] * 2 + ["You decide for yourself now"]


def test_who_gave_no_address_finds_the_task_all_the_same(a_draft, client):
    with clock.at(MARCH):
        application = a_draft(birth_date=date(2008, 5, 4))
        application.stage = Stage.SUPPORTED
        db.session.commit()
    with clock.at(BIRTHDAY - timedelta(days=10)):
        rules.ask_to_agree_anew()
        _hold(client, application)
        assert "On 4 May 2026 you come of age" in client.get("/apply/status").text
    assert db.session.query(ConsentReminder).count() == 1


def test_who_has_agreed_already_is_told_no_more(soon_of_age):
    with clock.at(BIRTHDAY - timedelta(days=30)):
        rules.renew(soon_of_age, BOTH, ())
        db.session.commit()
    for days in (14, 0):
        with clock.at(BIRTHDAY - timedelta(days=days)):
            rules.ask_to_agree_anew()
    assert told() == []


def test_what_the_student_has_agreed_to_in_time_and_an_officer_has_checked_goes_on(soon_of_age, safiya):
    with clock.at(BIRTHDAY - timedelta(days=30)):
        rules.renew(soon_of_age, BOTH, ())
        rules.check(soon_of_age, {TEXT}, how="By telephone with both", by=safiya)
        db.session.commit()
    with clock.at(BIRTHDAY):
        assert rules.has_consent([soon_of_age.id], TEXT)
        assert not rules.has_consent([soon_of_age.id], APPLY)


def test_before_the_day_the_guardian_can_still_end_it_for_both(soon_of_age, safiya):
    with clock.at(BIRTHDAY - timedelta(days=30)):
        rules.renew(soon_of_age, BOTH, ())
        rules.check(soon_of_age, {TEXT}, how="By telephone with both", by=safiya)
        rules.withdraw(soon_of_age, TEXT, by=None)
        assert not rules.has_consent([soon_of_age.id], TEXT)


@pytest.mark.both_databases
def test_a_minor_is_one_until_the_day_and_none_from_then_on(soon_of_age):
    for moment, minor in ((BIRTHDAY - timedelta(hours=1), True), (BIRTHDAY, False)):
        with clock.at(moment):
            rules.come_of_age()
        db.session.expire_all()
        assert soon_of_age.is_minor is minor


def test_a_month_before_the_year_is_over_the_student_is_told(a_draft):
    with clock.at(MARCH):
        application = a_draft(contact=ADDRESS)
        application.stage = Stage.SUPPORTED
        db.session.commit()
    for days in (59, 30, 14, 0):
        with clock.at(MARCH + timedelta(days=365 - days)):
            rules.ask_to_agree_anew()
    assert told() == ["What you agreed to ends in a month"]


def test_a_renewal_that_was_checked_holds_for_another_year(a_draft, safiya):
    with clock.at(MARCH):
        application = a_draft()
        application.stage = Stage.SUPPORTED
        rules.check(application, {TEXT}, how="By telephone", by=safiya)
    with clock.at(MARCH + timedelta(days=340)):
        for _ in range(2):
            rules.renew(application, BOTH, BOTH)
        rules.check(application, {TEXT}, how="By telephone", by=safiya)
    with clock.at(MARCH + timedelta(days=700)):
        assert rules.has_consent([application.id], TEXT)
    given = [row for row in db.session.scalars(queries.consents_of(application.id)) if row.event.value == "given"]
    assert len(given) == 8


def _hold(client, application: Application) -> None:
    with client.session_transaction() as cookie:
        cookie["application"], cookie["application_seen"] = application.id, int(clock.now().timestamp())


def test_the_student_agrees_on_a_page_of_its_own(soon_of_age, client):
    with clock.at(BIRTHDAY - timedelta(days=10)):
        _hold(client, soon_of_age)
        page = client.get("/apply/status/agree").text
        assert page.count('type="checkbox"') == len(Purpose)
        nothing = submit(client, "/apply/status/agree")
        assert nothing.status_code == 422
        answer = submit(client, "/apply/status/agree", student=["apply", "publish_text"])
        assert (answer.status_code, answer.location) == (303, "/apply/status")
        assert "you come of age" not in client.get("/apply/status").text


def test_who_need_not_agree_anew_is_led_back(a_draft, client):
    application = a_draft()
    application.stage = Stage.SUPPORTED
    db.session.commit()
    _hold(client, application)
    assert client.get("/apply/status/agree").location == "/apply/status"
