"""Coming back with the code, on any phone; and leaving a shared one."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Refused
from campaigns.student import rules
from campaigns.student.models import Application
from campaigns.student.rules import codes
from tests.cast.browser import submit
from tests.student.conftest import SECRET


@pytest.fixture
def begun(lantern):
    application, code = rules.start(lantern, once=crypto.token(), by=None)
    db.session.commit()
    return application, code


def test_the_code_is_of_sixty_random_bits_in_three_groups(begun):
    _, code = begun

    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    assert len({codes.made_from(crypto.token()) for _ in range(50)}) == 50


def test_the_code_itself_is_stored_nowhere(begun):
    application, code = begun

    row = db.session.execute(db.sql.text("SELECT * FROM application")).one()

    assert code not in str(row)
    assert code.replace("-", "") not in str(row)
    assert application.code_hash != crypto.digest(code.replace("-", ""))  # which could be searched through


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "O")])
def test_the_code_may_be_typed_as_people_type(begun, typed):
    application, code = begun

    assert rules.resume(typed(code)).application.id == application.id


@pytest.mark.parametrize("typed", ["", "KQ7M-2XWP-9TRA", "x" * 10_000, "'; DROP TABLE application"])
def test_another_code_opens_nothing(begun, typed):
    assert rules.resume(typed) is None


def test_the_code_leads_back_to_the_tasks(client, begun):
    answer = submit(client, "/apply/resume", code=begun[1])

    assert (answer.status_code, answer.location) == (303, "/apply/tasks")
    assert client.get("/apply/tasks").location == "/apply/secret"


def test_a_wrong_code_is_answered_at_its_field(client, begun):
    answer = submit(client, "/apply/resume", code="KQ7M-2XWP-9TRA")

    assert answer.status_code == 422
    assert "No application opens with this code and secret" in answer.text
    assert "KQ7M-2XWP-9TRA" in answer.text


def test_the_code_is_shown_until_it_is_written_down_and_never_again(client, lantern):
    submit(client, "/apply/lantern", enrolled="yes", cannot_pay="yes", confirmed="yes")
    assert "Write down your code" in client.get("/apply/code").text
    assert "Write down your code" in client.get("/apply/code").text

    submit(client, "/apply/code")

    assert client.get("/apply/code").location == "/apply/secret"


def test_a_lost_code_is_replaced_and_worth_nothing_any_more(begin):
    student = begin()
    old = db.session.query(Application.code_hash).scalar()

    answer = submit(student, "/apply/tasks", to="/apply/code/new")

    assert answer.location == "/apply/code"
    new = student.get("/apply/code").text.split('class="ref">')[1][:14]
    assert rules.resume(new, SECRET).application.code_hash != old


def test_signing_out_lets_go_of_the_application_and_of_the_pages(begin):
    student = begin()

    answer = submit(student, "/apply/tasks", to="/apply/leave")

    assert "You are signed out" in answer.text
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert student.get("/apply/tasks").location == "/apply/resume"


def test_signing_out_of_the_application_leaves_an_account_signed_in(sign_in, noor, lantern):
    browser = sign_in(noor)
    submit(browser, "/apply/lantern", enrolled="yes", cannot_pay="yes", confirmed="yes")

    submit(browser, "/apply/code", to="/apply/leave")

    with browser.session_transaction() as session:
        assert "application" not in session
        assert "_user_id" in session


def test_a_browser_forgets_the_application_by_the_next_day(begin):
    student = begin()

    with clock.at(clock.now() + timedelta(hours=13)):
        assert student.get("/apply/tasks").location == "/apply/resume"


def test_each_page_keeps_the_application_open_for_longer(begin):
    student, start = begin(), clock.now()
    with clock.at(start + timedelta(hours=8)):
        assert student.get("/apply/tasks").status_code == 200
    with clock.at(start + timedelta(hours=16)):
        assert student.get("/apply/tasks").status_code == 200


def test_no_other_application_can_be_reached_by_a_number(begin, an_application):
    other = an_application()

    page = begin().get(f"/apply/tasks?application={other.id}")

    assert other.ref not in page.text


def test_who_is_signed_in_is_noted_as_the_applicant(sign_in, noor, lantern):
    submit(sign_in(noor), "/apply/lantern", enrolled="yes", cannot_pay="yes", confirmed="yes")

    application = db.session.query(Application).one()
    assert (application.applicant_user_id, application.applicant_email) == (noor.id, "noor@example.org")


def test_a_community_that_takes_none_starts_none(lantern):
    lantern.accepts_applications = False

    with pytest.raises(Refused, match="takes no applications"):
        rules.start(lantern, once=crypto.token(), by=None)
