"""Two different people approve, none of them the applicant, nor one person behind two accounts."""

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.account.models import Organisation, User
from campaigns.account.queries import by_email
from campaigns.account.states import Role
from campaigns.audit.models import AuditEntry
from campaigns.kit import db
from campaigns.kit.errors import IllegalMove, NotAllowed, SecondFactorNeeded
from campaigns.student import queries, rules
from campaigns.student.models import Application, Decision
from campaigns.student.rules.vetting import AlreadyDecided, NotInReview
from campaigns.student.states import Reason, Stage, Verdict
from tests.cast.browser import submit
from tests.student.conftest import fresh

YES, NO = Reason.SCHOOL_CONFIRMED, Reason.NEED_NOT_SHOWN


@pytest.fixture
def in_review(an_application):
    return an_application(Stage.IN_REVIEW)


def test_one_approval_leaves_it_in_review(in_review, victor):
    rules.decide(in_review, YES, by=victor)

    assert in_review.stage is Stage.IN_REVIEW
    assert in_review.decided_at is None


def test_two_approvals_approve(in_review, victor, vera):
    rules.decide(in_review, YES, by=victor)
    rules.decide(in_review, YES, note="Spoke with the office.", by=vera)

    assert in_review.stage is Stage.APPROVED
    assert in_review.decided_at is not None
    assert [d.note for d in fresh(in_review).decisions] == ["", "Spoke with the office."]


def test_two_declines_decline(in_review, victor, vera):
    rules.decide(in_review, NO, by=victor)
    rules.decide(in_review, NO, by=vera)

    assert in_review.stage is Stage.DECLINED


@pytest.mark.parametrize(("third", "outcome"), [(YES, Stage.APPROVED), (NO, Stage.DECLINED)])
def test_one_of_each_waits_for_a_third(in_review, victor, vera, safiya, third, outcome):
    rules.decide(in_review, YES, by=victor)
    rules.decide(in_review, NO, by=vera)
    assert in_review.stage is Stage.IN_REVIEW

    rules.decide(in_review, third, by=safiya)

    assert in_review.stage is outcome


def test_nobody_approves_twice(in_review, victor):
    rules.decide(in_review, YES, by=victor)

    with pytest.raises(NotAllowed):
        rules.decide(in_review, YES, by=victor)
    assert in_review.stage is Stage.IN_REVIEW


def test_one_person_behind_two_accounts_is_one(in_review, a_user, lantern, victor):
    twin = a_user("Victor Two", (Role.VETTER, lantern))
    twin.email, twin.email_canonical = "victor+two@example.org", "victor@example.org"
    db.session.commit()
    twin = db.session.scalars(by_email("victor+two@example.org")).one()
    twin.second_factor = True
    rules.decide(in_review, YES, by=victor)

    with pytest.raises(NotAllowed):
        rules.decide(in_review, YES, by=twin)


def test_an_applicant_with_an_account_does_not_vet_the_own_application(a_user, lantern, an_application):
    student = a_user("Nadia", (Role.VETTER, lantern))
    application = an_application(Stage.IN_REVIEW, applicant=student)

    with pytest.raises(NotAllowed):
        rules.decide(application, YES, by=student)


def test_an_applicant_known_by_address_does_not_either(a_draft, victor):
    application = a_draft(contact="Victor+school@example.org")
    rules.submit(application)

    with pytest.raises(NotAllowed):
        rules.take_into_review(application, by=victor)


@pytest.mark.parametrize("who", ["amina", "marta", "tomas", "noor", "otto", "ada", "mo"])
def test_no_other_role_decides(in_review, request, who):
    with pytest.raises(NotAllowed):
        rules.decide(in_review, YES, by=request.getfixturevalue(who))


def test_a_vetter_shows_the_second_factor_first(in_review, victor):
    victor.second_factor = False

    with pytest.raises(SecondFactorNeeded):
        rules.decide(in_review, YES, by=victor)


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.IN_REVIEW}))
def test_only_what_is_in_review_is_decided(an_application, victor, stage):
    with pytest.raises(NotInReview):
        rules.decide(an_application(stage), YES, by=victor)


def test_every_step_leaves_a_trace(in_review, victor, vera):
    for person in (victor, vera):
        rules.decide(in_review, YES, by=person)
    db.session.flush()

    trace = db.session.query(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.id).all()
    assert trace == [
        ("application.vote_approve", victor.id),
        ("application.vote_approve", vera.id),
        ("application.approved", vera.id),
    ]


def test_who_decided_is_known_to_the_floors_above(in_review, victor, vera, an_application):
    other = an_application(Stage.IN_REVIEW)
    for person in (victor, vera):
        rules.decide(in_review, YES, by=person)

    assert set(db.session.scalars(queries.vetters_of([in_review.id, other.id]))) == {victor.id, vera.id}
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
    ],
)
def test_rows_that_break_the_rule_cannot_be_stored(in_review, victor, vera, second):
    db.session.add(a_decision(in_review, victor))
    db.session.flush()

    changes = {key: vera.id if value == "vera" else value for key, value in second.items()}
    db.session.add(a_decision(in_review, victor, **changes))
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.both_databases
def test_a_second_decision_that_slips_past_the_check_is_refused_by_the_database(in_review, victor, monkeypatch):
    rules.decide(in_review, YES, by=victor)
    db.session.commit()
    monkeypatch.setattr(access, "require", lambda *_: None)

    with pytest.raises(AlreadyDecided):
        rules.decide(in_review, YES, by=victor)


