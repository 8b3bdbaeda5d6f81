"""Who scores knows neither who the student is nor what the others found, before it cannot sway them any more."""

import pytest

from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from campaigns.student import rules
from campaigns.student.models import Conflict, ScoreSheet
from campaigns.student.redact import name_parts, redacted
from campaigns.student.rules.vetting.staff import NotAsked
from campaigns.student.states import ConflictKind, DocumentKind, Source, Stage, Verdict
from tests.cast.browser import submit
from tests.cast.panel import a_sheet, marks, whole

PAPER = b"%PDF-1.4\n% a fee note\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def in_review(an_application, victor, vera, safiya):
    application = an_application(Stage.SUBMITTED)
    application.story = "My mother calls me Cánary. Legalnames are many. GUARDIAN's words: canary Legalname!"
    rules.take_into_review(application, by=victor)
    db.session.commit()
    return application


# ---- Names ----


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I am José.", "I am ▇."),
        ("JOSE and Jose\u0301", "▇ and ▇"),
        ("Joses is another", "Joses is another"),
        ("Ng's bag", "▇'s bag"),
        ("A of B", "A of B"),
        (None, ""),
    ],
)
def test_names_are_taken_out_as_whole_words(text, shown):
    assert redacted(text, name_parts("José A. Ng", None)) == shown


def test_the_page_and_the_sheet_show_the_story_without_names(sign_in, in_review, victor):
    browser, at = sign_in(victor), f"/a/lantern/applications/{in_review.ref}"

    for page in (browser.get(at).text, browser.get(f"{at}/score").text):
        assert "My mother calls me ▇. Legalnames are many. ▇&#39;s words: ▇ ▇!" in page
        assert "Canary" not in page


# ---- Identity and papers ----


def test_a_vetter_reads_no_name_while_sheets_are_missing(in_review, victor, vera):
    with pytest.raises(NotAllowed):
        rules.read_identity(in_review, by=victor)
    a_sheet(in_review, victor)
    with pytest.raises(NotAllowed):
        rules.read_identity(in_review, by=victor)

    a_sheet(in_review, vera)

    assert rules.read_identity(in_review, by=victor).legal_name == "Canary Legalname"


def test_nor_any_paper(in_review, victor, vera):
    paper = rules.attach(in_review, PAPER, DocumentKind.FEE_NOTE, Source.STUDENT)
    with pytest.raises(NotAllowed):
        rules.read_paper(whole(in_review), paper, by=victor)

    for person in (victor, vera):
        a_sheet(in_review, person)

    assert rules.read_paper(whole(in_review), paper, by=victor) == PAPER


def test_an_officer_who_does_not_score_may_look_and_then_scores_no_more(in_review, victor, vera, safiya):
    rules.read_identity(in_review, by=safiya)

    assert {(each.user_id, each.kind) for each in whole(in_review).conflicts} == {
        (safiya.id, ConflictKind.SAW_IDENTITY)
    }
    a_sheet(in_review, victor, Verdict.APPROVE)
    a_sheet(in_review, vera, Verdict.DECLINE)  # a third is needed
    assert safiya.id not in whole(in_review).assigned_ids
    with pytest.raises(NotAllowed):
        rules.score(in_review, marks(), Verdict.APPROVE, by=safiya)


def test_so_does_one_who_has_opened_a_paper(in_review, safiya):
    paper = rules.attach(in_review, PAPER, DocumentKind.FEE_NOTE, Source.STUDENT)

    rules.read_paper(whole(in_review), paper, by=safiya)

    assert safiya.id in whole(in_review).barred_ids


def test_an_officer_who_scores_it_is_blind_as_well(in_review, victor, safiya):
    rules.hand_back(in_review, by=victor)  # now it is Safiya's

    with pytest.raises(NotAllowed):
        rules.read_identity(in_review, by=safiya)


def test_who_looked_before_it_was_taken_up_is_not_asked(an_application, victor, vera, safiya):
    application = an_application(Stage.SUBMITTED)
    rules.read_identity(application, by=victor)

    rules.take_into_review(application, by=victor)

    assert whole(application).assigned_ids == {vera.id, safiya.id}


def test_to_look_after_the_decision_keeps_nobody_out(an_application, victor):
    application = an_application(Stage.APPROVED)

    rules.read_identity(application, by=victor)

    assert db.session.query(Conflict).count() == 0


