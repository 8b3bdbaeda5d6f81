"""A student applies on a phone: from the list of communities to the page that says how it stands."""

import gzip
from pathlib import Path

import pytest

from campaigns.kit import db
from campaigns.student.models import Application, Identity
from campaigns.student.states import HelperRole, Stage
from tests.cast.browser import hidden_fields, submit

ABOUT = {"legal_name": "Zawadi Mwangi", "day": "4", "month": "5", "year": "2012", "contact": "", "email": ""}
GUARDIAN = {"guardian_name": "Grace Mwangi", "guardian_relation": "mother", "guardian_contact": ""}
COST = {"lines-0-kind": "tuition", "lines-0-label": "Fees", "lines-0-amount": "900", "lines-0-term": "Term 1"}
YES = {"enrolled": "yes", "cannot_pay": "yes", "confirmed": "yes"}
CSS = Path(__file__).parents[2] / "static/css/vouch.css"
BUDGET = 14 * 1024


def weight(page) -> int:
    """Its bytes and those of the style sheet, as they travel."""
    return len(gzip.compress(page.data)) + len(gzip.compress(CSS.read_bytes()))


def the_application() -> Application:
    return db.session.query(Application).populate_existing().one()


def test_a_minor_applies_from_the_first_page_to_the_last(begin, school):
    student = begin()
    steps = {
        "about": ABOUT,
        "guardian": GUARDIAN,
        "school": {"school_id": str(school.id), "level": "Secondary, year 3"},
        "place": {"country": "KE", "region": "Western"},
        "needs": COST,
        "story": {"story": "I want to become a nurse."},
        "appearance": {"pick": "Amber Heron", "own": ""},
        "consent": {"student": ["apply", "publish_text"], "guardian": ["apply", "publish_text"]},
    }
    for step, fields in steps.items():
        url = f"/apply/tasks/{step}" + ("?q=mwangaza" if step == "school" else "")
        answer = submit(student, url, **fields)
        assert (answer.status_code, answer.location) == (303, "/apply/tasks"), step
    assert "To do" not in student.get("/apply/tasks").text

    sent = submit(student, "/apply/tasks/check")

    assert sent.location == "/apply/status"
    assert "It has arrived" in student.get("/apply/status").text
    assert the_application().stage is Stage.SUBMITTED


def test_an_adult_is_asked_for_no_guardian(begin):
    student = begin()

    submit(student, "/apply/tasks/about", **(ABOUT | {"year": "2001"}))

    assert the_application().is_minor is False
    assert "Your guardian" not in student.get("/apply/tasks").text


def test_nobody_is_called_a_minor_before_their_birth_date_is_known(begin):
    student, page = begin(), "/apply/tasks/guardian"

    assert "If you are under 18, an adult" in student.get(page).text
    assert "If you are under 18, name your guardian." in student.get("/apply/tasks/check").text
    submit(student, "/apply/tasks/about", legal_name="Neema Wanjiru", day="4", month="5", year="2010")
    assert "You are under 18, so an adult" in student.get(page).text


def test_the_list_names_those_who_take_applications_and_no_others(client, lantern, harbour):
    harbour.accepts_applications = False
    db.session.commit()

    page = client.get("/apply")

    assert "Lantern speaks up for students." in page.text
    assert "Kenya" in page.text
    assert "/apply/resume" in page.text
    assert "Harbour" not in page.text
    assert client.get("/apply/harbour").status_code == 404


def test_the_list_can_be_cached_by_anyone(client, lantern):
    page = client.get("/apply")

    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"].startswith("public")


def test_with_nobody_to_apply_to_the_list_says_what_else_may_help(client):
    assert "your school office may know of help" in client.get("/apply").text


@pytest.mark.parametrize(
    ("question", "advice"),
    [
        ("enrolled", "Ask a school for a letter that offers you a place"),
        ("cannot_pay", "Ask the school whether fees can be paid in parts"),
        ("confirmed", "Tell a teacher you trust"),
    ],
)
def test_who_cannot_be_helped_is_told_why_and_what_could(client, lantern, question, advice):
    answer = submit(client, "/apply/lantern", **(YES | {question: "no"}))

    assert answer.status_code == 200
    assert advice in answer.text
    assert db.session.query(Application).count() == 0