@pytest.mark.both_databases
def test_two_approvals_at_once_both_count(app, in_review, victor, vera):
    rules.decide(in_review, YES, by=victor)  # not committed yet: the other one waits
    application_id, faults = in_review.id, []

    def approve_too() -> None:
        with app.app_context():
            person = db.session.scalars(by_email("vera@example.org")).one()
            person.second_factor = True
            try:
                rules.decide(db.session.get_one(Application, application_id), YES, by=person)
                db.session.commit()
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    other = threading.Thread(target=approve_too)
    other.start()
    other.join(timeout=0.5)
    db.session.commit()
    other.join(timeout=10)

    assert faults == []
    assert db.session.query(Application).populate_existing().filter_by(id=application_id).one().stage is Stage.APPROVED
    assert db.session.query(Decision).count() == 2


# ---- Taking into review, asking, looking again ----


def test_a_vetter_takes_it_into_review(an_application, victor):
    application = an_application(Stage.SUBMITTED)

    rules.take_into_review(application, by=victor)

    assert (application.stage, application.round) == (Stage.IN_REVIEW, 1)


def test_a_question_sends_it_back_and_resets_the_decisions(a_draft, victor, vera, safiya):
    application = a_draft()
    rules.submit(application)
    rules.take_into_review(application, by=victor)
    rules.decide(application, YES, by=victor)
    rules.ask(application, "Which term?", by=vera)
    assert application.stage is Stage.MORE_INFO
    rules.answer(fresh(application), "The second.")
    rules.submit(application)

    rules.take_into_review(application, by=safiya)
    rules.decide(application, YES, by=vera)

    assert application.stage is Stage.IN_REVIEW
    rules.decide(application, YES, by=victor)
    assert application.stage is Stage.APPROVED


def test_who_decided_may_still_ask(in_review, victor):
    rules.decide(in_review, YES, by=victor)

    rules.ask(in_review, "Which term?", by=victor)

    assert in_review.stage is Stage.MORE_INFO


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.MORE_INFO, Stage.APPROVED, Stage.DECLINED, Stage.LEFT])
def test_nothing_is_asked_at_other_stages(an_application, victor, stage):
    with pytest.raises(IllegalMove):
        rules.ask(an_application(stage), "Why?", by=victor)


def test_a_declined_one_is_looked_at_again_by_somebody_who_did_not_decline_it(in_review, victor, vera, safiya):
    for person in (victor, vera):
        rules.decide(in_review, NO, by=person)
    with pytest.raises(NotAllowed):
        rules.take_into_review(in_review, by=victor)

    rules.take_into_review(in_review, by=safiya)

    assert (in_review.stage, in_review.round, in_review.decided_at) == (Stage.IN_REVIEW, 2, None)


# ---- The school that was typed ----


def test_two_approvals_make_a_typed_school_one_of_the_list(an_application, victor, vera):
    application = an_application(Stage.IN_REVIEW)
    application.school_id, application.school_name, application.school_country = None, "Kisumu College", "KE"
    db.session.commit()

    rules.decide(application, YES, by=victor)
    assert db.session.scalars(queries.schools("Kisumu")).all() == []
    rules.decide(application, YES, by=vera)

    school = db.session.scalars(queries.schools("Kisumu")).one()
    assert (school.name, school.country, application.school_id) == ("Kisumu College", "KE", school.id)


def test_a_typed_school_that_is_there_is_not_made_twice(an_application, school, victor, vera):
    application = an_application(Stage.IN_REVIEW)
    application.school_id, application.school_name, application.school_country = None, "MWANGAZA secondary", "KE"
    db.session.commit()

    for person in (victor, vera):
        rules.decide(application, YES, by=person)

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


def test_a_decision_is_taken_on_its_page(sign_in, in_review, victor):
    at = f"/a/lantern/applications/{in_review.ref}"

    answer = submit(sign_in(victor), f"{at}/decision", reason="need_not_shown", note="No fee note.")

    assert answer.location == at
    row = db.session.query(Decision).one()
    assert (row.verdict, row.reason, row.note) == (Verdict.DECLINE, NO, "No fee note.")


@pytest.mark.parametrize("reason", ["", "because", None])
def test_a_decision_needs_one_of_the_reasons(sign_in, in_review, victor, reason):
    fields = {"note": "A note."} | ({"reason": reason} if reason is not None else {})

    answer = submit(sign_in(victor), f"/a/lantern/applications/{in_review.ref}/decision", **fields)

    assert answer.status_code == 422
    assert "A note." in answer.text
    assert db.session.query(Decision).count() == 0


def test_who_has_decided_is_offered_no_second_decision(sign_in, in_review, victor):
    browser, at = sign_in(victor), f"/a/lantern/applications/{in_review.ref}"
    submit(browser, f"{at}/decision", reason="school_confirmed")

    assert f"{at}/decision" not in browser.get(at).text
    assert browser.get(f"{at}/decision").status_code == 403


def test_each_decides_without_knowing_what_the_other_said(sign_in, in_review, victor, vera):
    rules.decide(in_review, NO, note="Hmm.", by=victor)
    db.session.commit()
    browser, at = sign_in(vera), f"/a/lantern/applications/{in_review.ref}"
    assert "Victor" not in browser.get(at).text
    assert "1 of at least 2 decisions given" in browser.get(at).text

    submit(browser, f"{at}/decision", reason="school_confirmed")

    assert "Declined</strong> by Victor" in browser.get(at).text


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
