"""What the sheets come to is confirmed by one person, with a letter that was read before it goes."""

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import Organisation, User
from campaigns.account.queries import by_email
from campaigns.account.states import Role
from campaigns.audit.models import AuditEntry
from campaigns.kit import db
from campaigns.kit.errors import IllegalMove, NotAllowed, SecondFactorNeeded
from campaigns.student import queries, rules
from campaigns.student.models import Application, Decision
from campaigns.student.rules.vetting.base import NotInReview
from campaigns.student.rules.vetting.deciding import AgainstTheSheets, LetterChanged, StillScoring
from campaigns.student.states import SCORED, Reason, Stage, Verdict
from tests.cast.browser import hidden_fields, submit
from tests.cast.panel import a_sheet, vet, whole
from tests.student.conftest import fresh

YES, LATER, NO = Reason.SCHOOL_CONFIRMED, Reason.OTHERS_FIRST, Reason.NEED_NOT_SHOWN


@pytest.fixture
def in_review(an_application):
    return an_application(Stage.IN_REVIEW)


@pytest.fixture
def scored(in_review, victor, vera):
    """Victor and Vera have both said yes; nobody has confirmed it."""
    for person in (victor, vera):
        a_sheet(in_review, person)
    db.session.commit()
    return in_review


@pytest.mark.parametrize(("reason", "stage"), [(YES, Stage.APPROVED), (LATER, Stage.WAITLISTED), (NO, Stage.DECLINED)])
def test_two_sheets_and_one_who_confirms_decide(in_review, victor, vera, reason, stage):
    application = vet(in_review, reason, victor, vera)

    assert application.stage is stage
    assert application.decided_at is not None
    assert [(d.voter, d.reason) for d in application.decisions] == [(victor, reason)]


def test_nothing_is_decided_before_every_sheet_is_in(in_review, victor):
    a_sheet(in_review, victor)

    with pytest.raises(StillScoring):
        rules.decide(in_review, YES, by=victor)


def test_who_confirms_does_not_decide_otherwise(scored, victor):
    with pytest.raises(AgainstTheSheets):
        rules.decide(scored, NO, by=victor)
    assert scored.stage is Stage.IN_REVIEW


def test_an_officer_who_has_not_scored_confirms_too(scored, safiya):
    rules.decide(scored, YES, by=safiya)

    assert scored.stage is Stage.APPROVED


def test_the_letter_is_kept_sealed_as_it_was_shown(scored, victor):
    shown = rules.preview(scored, YES, "We look forward to it.")

    decision = rules.decide(scored, YES, paragraph="We look forward to it.", seen=shown.seen, by=victor)

    assert decision.letter == shown.letter
    assert "We look forward to it." in decision.letter
    assert "The school confirmed the place and the costs." in decision.letter
    assert "look forward" not in decision.letter_sealed


def test_a_letter_that_is_not_the_one_shown_does_not_go(scored, victor):
    shown = rules.preview(scored, YES)

    with pytest.raises(LetterChanged):
        rules.decide(scored, YES, paragraph="Another word.", seen=shown.seen, by=victor)
    assert scored.stage is Stage.IN_REVIEW


def test_a_declining_letter_says_until_when_to_appeal(in_review, victor, vera, time_machine):
    time_machine.move_to("2026-03-02T12:00:00+00:00", tick=False)

    application = vet(in_review, NO, victor, vera)

    assert "until 23 March 2026" in application.decisions[0].letter


@pytest.mark.parametrize("who", ["amina", "marta", "tomas", "noor", "otto", "ada", "mo"])
def test_no_other_role_decides(scored, request, who):
    with pytest.raises(NotAllowed):
        rules.decide(scored, YES, by=request.getfixturevalue(who))


def test_an_applicant_with_an_account_does_not_decide_the_own_application(a_user, lantern, an_application):
    student = a_user("Nadia", (Role.VETTER, lantern))

    with pytest.raises(NotAllowed):
        rules.decide(an_application(Stage.IN_REVIEW, applicant=student), YES, by=student)


def test_an_applicant_known_by_address_does_not_either(a_draft, victor):
    application = a_draft(contact="Victor+school@example.org")
    rules.submit(application)

    with pytest.raises(NotAllowed):
        rules.take_into_review(application, by=victor)


def test_who_decides_shows_the_second_factor_first(scored, victor):
    victor.second_factor = False

    with pytest.raises(SecondFactorNeeded):
        rules.decide(scored, YES, by=victor)


