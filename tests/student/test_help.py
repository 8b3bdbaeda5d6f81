"""A teacher or volunteer types the application; the student alone agrees, confirms and sends."""

from datetime import date

import pytest
import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.audit.models import AuditEntry
from campaigns.kit import crypto, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.models import Application, Identity
from campaigns.student.rules.consent import Closed
from campaigns.student.rules.draft import ForTheStudent, NotConfirmed
from campaigns.student.rules.helper import NotWithHelper
from campaigns.student.states import HelperRole, NeedKind, Purpose, Stage
from tests.cast.browser import hidden_fields, submit
from tests.student.conftest import SECRET, YES, fresh

AT = "/apply/lantern/helper"
HELPER = YES | {"name": "Canary Helper", "role": "teacher", "email": "hope@example.org", "phone": "", "asked": "y"}


def the_application() -> Application:
    return db.session.query(Application).populate_existing().one()


@pytest.fixture
def helping(client, lantern):
    """A browser in which a teacher has begun to enter an application for a student."""
    assert submit(client, AT, **HELPER).location == "/apply/code"
    assert submit(client, "/apply/code").location == "/apply/tasks"
    return client


@pytest.fixture
def a_helped(lantern, school):
    """An application that a teacher has entered, complete but for what the student alone can say."""
    helper = rules.Helper("Canary Helper", HelperRole.TEACHER, "Victor+school@example.org")
    application, _ = rules.help_with(lantern, helper, once=crypto.token(), by=None)
    rules.save(application, legal_name="Canary Legalname", birth_date=date(2003, 5, 4))
    rules.save(application, school_id=school.id, level="Year 3", country="KE", region="Western", story="A nurse.")
    line = rules.Line(NeedKind.TUITION, "Fees", "Term 1", Money(90_000, "EUR"))
    rules.set_needs(application, [line])
    db.session.commit()
    return application


def code_on(page: str) -> str:
    return page.split('class="ref">')[1][:14]


# ---- Beginning ----


def test_a_helper_says_who_and_gets_the_same_steps(helping):
    page = helping.get("/apply/tasks").text

    assert "You are entering this for a student" in page
    assert "About you" in page
    assert the_application().helper_role is HelperRole.TEACHER


@pytest.mark.parametrize("step", ["about", "school", "place", "needs", "documents", "story", "appearance", "check"])
def test_each_step_says_for_whom_it_is(helping, step):
    assert "You are entering this for a student" in helping.get(f"/apply/tasks/{step}").text


