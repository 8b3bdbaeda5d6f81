"""Once, before a deadline, a second panel of other people looks again; what it says is final."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account.states import Role
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.student import rules
from campaigns.student.models import APPEAL_WITHIN, Appeal
from campaigns.student.rules.vetting.appeals import NoAppeal
from campaigns.student.states import Reason, Stage, Verdict
from tests.cast.browser import submit
from tests.cast.panel import POOR, a_sheet, marks, vet, whole

YES, NO = Reason.SCHOOL_CONFIRMED, Reason.NEED_NOT_SHOWN


@pytest.fixture
def wanda(a_user, lantern):
    return a_user("Wanda", (Role.VETTER, lantern))


@pytest.fixture
def declined(an_application, victor, vera):
    application = vet(an_application(Stage.IN_REVIEW), NO, victor, vera)
    db.session.commit()
    return application


@pytest.fixture
def appealed(declined, wanda, safiya):
    rules.appeal(declined, "The fee note came later.")
    db.session.commit()
    return whole(declined)


def test_an_appeal_asks_two_who_had_no_hand_in_it(appealed, wanda, safiya):
    assert (appealed.stage, appealed.round) == (Stage.APPEALED, 2)
    assert appealed.assigned_ids == {wanda.id, safiya.id}
    assert appealed.appeal.text == "The fee note came later."
    assert "fee note" not in appealed.appeal.text_sealed


def test_who_scored_or_decided_before_is_kept_out(appealed, victor, vera):
    for person in (victor, vera):
        with pytest.raises(NotAllowed):
            rules.score(appealed, marks(), Verdict.APPROVE, by=person)


def test_who_only_decided_before_is_kept_out_too(an_application, victor, vera, safiya, wanda, a_user, lantern):
    walt = a_user("Walt", (Role.VETTER, lantern))
    application = an_application(Stage.IN_REVIEW)
    for person in (victor, vera):
        a_sheet(application, person, Verdict.DECLINE)
    rules.decide(application, NO, by=safiya)

    rules.appeal(application, "Look again.")

    assert whole(application).assigned_ids == {wanda.id, walt.id}


def test_a_second_panel_says_yes(appealed, wanda, safiya):
    vet(appealed, YES, wanda, safiya)

    assert appealed.stage is Stage.APPROVED


def test_a_second_no_is_final(appealed, wanda, safiya):
    vet(appealed, NO, wanda, safiya)

    assert whole(appealed).appeal_until is None
    assert "this decision is final" in whole(appealed).decisions[-1].letter
    with pytest.raises(NoAppeal):
        rules.appeal(appealed, "Once more.")


def test_nobody_of_the_first_panel_confirms_what_the_second_found(appealed, victor, wanda, safiya):
    for person in (wanda, safiya):
        a_sheet(appealed, person)

    with pytest.raises(NotAllowed):
        rules.decide(appealed, YES, by=victor)


def test_the_deadline_closes_it_for_good(declined, time_machine):
    time_machine.move_to(clock.now() + APPEAL_WITHIN)

    assert declined.appeal_until is None
    with pytest.raises(NoAppeal):
        rules.appeal(declined, "Too late.")


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.DECLINED}))
def test_only_a_no_is_appealed_against(an_application, stage):
    with pytest.raises(NoAppeal):
        rules.appeal(an_application(stage), "Why?")


# ---- On the pages ----


def test_the_status_page_leads_to_it_and_the_form_sends_it(hold, declined, wanda, safiya):
    browser = hold(declined)
    assert "/apply/status/appeal" in browser.get("/apply/status").text
    assert submit(browser, "/apply/status/appeal", text="").status_code == 422

    answer = submit(browser, "/apply/status/appeal", text="My school has written since.")

    assert answer.location == "/apply/status"
    assert "It is looked at again" in browser.get("/apply/status").text
    assert browser.get("/apply/status/appeal").status_code == 303


def test_the_team_reads_it_without_names(sign_in, declined, wanda, safiya):
    rules.appeal(declined, "Canary has a fee note now.")
    db.session.commit()

    page = sign_in(wanda).get(f"/a/lantern/applications/{declined.ref}").text

    assert "▇ has a fee note now." in page


# ---- The database says it too ----


@pytest.mark.both_databases
def test_the_database_knows_one_appeal(appealed):
    db.session.expunge_all()
    db.session.add(Appeal(application_id=appealed.id, round=2, text="Again."))
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["victor", "vera"])
def test_the_database_refuses_a_second_sheet_of_the_first_panel(appealed, request, who):
    person = request.getfixturevalue(who)
    row = {"a": appealed.id, "v": person.id, "e": person.email_canonical, "r": appealed.sheets[0].rubric_id}
    with pytest.raises(IntegrityError, match="second panel"):
        db.session.execute(
            sa.text(
                "INSERT INTO score_sheet"
                " (application_id, round, vetter_id, vetter_email, rubric_id, recommends, total, at)"
                " VALUES (:a, 2, :v, :e, :r, 'approve', 50, '2026-01-01 00:00:00')"
            ),
            row,
        )


@pytest.mark.both_databases
def test_the_database_refuses_a_decision_of_an_appeal_by_the_first_panel(appealed, vera):
    with pytest.raises(IntegrityError, match="appeal against themselves"):
        db.session.execute(
            sa.text(
                "INSERT INTO application_decision (application_id, round, voter_id, voter_email, verdict, reason, at)"
                " VALUES (:a, 2, :v, :e, 'decline', 'out_of_scope', '2026-01-01 00:00:00')"
            ),
            {"a": appealed.id, "v": vera.id, "e": vera.email_canonical},
        )


def test_poor_marks_are_no_reason_to_be_kept_out(appealed, wanda):
    assert a_sheet(appealed, wanda, Verdict.DECLINE, POOR).total == 0
