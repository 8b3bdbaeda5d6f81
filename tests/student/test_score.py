"""Two vetters score by themselves; what both found is shown to neither before both are done."""

import pytest

from campaigns.account.states import Role
from campaigns.audit.models import AuditEntry
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed, SecondFactorNeeded
from campaigns.student import rules
from campaigns.student.models import Assignment, ScoreSheet
from campaigns.student.rules.vetting.base import NotInReview
from campaigns.student.rules.vetting.scoring import AlreadyScored
from campaigns.student.rules.vetting.staff import NotAsked
from campaigns.student.states import DEFAULT_WEIGHTS, SCORED, Criterion, Stage, Verdict, weighted
from tests.cast.panel import a_sheet, marks, whole


@pytest.fixture
def in_review(an_application, victor, vera):
    application = an_application(Stage.SUBMITTED)
    rules.take_into_review(application, by=victor)
    return application


# ---- The total ----


@pytest.mark.parametrize(("level", "total"), [(0, 0), (1, 25), (2, 50), (4, 100)])
def test_the_same_level_everywhere_gives_its_share_of_a_hundred(level, total):
    assert weighted(dict.fromkeys(Criterion, level), DEFAULT_WEIGHTS) == total


def test_a_total_is_rounded_half_up_in_whole_numbers():
    weights = dict.fromkeys(Criterion, 0) | {Criterion.NEED: 1, Criterion.PLAN: 1}

    assert weighted({Criterion.NEED: 1, Criterion.PLAN: 0}, weights) == 13  # 12.5


def test_what_has_no_weight_does_not_count():
    weights = dict.fromkeys(Criterion, 0) | {Criterion.NEED: 3}

    assert weighted(dict.fromkeys(Criterion, 0) | {Criterion.NEED: 4}, weights) == 100
    assert weighted(dict.fromkeys(Criterion, 4), dict.fromkeys(Criterion, 0)) == 0


# ---- Who is asked ----


def test_two_vetters_are_asked_and_the_officer_is_left_to_look_at_papers(in_review, victor, vera, safiya):
    assert whole(in_review).assigned_ids == {victor.id, vera.id}


def test_who_has_least_to_do_is_asked_first(an_application, a_user, lantern, victor, vera):
    wanda = a_user("Wanda", (Role.VETTER, lantern))
    first, second = an_application(Stage.SUBMITTED), an_application(Stage.SUBMITTED)

    rules.take_into_review(first, by=victor)
    rules.take_into_review(second, by=victor)

    assert whole(first).assigned_ids == {victor.id, vera.id}
    assert whole(second).assigned_ids == {wanda.id, victor.id}


def test_who_hands_it_back_is_followed_by_another_and_not_asked_again(in_review, victor, vera, safiya):
    rules.hand_back(in_review, by=victor)

    assert whole(in_review).assigned_ids == {vera.id, safiya.id}
    with pytest.raises(NotAsked):
        rules.hand_back(in_review, by=victor)


def test_who_becomes_a_vetter_later_is_asked_where_somebody_lacks(an_application, victor, a_user, lantern):
    from campaigns.student.rules.vetting.staff import staff_panels

    application = an_application(Stage.SUBMITTED)
    rules.take_into_review(application, by=victor)
    db.session.commit()
    wanda = a_user("Wanda", (Role.VETTER, lantern))

    for _ in range(2):
        staff_panels()

    assert whole(application).assigned_ids == {victor.id, wanda.id}
    assert db.session.query(Assignment).count() == 2


# ---- Handing in ----


def test_a_sheet_keeps_levels_reasons_total_and_the_version_of_the_weights(in_review, victor):
    rules.score(in_review, marks(4, need=2), Verdict.APPROVE, by=victor)

    sheet = whole(in_review).sheets[0]
    assert (sheet.total, sheet.recommends, sheet.rubric.version) == (89, Verdict.APPROVE, 1)
    assert sheet.levels == dict.fromkeys(Criterion, 4) | {Criterion.NEED: 2}
    assert {line.reason for line in sheet.lines} == {"As the papers say."}