def test_an_unanswered_question_is_asked_again_and_the_rest_stays(client, lantern):
    answer = submit(client, "/apply/lantern", enrolled="yes", cannot_pay="no")

    assert answer.status_code == 422
    assert "Tell us whether somebody at the school can confirm it." in answer.text
    assert answer.text.count("<input checked") == 2


def test_nothing_personal_is_asked_before_the_three_questions(client, lantern):
    page = client.get("/apply/lantern").text

    assert 'name="legal_name"' not in page
    assert 'type="email"' not in page


def test_a_double_click_makes_one_application_with_one_code(client, lantern):
    fields = hidden_fields(client.get("/apply/lantern").text) | YES
    codes = []
    for _ in range(2):
        client.post("/apply/lantern", data=fields)
        codes.append(client.get("/apply/code").text.split('class="ref">')[1][:14])

    assert codes[0] == codes[1]
    assert db.session.query(Application).count() == 1
    assert db.session.query(Identity).count() == 1


def test_a_form_without_its_own_random_number_makes_no_code(client, lantern):
    answer = submit(client, "/apply/lantern", **YES, once="guessable")

    assert answer.status_code == 422
    assert db.session.query(Application).count() == 0


def test_a_community_that_just_stopped_taking_applications_is_not_there(client, lantern):
    fields = hidden_fields(client.get("/apply/lantern").text) | YES
    lantern.accepts_applications = False
    db.session.commit()

    assert client.post("/apply/lantern", data=fields).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["tasks", "tasks/about", "tasks/needs", "tasks/consent", "tasks/check", "tasks/answer", "status", "code"],
)
def test_without_an_application_every_page_leads_to_the_code(client, lantern, path):
    answer = client.get(f"/apply/{path}")

    assert (answer.status_code, answer.location) == (303, "/apply/resume")


STEPS = ["about", "guardian", "school?q=college", "school?unlisted=yes", "place", "needs", "documents", "story"]
MORE = ["/secret", "/secret/forgot", "/lantern/helper", "/lantern/form", "/tasks/appearance"]


@pytest.mark.parametrize(
    "path",
    ["", "/lantern", "/resume", "/code", "/tasks", *(f"/tasks/{step}" for step in [*STEPS, "consent", "check"]), *MORE],
)
def test_a_page_and_its_style_sheet_are_light_and_without_script(client, lantern, a_college, hold, a_draft, path):
    hold(a_draft())
    if path == "/code":
        with client.session_transaction() as session:
            session["application_code"] = "KQ7M-2XWP-9TRA"

    page = client.get(f"/apply{path}")

    assert page.status_code == 200
    assert "<script" not in page.text
    assert weight(page) <= BUDGET


@pytest.mark.parametrize("path", ["tasks", "tasks/about", "tasks/check", "tasks/hand-over"])
def test_the_pages_of_a_helper_are_light_too(hold, a_draft, path):
    draft = a_draft()
    draft.helper_role = HelperRole.TEACHER
    db.session.commit()

    page = hold(draft).get(f"/apply/{path}")

    assert page.status_code == 200
    assert "<script" not in page.text
    assert weight(page) <= BUDGET


def test_pages_after_a_mistake_are_light_too(client, lantern):
    for path, fields in [("lantern/helper", {}), ("resume", {"code": "x"}), ("secret/forgot", {})]:
        page = submit(client, f"/apply/{path}", **fields)
        assert page.status_code == 422, path
        assert weight(page) <= BUDGET, path


def test_sending_signs_out_and_clears_where_others_use_the_telephone(hold, a_draft):
    student = hold(a_draft())

    answer = submit(student, "/apply/tasks/check", clear="y")

    assert "Your application is sent" in answer.text
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert student.get("/apply/status").location == "/apply/resume"
    assert the_application().stage is Stage.SUBMITTED


def test_the_status_page_is_light_too(hold, an_application):
    page = hold(an_application(Stage.APPROVED)).get("/apply/status")

    assert page.status_code == 200
    assert weight(page) <= BUDGET


def test_pages_with_what_somebody_typed_are_kept_by_no_browser(begin):
    assert begin().get("/apply/tasks/about").headers["Cache-Control"] == "no-store"
