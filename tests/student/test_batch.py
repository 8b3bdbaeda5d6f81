"""Several decisions at once: every letter is read, each is made by itself, none is half done."""

import pytest

from campaigns.kit import db
from campaigns.student import rules
from campaigns.student.models import Conflict, Decision
from campaigns.student.states import ConflictKind, Reason, Stage, Verdict
from tests.cast.browser import hidden_fields
from tests.cast.panel import a_sheet

PAGE = "/a/lantern/applications/decide"


@pytest.fixture
def ready(an_application, victor, vera):
    """Make one that every sheet is in for: `ready("Blue Wren", Verdict.DECLINE)`."""

    def make(alias: str, verdict: Verdict = Verdict.APPROVE):
        application = an_application(Stage.IN_REVIEW, alias=alias)
        for person in (victor, vera):
            a_sheet(application, person, verdict)
        db.session.commit()
        return application

    return make


def chosen(application, reason: Reason = Reason.SCHOOL_CONFIRMED) -> dict[str, rules.Chosen]:
    return {application.ref: rules.Chosen(reason, rules.preview(application, reason).seen)}


def test_each_gets_its_own_decision_and_letter(ready, victor):
    yes, no = ready("Blue Wren"), ready("Red Kite", Verdict.DECLINE)

    done = rules.decide_all([yes, no], chosen(yes) | chosen(no, Reason.OUT_OF_SCOPE), by=victor)

    assert [each.refused for each in done] == ["", ""]
    assert (yes.stage, no.stage) == (Stage.APPROVED, Stage.DECLINED)
    assert {d.letter.split(".")[0] for d in db.session.query(Decision)} == {
        f"Good news: Lantern has said yes to your application {yes.ref}",
        f"Lantern cannot support your application {no.ref} now",
    }


def test_what_is_refused_keeps_no_other_from_being_decided(ready, victor):
    first, changed = ready("Blue Wren"), ready("Red Kite")
    picked = chosen(first) | {changed.ref: rules.Chosen(Reason.SCHOOL_CONFIRMED, "another letter")}

    done = rules.decide_all([changed, first], picked, by=victor)

    assert [bool(each.refused) for each in done] == [True, False]
    assert (first.stage, changed.stage) == (Stage.APPROVED, Stage.IN_REVIEW)
    assert db.session.query(Decision).count() == 1


def test_what_was_decided_meanwhile_is_refused(ready, victor, vera):
    application = ready("Blue Wren")
    picked = chosen(application)
    rules.decide(application, Reason.DOCUMENTS_SEEN, by=vera)

    (done,) = rules.decide_all([application], picked, by=victor)

    assert "not before a panel" in done.refused
    assert db.session.query(Decision).count() == 1


def test_one_place_goes_to_one_of_several(ready, lantern, amina, victor):
    rules.set_places(lantern, 1, by=amina)
    first, second = ready("Blue Wren"), ready("Red Kite")

    done = rules.decide_all([first, second], chosen(first) | chosen(second), by=victor)

    assert [bool(each.refused) for each in done] == [False, True]
    assert (first.stage, second.stage) == (Stage.APPROVED, Stage.IN_REVIEW)


def test_the_page_shows_every_letter_and_one_press_sends_them(sign_in, ready, victor):
    yes, no = ready("Blue Wren"), ready("Red Kite", Verdict.DECLINE)
    browser = sign_in(victor)
    page = browser.get(f"{PAGE}?ref={yes.ref}&ref={no.ref}").text
    assert "has said yes" in page
    assert "cannot support" in page
    assert db.session.query(Decision).count() == 0

    fields = hidden_fields(page) | {
        "ref": [yes.ref, no.ref],
        f"reason_{yes.ref}": "school_confirmed",
        f"reason_{no.ref}": "need_not_shown",
        "send": "1",
    }
    answer = browser.post(PAGE, data=fields)

    assert answer.text.count("the letter has gone") == 2
    assert db.session.query(Decision).count() == 2


def test_a_reason_that_was_changed_after_reading_sends_nothing(sign_in, ready, victor):
    application = ready("Blue Wren")
    browser = sign_in(victor)
    fields = hidden_fields(browser.get(f"{PAGE}?ref={application.ref}").text)

    answer = browser.post(PAGE, data=fields | {f"reason_{application.ref}": "documents_seen", "send": "1"})

    assert "no longer what was shown" in answer.text
    assert db.session.query(Decision).count() == 0


def test_only_what_is_ready_and_theirs_to_decide_is_on_the_page(sign_in, ready, an_application, victor):
    waiting, kept_out = an_application(Stage.IN_REVIEW, alias="Grey Owl"), ready("Red Kite")
    db.session.add(Conflict(application_id=kept_out.id, user_id=victor.id, kind=ConflictKind.RELATED))
    db.session.commit()

    page = sign_in(victor).get(f"{PAGE}?ref={waiting.ref}&ref={kept_out.ref}").text

    assert "Nothing to decide" in page


def test_the_list_leads_to_it(sign_in, ready, victor):
    application = ready("Blue Wren")

    page = sign_in(victor).get("/a/lantern/applications?show=ready").text

    assert f'name="ref" value="{application.ref}"' in page
    assert f'action="{PAGE}"' in page