def test_who_helps_is_sealed(helping):
    assert db.session.query(Identity).one().helper_name == "Canary Helper"
    for table in ("application", "application_identity", "audit_entry"):
        rows = str(db.session.execute(sa.text(f"SELECT * FROM {table}")).all())
        assert "Canary" not in rows
        assert "hope@" not in rows


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Enter your name."),
        ({"role": ""}, "Say who you are to the student."),
        ({"role": "king"}, "Not a valid choice"),
        ({"email": ""}, "Give an e-mail address or a phone number."),
        ({"email": "hope"}, "This is no e-mail address."),
        ({"asked": ""}, "Only who was asked may do this."),
        ({"enrolled": ""}, "Tell us whether you have a place at a school."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(client, lantern, wrong, told):
    data = {key: value for key, value in (HELPER | wrong).items() if value}

    answer = submit(client, AT, **data)

    assert answer.status_code == 422
    assert told in answer.text
    assert ("Canary Helper" in answer.text) is ("name" not in wrong)
    assert db.session.query(Application).count() == 0


def test_a_number_is_enough(client, lantern):
    data = HELPER | {"email": "", "phone": "+254 700 000 003"}

    assert submit(client, AT, **data).status_code == 303


def test_a_no_is_answered_with_reasons_for_a_helper_too(client, lantern):
    assert "Ask a school for a letter" in submit(client, AT, **(HELPER | {"enrolled": "no"})).text


def test_a_double_click_begins_one(client, lantern):
    fields = hidden_fields(client.get(AT).text) | HELPER

    for _ in range(2):
        assert client.post(AT, data=fields).status_code == 303

    assert db.session.query(Application).count() == 1
    assert db.session.query(AuditEntry).filter_by(action="application.helped").count() == 1


def test_a_helper_who_is_signed_in_is_not_taken_for_the_applicant(sign_in, noor, lantern):
    submit(sign_in(noor), AT, **HELPER)

    application = the_application()
    assert (application.applicant_user_id, application.helper_user_id) == (None, noor.id)


def test_a_helper_comes_back_with_the_code_alone(client, lantern):
    submit(client, AT, **HELPER)
    code = code_on(client.get("/apply/code").text)
    submit(client, "/apply/code", to="/apply/leave")

    assert submit(client, "/apply/resume", code=code).location == "/apply/tasks"
    assert "You are entering this" in client.get("/apply/tasks").text


# ---- What a helper cannot do ----


def test_a_helper_agrees_to_nothing(helping, a_helped):
    with pytest.raises(Closed):
        rules.give(a_helped, {Purpose.APPLY}, set())


def test_nor_by_the_address(helping):
    assert helping.get("/apply/tasks/consent").location == "/apply/status"
    assert "/apply/tasks/consent" not in helping.get("/apply/tasks").text
    assert "/apply/tasks/consent" not in helping.get("/apply/tasks/check").text.split("Still missing")[0]


def test_a_helper_sends_nothing(a_helped):
    with pytest.raises(ForTheStudent):
        rules.submit(a_helped, confirmed=True)


def test_the_page_offers_to_hand_over_and_not_to_send(helping):
    page = helping.get("/apply/tasks/check").text

    assert "Hand it over to the student" in page
    assert "Send my application" not in page


def test_a_helper_chooses_no_secret(helping):
    assert helping.get("/apply/secret").location == "/apply/tasks"


# ---- Handing over ----


def hand_over(helping) -> str:
    assert submit(helping, "/apply/tasks/hand-over").location == "/apply/handed-over"
    return code_on(helping.get("/apply/handed-over").text)


def test_the_helper_s_browser_lets_go(helping):
    hand_over(helping)

    assert helping.get("/apply/tasks").location == "/apply/resume"


def test_another_browser_of_the_helper_lets_go_too(app, client, lantern):
    submit(client, AT, **HELPER)
    code = code_on(client.get("/apply/code").text)
    second = app.test_client()
    submit(second, "/apply/resume", code=code)
    assert second.get("/apply/tasks").status_code == 200

    hand_over(client)

    assert second.get("/apply/tasks").location == "/apply/resume"
    assert submit(second, "/apply/resume", code=code).status_code == 422


def test_the_code_is_shown_until_it_is_passed_on(helping):
    code = hand_over(helping)
    assert code_on(helping.get("/apply/handed-over").text) == code
    assert helping.get("/apply/tasks/hand-over").location == "/apply/handed-over"

    gone = submit(helping, "/apply/handed-over")

    assert gone.headers["Clear-Site-Data"] == '"cache"'
    assert "It is the student’s now" in gone.text
    assert helping.get("/apply/handed-over").location == "/apply/resume"


def test_the_page_with_the_code_is_kept_by_no_browser(helping):
    hand_over(helping)

    assert helping.get("/apply/handed-over").headers["Cache-Control"] == "no-store"


def test_it_is_handed_over_once(a_helped):
    rules.hand_over(a_helped)

    with pytest.raises(NotWithHelper):
        rules.hand_over(a_helped)


def test_what_a_student_began_is_not_handed_over(a_draft):
    with pytest.raises(NotWithHelper):
        rules.hand_over(a_draft())


def test_a_code_alone_opens_it_no_more_once_the_student_has_a_secret(app, helping):
    code, student = hand_over(helping), app.test_client()
    submit(student, "/apply/resume", code=code)
    submit(student, "/apply/secret", secret=SECRET)

    assert submit(helping, "/apply/resume", code=code).status_code == 422
    assert "Somebody entered this for you" in student.get("/apply/tasks").text


# ---- The student ----


@pytest.fixture
def mine(app, a_helped):
    """The student's browser, after choosing a secret and agreeing."""
    code, student = rules.hand_over(a_helped), app.test_client()
    db.session.commit()
    submit(student, "/apply/resume", code=code)
    submit(student, "/apply/secret", secret=SECRET)
    submit(student, "/apply/tasks/consent", student=["apply"])
    return student


def test_the_student_says_that_it_is_right(mine):
    answer = submit(mine, "/apply/tasks/check")

    assert answer.status_code == 422
    assert "say that you have read it and that it is right" in answer.text
    assert the_application().stage is Stage.DRAFT


def test_then_it_is_sent(mine):
    assert submit(mine, "/apply/tasks/check", right="y").location == "/apply/status"

    application = the_application()
    assert application.stage is Stage.SUBMITTED
    assert application.confirmed_at is not None


def test_the_student_may_change_everything(mine):
    submit(mine, "/apply/tasks/story", story="I want to be a pilot.")

    assert the_application().story == "I want to be a pilot."


def test_it_is_confirmed_once_also_when_more_is_asked(mine, vera):
    submit(mine, "/apply/tasks/check", right="y")
    application = fresh(the_application())
    rules.ask(application, "Which term?", by=vera)
    rules.answer(fresh(application), "The second.")
    db.session.commit()

    assert submit(mine, "/apply/tasks/check").location == "/apply/status"


def test_without_it_the_rule_sends_nothing(a_helped):
    rules.hand_over(a_helped)

    with pytest.raises(NotConfirmed):
        rules.submit(a_helped)


def test_the_database_lets_none_be_sent_that_was_not_handed_over(a_helped):
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.text("UPDATE application SET stage = 'submitted'"))


# ---- Those who vet ----


@pytest.fixture
def arrived(mine, victor, vera):
    submit(mine, "/apply/tasks/check", right="y")
    return fresh(the_application())


def test_those_who_vet_see_that_a_teacher_helped(sign_in, vera, arrived):
    page = sign_in(vera).get(f"/a/lantern/applications/{arrived.ref}").text

    assert "Entered with the help of: <strong>teacher</strong>" in page
    assert "Canary" not in page


def test_who_helped_is_shown_with_who_the_student_is(sign_in, vera, arrived):
    page = submit(sign_in(vera), f"/a/lantern/applications/{arrived.ref}/identity").text

    assert "Canary Helper" in page
    assert "victor+school@example.org" in page


@pytest.mark.parametrize("action", [Action.VET, Action.ASK_APPLICANT, Action.SEE_IDENTITY, Action.RESTORE_ENTRY])
def test_who_helped_has_no_part_in_the_decision(arrived, victor, action):
    with pytest.raises(NotAllowed, match="somebody else"):
        access.require(victor, action, arrived)


def test_nor_by_another_account(arrived, vera):
    arrived.helper_user_id = vera.id

    with pytest.raises(NotAllowed):
        rules.take_into_review(arrived, by=vera)


def test_who_helped_is_not_told_that_it_arrived(arrived):
    assert {letter.to for letter in db.session.query(Notice)} == {"vera@example.org"}