@pytest.mark.parametrize("stage", sorted(set(Stage) - SCORED))
def test_only_what_is_before_a_panel_is_decided(an_application, victor, stage):
    with pytest.raises(NotInReview):
        rules.decide(an_application(stage), YES, by=victor)


def test_every_step_leaves_a_trace(in_review, victor, vera):
    vet(in_review, YES, victor, vera)
    db.session.flush()

    trace = db.session.query(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.id).all()
    assert [row for row in trace if row[1]] == [
        ("application.scored", victor.id),
        ("application.scored", vera.id),
        ("application.approved", victor.id),
    ]


def test_who_scored_or_decided_is_known_to_the_floors_above(in_review, victor, vera, safiya, an_application):
    other = an_application(Stage.IN_REVIEW)
    for person in (victor, vera):
        a_sheet(in_review, person)
    rules.decide(in_review, YES, by=safiya)

    assert set(db.session.scalars(queries.vetters_of([in_review.id, other.id]))) == {victor.id, vera.id, safiya.id}
    assert db.session.scalars(queries.vetters_of([other.id])).all() == []


# ---- The database says it too ----


def a_decision(application: Application, by: User, **changes: object) -> Decision:
    given = {
        "application_id": application.id,
        "voter_id": by.id,
        "voter_email": by.email_canonical,
        "verdict": Verdict.APPROVE,
        "reason": YES,
    }
    return Decision(**(given | changes))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "second",
    [
        {"voter_email": "another@example.org"},  # the same account twice
        {"voter_id": "vera"},  # another account with the same address
        {"voter_id": "vera", "voter_email": "vera@example.org", "applicant_user_id": "vera"},  # the applicant
        {"voter_id": "vera", "voter_email": "vera@example.org", "reason": NO},  # a reason that does not fit
        {"voter_id": "vera", "voter_email": "vera@example.org", "letter": "A second letter."},
    ],
)
def test_rows_that_break_the_rule_cannot_be_stored(in_review, victor, vera, second):
    db.session.add(a_decision(in_review, victor, letter="A letter."))
    db.session.flush()

    changes = {key: vera.id if value == "vera" else value for key, value in second.items()}
    db.session.add(a_decision(in_review, victor, **changes))
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.both_databases
def test_two_who_confirm_at_once_make_one_decision(app, scored, victor, vera):
    rules.decide(scored, YES, by=victor)  # not committed yet: the other one waits
    application_id, faults = scored.id, []

    def confirm_too() -> None:
        with app.app_context():
            person = db.session.scalars(by_email("vera@example.org")).one()
            person.second_factor = True
            try:
                rules.decide(db.session.get_one(Application, application_id), YES, by=person)
                db.session.commit()
            except Exception as fault:
                faults.append(type(fault))
            finally:
                db.session.remove()

    other = threading.Thread(target=confirm_too)
    other.start()
    other.join(timeout=0.5)
    db.session.commit()
    other.join(timeout=10)

    assert faults == [NotInReview]
    assert db.session.query(Decision).count() == 1


# ---- Taking into review, asking ----


def test_a_vetter_takes_it_into_review(an_application, victor):
    application = an_application(Stage.SUBMITTED)

    rules.take_into_review(application, by=victor)

    assert (application.stage, application.round) == (Stage.IN_REVIEW, 1)


def test_a_question_sends_it_back_and_the_same_two_score_anew(a_draft, victor, vera, safiya):
    application = a_draft()
    rules.submit(application)
    rules.take_into_review(application, by=victor)
    for person in (victor, vera):
        a_sheet(application, person)
    rules.ask(application, "Which term?", by=vera)
    assert (application.stage, application.recommended) == (Stage.MORE_INFO, None)
    rules.answer(fresh(application), "The second.")
    rules.submit(application)

    rules.take_into_review(application, by=safiya)

    found = whole(application)
    assert (found.round, found.current_sheets, found.assigned_ids) == (2, [], {victor.id, vera.id})


def test_who_scored_may_still_ask(in_review, victor):
    a_sheet(in_review, victor)

    rules.ask(in_review, "Which term?", by=victor)

    assert in_review.stage is Stage.MORE_INFO


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.MORE_INFO, Stage.APPROVED, Stage.DECLINED, Stage.LEFT])
def test_nothing_is_asked_at_other_stages(an_application, victor, stage):
    with pytest.raises(IllegalMove):
        rules.ask(an_application(stage), "Why?", by=victor)