def test_the_page_says_why_names_are_not_shown(sign_in, in_review, victor):
    browser, at = sign_in(victor), f"/a/lantern/applications/{in_review.ref}"

    assert f"{at}/identity" not in browser.get(at).text
    assert browser.get(f"{at}/identity").status_code == 403


# ---- Each other's sheets ----


def seen(browser, application) -> str:
    return browser.get(f"/a/lantern/applications/{application.ref}").text


def test_nobody_sees_the_first_sheet_before_the_second_is_in(sign_in, in_review, victor, vera, safiya):
    a_sheet(in_review, victor, Verdict.DECLINE, level=1)
    db.session.commit()

    for person in (vera, safiya, victor):
        page = seen(sign_in(person), in_review)
        assert "1 of 2 score sheets are in" in page
        assert "25 of 100" not in page
        assert "As the papers say." not in page


def test_all_see_both_once_both_are_in(sign_in, in_review, victor, vera, safiya):
    for person in (victor, vera):
        a_sheet(in_review, person, Verdict.WAITLIST, level=2)
    db.session.commit()

    for person in (vera, safiya):
        page = seen(sign_in(person), in_review)
        assert "Victor: 50 of 100" in page
        assert "As the papers say." in page


def test_a_third_sees_neither_before_the_own_sheet(sign_in, in_review, victor, vera, safiya):
    a_sheet(in_review, victor, Verdict.APPROVE)
    a_sheet(in_review, vera, Verdict.DECLINE, level=1)
    db.session.commit()

    page = seen(sign_in(safiya), in_review)
    assert "a third person is asked" in page
    assert "25 of 100" not in page
    assert "25 of 100" in seen(sign_in(victor), in_review)

    a_sheet(in_review, safiya, Verdict.DECLINE, level=1)
    db.session.commit()
    assert "25 of 100" in seen(sign_in(safiya), in_review)


# ---- The sheet's page ----


def sheet(**changes: str) -> dict[str, str]:
    parts = {f"{name}-level": "3" for name in ("need", "place", "plan", "difference", "costs", "safety")}
    reasons = {name.replace("level", "reason"): "It was shown." for name in parts}
    return parts | reasons | {"recommends": "approve"} | changes


def test_a_sheet_is_handed_in_on_its_page(sign_in, in_review, victor):
    at = f"/a/lantern/applications/{in_review.ref}"

    answer = submit(sign_in(victor), f"{at}/score", **sheet(**{"need-level": "4"}))

    assert answer.location == at
    assert db.session.query(ScoreSheet).one().total == 81


@pytest.mark.parametrize("wrong", [{"need-level": ""}, {"plan-level": "5"}, {"costs-reason": ""}, {"recommends": ""}])
def test_a_sheet_needs_every_level_and_reason(sign_in, in_review, victor, wrong):
    answer = submit(
        sign_in(victor), f"/a/lantern/applications/{in_review.ref}/score", **sheet(**{"safety-reason": "Kept."} | wrong)
    )

    assert answer.status_code == 422
    assert "Kept." in answer.text
    assert db.session.query(ScoreSheet).count() == 0


def test_what_is_missing_in_a_sheet_is_named_in_the_order_of_the_page(sign_in, in_review, victor):
    at = f"/a/lantern/applications/{in_review.ref}/score"
    page = submit(sign_in(victor), at, **sheet(**{"need-level": "", "costs-reason": "", "recommends": ""})).text

    told = ["Need: choose the level that fits best.", "Costs: say why in a few words.", "Say what you recommend."]
    assert sorted(told, key=page.index) == told
    assert page.count("(optional)") == 0


def test_who_is_not_asked_is_told_so(sign_in, in_review, safiya):
    answer = submit(sign_in(safiya), f"/a/lantern/applications/{in_review.ref}/score", **sheet())

    assert answer.status_code == 422
    assert NotAsked.__doc__ in answer.text


def test_handing_back_is_one_press(sign_in, in_review, victor, vera, safiya):
    at = f"/a/lantern/applications/{in_review.ref}"

    submit(sign_in(victor), f"{at}/score", to=f"{at}/hand-back")

    assert whole(in_review).assigned_ids == {vera.id, safiya.id}
