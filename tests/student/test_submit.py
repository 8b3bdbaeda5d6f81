"""Sending an application: complete or not at all, once; taking it back."""

from datetime import date

import pytest

from campaigns.audit.models import AuditEntry
from campaigns.kit import db
from campaigns.kit.errors import IllegalMove
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.models import Consent
from campaigns.student.rules.draft import Incomplete
from campaigns.student.states import Purpose, Reason, Stage
from tests.cast.browser import hidden_fields, submit
from tests.cast.panel import vet
from tests.student.conftest import fresh


def test_a_complete_application_is_sent(a_draft):
    draft = a_draft()

    rules.submit(draft)

    assert draft.stage is Stage.SUBMITTED
    assert draft.submitted_at is not None
    assert db.session.query(AuditEntry).filter_by(action="application.submitted").count() == 1


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("legal_name", "Your name is missing."),
        ("birth_date", "Your date of birth is missing."),
        ("guardian_name", "You are under 18: name your guardian."),
        ("guardian_relation", "You are under 18: name your guardian."),
        ("school_id", "Your school is missing."),
        ("level", "Your level is missing."),
        ("country", "Your country and region are missing."),
        ("region", "Your country and region are missing."),
        ("needs", "Tell us at least one cost."),
        ("story", "Your story is missing."),
        ("consent", "Without your agreement nobody may read your application."),
    ],
)
def test_an_incomplete_one_stays_and_what_is_missing_is_listed(hold, a_draft, part, told):
    without = {part} if part not in {"legal_name", "guardian_name", "guardian_relation"} else {part, "consent"}
    draft = a_draft(without=without)
    student = hold(draft)

    answer = submit(student, "/apply/tasks/check")

    assert answer.status_code == 422
    assert told in answer.text
    assert "Something is still missing" in answer.text
    assert fresh(draft).stage is Stage.DRAFT


def test_a_minor_needs_the_guardians_agreement_too(a_draft):
    draft = a_draft(without={"consent"})
    rules.give(draft, {Purpose.APPLY}, set())

    with pytest.raises(Incomplete):
        rules.submit(draft)


def test_an_adult_needs_no_guardian(a_draft):
    draft = a_draft(minor=False)

    rules.submit(draft)

    assert draft.stage is Stage.SUBMITTED


def test_an_adult_who_turns_out_a_minor_needs_one(a_draft):
    draft = a_draft(minor=False)
    rules.save(draft, birth_date=date(2015, 1, 1))

    with pytest.raises(Incomplete):
        rules.submit(draft)


def test_a_double_click_sends_once(hold, a_draft, victor):
    student = hold(a_draft())
    fields = hidden_fields(student.get("/apply/tasks/check").text)

    answers = [student.post("/apply/tasks/check", data=fields) for _ in range(2)]

    assert {answer.location for answer in answers} == {"/apply/status"}
    assert db.session.query(Notice).count() == 1


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.DRAFT, Stage.MORE_INFO}))
def test_what_was_sent_is_not_sent_again(an_application, stage):
    with pytest.raises(IllegalMove):
        rules.submit(an_application(stage))


# ---- More was asked ----


@pytest.fixture
def asked(a_draft, victor):
    application = a_draft()
    rules.submit(application)
    rules.ask(application, "Which term does it cover?", by=victor)
    db.session.commit()
    return fresh(application)


def test_the_question_is_shown_with_the_tasks(hold, asked):
    page = hold(asked).get("/apply/tasks").text

    assert "Which term does it cover?" in page
    assert "Victor" not in page


def test_it_cannot_be_sent_again_without_an_answer(hold, asked):
    assert "Answer the question you were asked." in submit(hold(asked), "/apply/tasks/check").text