def test_nobody_takes_a_declined_one_up_again_by_hand(an_application, victor):
    with pytest.raises(IllegalMove):
        rules.take_into_review(an_application(Stage.DECLINED), by=victor)


# ---- The school that was typed ----


def test_a_yes_makes_a_typed_school_one_of_the_list(an_application, victor, vera):
    application = an_application(Stage.IN_REVIEW)
    application.school_id, application.school_name, application.school_country = None, "Kisumu College", "KE"
    db.session.commit()
    for person in (victor, vera):
        a_sheet(application, person)
    assert db.session.scalars(queries.schools("Kisumu")).all() == []

    rules.decide(application, YES, by=vera)

    school = db.session.scalars(queries.schools("Kisumu")).one()
    assert (school.name, school.country, application.school_id) == ("Kisumu College", "KE", school.id)


def test_a_typed_school_that_is_there_is_not_made_twice(an_application, school, victor, vera):
    application = an_application(Stage.IN_REVIEW)
    application.school_id, application.school_name, application.school_country = None, "MWANGAZA secondary", "KE"
    db.session.commit()

    vet(application, YES, victor, vera)

    assert application.school_id == school.id
    assert db.session.query(Organisation).filter_by(kind="school").count() == 1


# ---- A campaign takes it up ----


def test_a_campaign_supports_an_approved_application_once(an_application, amina):
    application = an_application(Stage.APPROVED)

    for _ in range(2):
        rules.support(application, by=amina)

    assert application.stage is Stage.SUPPORTED
    assert db.session.query(AuditEntry).filter_by(action="application.supported").count() == 1


def test_a_campaign_supports_no_other(an_application, amina):
    with pytest.raises(IllegalMove):
        rules.support(an_application(Stage.IN_REVIEW), by=amina)


# ---- On the page ----


def test_the_letter_is_shown_before_it_goes(sign_in, scored, victor):
    at = f"/a/lantern/applications/{scored.ref}"
    browser = sign_in(victor)

    shown = submit(browser, f"{at}/decision", reason="school_confirmed", paragraph="Well done.")
    assert shown.status_code == 200
    assert "Well done." in shown.text
    assert "has said yes to your application" in shown.text
    assert db.session.query(Decision).count() == 0

    fields = hidden_fields(shown.text) | {"reason": "school_confirmed", "paragraph": "Well done.", "send": "1"}
    answer = browser.post(f"{at}/decision", data=fields)

    assert answer.location == at
    assert "Well done." in db.session.query(Decision).one().letter


def test_a_letter_that_was_not_shown_is_not_sent(sign_in, scored, victor):
    at = f"/a/lantern/applications/{scored.ref}/decision"

    answer = submit(sign_in(victor), at, reason="school_confirmed", paragraph="Unseen.", send="1")

    assert answer.status_code == 422
    assert "Unseen." in answer.text
    assert db.session.query(Decision).count() == 0


@pytest.mark.parametrize("reason", ["", "because", "need_not_shown", None])
def test_a_decision_needs_one_of_the_reasons_that_fit(sign_in, scored, victor, reason):
    fields = {"paragraph": "Some words."} | ({"reason": reason} if reason is not None else {})

    answer = submit(sign_in(victor), f"/a/lantern/applications/{scored.ref}/decision", **fields)

    assert answer.status_code == 422
    assert "Some words." in answer.text
    assert db.session.query(Decision).count() == 0


def test_the_student_reads_the_letter_on_the_status_page(hold, scored, victor):
    rules.decide(scored, YES, paragraph="Bring your report book.", by=victor)
    db.session.commit()

    page = hold(scored).get("/apply/status").text

    assert "Bring your report book." in page


def test_a_question_is_asked_on_its_page(sign_in, in_review, victor):
    browser, at = sign_in(victor), f"/a/lantern/applications/{in_review.ref}"
    assert submit(browser, f"{at}/question", question="").status_code == 422

    answer = submit(browser, f"{at}/question", question="Which term?")

    assert answer.location == at
    assert fresh(in_review).open_question.text == "Which term?"


def test_taking_into_review_is_one_press(sign_in, an_application, victor):
    application = an_application(Stage.SUBMITTED)
    at = f"/a/lantern/applications/{application.ref}"

    answer = submit(sign_in(victor), at, to=f"{at}/review")

    assert answer.location == at
    assert fresh(application).stage is Stage.IN_REVIEW