def test_one_sheet_decides_nothing(in_review, victor):
    a_sheet(in_review, victor)

    assert (in_review.stage, in_review.recommended, in_review.score) == (Stage.IN_REVIEW, None, None)


def test_two_that_agree_make_a_recommendation_and_nothing_more(in_review, victor, vera):
    a_sheet(in_review, victor, level=4)
    a_sheet(in_review, vera, level=4)

    application = whole(in_review)
    assert (application.recommended, application.score) == (Verdict.APPROVE, 100)
    assert application.stage is Stage.IN_REVIEW


def test_different_recommendations_call_a_third_who_decides(in_review, victor, vera, safiya):
    a_sheet(in_review, victor, Verdict.APPROVE)
    a_sheet(in_review, vera, Verdict.DECLINE)
    assert whole(in_review).assigned_ids == {victor.id, vera.id, safiya.id}
    assert in_review.recommended is None

    a_sheet(in_review, safiya, Verdict.DECLINE)

    assert in_review.recommended is Verdict.DECLINE


def test_three_different_recommendations_come_to_the_middle_one(in_review, victor, vera, safiya):
    for person, verdict in ((victor, Verdict.APPROVE), (vera, Verdict.DECLINE), (safiya, Verdict.WAITLIST)):
        a_sheet(in_review, person, verdict)

    assert in_review.recommended is Verdict.WAITLIST


@pytest.mark.parametrize(("threshold", "sheets"), [(24, 3), (25, 2)])
def test_totals_further_apart_than_the_threshold_call_a_third(
    in_review, lantern, amina, victor, vera, safiya, threshold, sheets
):
    rules.weigh(lantern, dict(DEFAULT_WEIGHTS), threshold, by=amina)
    a_sheet(in_review, victor, level=4)
    a_sheet(in_review, vera, level=3)

    assert whole(in_review).sheets_needed == sheets


def test_of_three_totals_the_middle_one_counts(in_review, victor, vera, safiya):
    for person, level in ((victor, 4), (vera, 1), (safiya, 2)):
        a_sheet(in_review, person, level=level)

    assert in_review.score == 50


def test_nobody_scores_twice(in_review, victor):
    a_sheet(in_review, victor)

    with pytest.raises(AlreadyScored):
        rules.score(in_review, marks(), Verdict.APPROVE, by=victor)


def test_one_person_behind_two_accounts_is_one(in_review, a_user, lantern, victor):
    twin = a_user("Victor Two", (Role.VETTER, lantern))
    twin.email_canonical = victor.email_canonical
    a_sheet(in_review, victor)

    with pytest.raises(AlreadyScored):
        a_sheet(in_review, twin)


def test_only_who_is_asked_scores(in_review, safiya):
    with pytest.raises(NotAsked):
        rules.score(in_review, marks(), Verdict.APPROVE, by=safiya)


@pytest.mark.parametrize("who", ["amina", "marta", "tomas", "noor", "otto", "ada", "mo"])
def test_no_other_role_scores(in_review, request, who):
    with pytest.raises(NotAllowed):
        rules.score(in_review, marks(), Verdict.APPROVE, by=request.getfixturevalue(who))


def test_a_vetter_shows_the_second_factor_first(in_review, victor):
    victor.second_factor = False

    with pytest.raises(SecondFactorNeeded):
        rules.score(in_review, marks(), Verdict.APPROVE, by=victor)


@pytest.mark.parametrize("stage", sorted(set(Stage) - SCORED))
def test_only_what_is_before_a_panel_is_scored(an_application, victor, stage):
    with pytest.raises(NotInReview):
        rules.score(an_application(stage), marks(), Verdict.APPROVE, by=victor)


def test_the_trail_says_who_scored_and_not_what(in_review, victor):
    a_sheet(in_review, victor)
    db.session.flush()

    entry = db.session.query(AuditEntry).filter_by(action="application.scored").one()
    assert (entry.actor_id, entry.detail) == (victor.id, {"round": 1})


def test_what_is_written_on_a_sheet_is_sealed(in_review, victor):
    sheet = a_sheet(in_review, victor)
    db.session.flush()

    assert all("papers" not in line.reason_sealed for line in sheet.lines)
    assert db.session.query(ScoreSheet).count() == 1