def test_answered_it_goes_back_for_a_new_round(hold, asked):
    student = hold(asked)
    submit(student, "/apply/tasks/answer", answer="The second term.")

    submit(student, "/apply/tasks/check")

    again = fresh(asked)
    assert (again.stage, again.round) == (Stage.SUBMITTED, 2)
    assert again.questions[0].answer == "The second term."
    assert again.questions[0].answered_at is not None


def test_an_answer_cannot_be_empty(hold, asked):
    assert submit(hold(asked), "/apply/tasks/answer", answer=" ").status_code == 422


def test_the_second_question_leaves_the_first_answer(asked, victor):
    rules.answer(asked, "The second term.")
    rules.submit(asked)
    rules.ask(asked, "And the uniform?", by=victor)

    again = fresh(asked)
    assert [question.answer for question in again.questions] == ["The second term.", None]
    assert again.open_question.text == "And the uniform?"


# ---- Taking it back ----


@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.IN_REVIEW, Stage.MORE_INFO, Stage.APPROVED])
def test_the_student_takes_it_back_and_every_consent_ends(an_application, stage):
    application = an_application(stage)

    rules.leave(application)

    assert application.stage is Stage.LEFT
    assert not rules.has_consent([application.id], Purpose.PUBLISH_TEXT)
    assert not rules.has_consent([application.id], Purpose.APPLY)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.DECLINED, Stage.COMPLETED, Stage.LEFT])
def test_what_is_not_under_way_is_not_taken_back(an_application, stage):
    with pytest.raises(IllegalMove):
        rules.leave(an_application(stage))


def test_taking_back_is_asked_once_more(hold, an_application):
    application = an_application(Stage.APPROVED)
    student = hold(application)
    assert "This cannot be undone" in student.get("/apply/status/leave").text
    assert fresh(application).stage is Stage.APPROVED

    submit(student, "/apply/status/leave")

    assert "Your application is closed" in student.get("/apply/status").text


# ---- How it stands ----


@pytest.mark.parametrize(
    ("stage", "consent", "told"),
    [
        (Stage.SUBMITTED, True, "somebody at Lantern starts to read it"),
        (Stage.IN_REVIEW, True, "Two people at Lantern read it"),
        (Stage.APPROVED, False, "It is your turn"),
        (Stage.APPROVED, True, "prepares a campaign with your costs"),
        (Stage.DECLINED, True, "This says nothing about your worth."),
        (Stage.SUPPORTED, True, "Sponsors can give now."),
        (Stage.COMPLETED, True, "Your support is complete"),
    ],
)
def test_the_status_says_in_plain_words_who_acts_next(hold, an_application, stage, consent, told):
    application = an_application(stage, consent=consent, minor=False)

    page = hold(application).get("/apply/status").text

    assert told in page
    assert application.ref in page


def test_given_but_unchecked_consent_is_for_the_community_to_check(hold, a_draft, vera, victor):
    application = a_draft()
    rules.submit(application)
    vet(application, Reason.SCHOOL_CONFIRMED, vera, victor)
    db.session.commit()

    assert "makes sure with your guardian" in hold(application).get("/apply/status").text


def test_a_declining_reason_is_told_and_what_vetters_wrote_is_not(hold, an_application, vera, victor):
    application = vet(an_application(Stage.IN_REVIEW), Reason.SCHOOL_NOT_CONFIRMED, vera, victor)
    db.session.commit()

    page = hold(application).get("/apply/status").text

    assert page.count("Nobody at the school could confirm the place") == 1
    assert "As the papers say" not in page
    assert "Vera" not in page


def test_a_sent_application_keeps_its_trail_of_consent(a_draft):
    draft = a_draft()
    rules.submit(draft)

    rows = db.session.query(Consent).order_by(Consent.id).all()

    assert [(row.purpose, row.by_guardian) for row in rows] == [
        (Purpose.APPLY, False),
        (Purpose.APPLY, True),
        (Purpose.PUBLISH_TEXT, False),
        (Purpose.PUBLISH_TEXT, True),
    ]
    assert {row.relation for row in rows} == {"self", "mother"}
