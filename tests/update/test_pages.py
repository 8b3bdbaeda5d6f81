"""The pages on which updates are written, checked and read."""

from datetime import UTC, datetime

import pytest

from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.update import rules
from campaigns.update.models import Update
from campaigns.update.states import UpdateState
from tests.cast.approvals import SAID_NO
from tests.cast.browser import hidden_fields, submit
from tests.cast.queries import at_most
from tests.update.helpers import withdraw_consent

NEW = "/a/lantern/campaigns/nurse/updates/new"
HOME = "/a/lantern/updates"
TEXT = {"title": "The first term is over", "body": "Amber Heron was **second**.", "go": "save"}


@pytest.fixture
def nurse(a_campaign):
    return a_campaign(slug="nurse", title="A nurse for Western Kenya")


def press(browser, update: Update, step: str, **fields):
    """Press one of the buttons on an update's page."""
    page = f"{HOME}/{update.id}"
    data = hidden_fields(browser.get(page).text, f"{page}/{step}") | fields
    return browser.post(f"{page}/{step}", data=data, follow_redirects=True)


def test_an_advocate_writes_two_approve_and_everybody_reads(client, nurse, marta, victor, safiya, sign_in):
    author, vetter, officer = sign_in(marta), sign_in(victor), sign_in(safiya)
    saved = submit(author, NEW, follow=True, **TEXT)
    update = db.session.query(Update).one()
    db.session.commit()
    assert "Send for review" in saved.text
    assert "Publish now" not in saved.text
    assert "Two people are asked to read it" in press(author, update, "review").text
    assert client.get(f"/c/nurse/updates/{update.id}").status_code == 404
    assert "You have approved this." in press(vetter, update, "approve", **SAID_NO).text
    assert "Victor has approved it on" in author.get(f"{HOME}/{update.id}").text
    assert client.get(f"/c/nurse/updates/{update.id}").status_code == 404
    assert "See it as visitors do" in press(officer, update, "approve", **SAID_NO).text
    page = client.get(f"/c/nurse/updates/{update.id}")
    assert page.status_code == 200
    assert "<strong>second</strong>" in page.text


def test_the_author_reads_the_advice_while_writing(nurse, marta, sign_in):
    page = sign_in(marta).get(NEW).text
    assert "Could this child be recognised?" in page
    assert "a safeguarding officer reads every update" in page
    assert 'name="minor"' not in page


def test_on_adults_the_author_says_whether_a_minor_is_concerned_and_publishes(a_campaign, marta, sign_in, client):
    a_campaign(slug="nurse", minor=False)
    browser = sign_in(marta)
    assert 'name="minor"' in browser.get(NEW).text
    submit(browser, NEW, **TEXT)
    update = db.session.query(Update).one()
    db.session.commit()
    assert "published" in press(browser, update, "publish").text
    assert client.get(f"/c/nurse/updates/{update.id}").status_code == 200


def test_a_preview_shows_the_text_and_saves_nothing(nurse, marta, sign_in):
    shown = submit(sign_in(marta), NEW, **(TEXT | {"go": "preview"}))
    assert shown.status_code == 200
    assert "Preview, not saved yet" in shown.text
    assert "<strong>second</strong>" in shown.text
    assert "Amber Heron was **second**." in shown.text
    assert db.session.query(Update).count() == 0


def test_a_preview_runs_no_script(nurse, marta, sign_in):
    shown = submit(sign_in(marta), NEW, title="News", body="<script>alert(1)</script>", go="preview")
    assert "<script>alert" not in shown.text


def test_a_preview_of_a_draft_leaves_the_draft_as_it_is(an_update, marta, sign_in):
    update = an_update()
    shown = submit(sign_in(marta), f"{HOME}/{update.id}", title="Other", body="Other *words*.", go="preview")
    assert "<em>words</em>" in shown.text
    db.session.expire_all()
    assert update.title == "The first term is over"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": ""}, "Give the update a title."),
        ({"title": "x" * 121}, "longer than 120"),
        ({"body": " "}, "Write what happened."),
        ({"body": "x" * 20_001}, "At most 20,000 characters."),
    ],
)
def test_a_wrong_text_is_explained_and_kept(nurse, marta, sign_in, fields, told):
    sent = submit(sign_in(marta), NEW, **(TEXT | fields))
    assert sent.status_code == 422
    assert told in sent.text
    assert (fields.get("body") or TEXT["body"]).strip() in sent.text
    assert db.session.query(Update).count() == 0


def test_a_double_click_makes_one_draft(nurse, marta, sign_in):
    browser = sign_in(marta)
    data = hidden_fields(browser.get(NEW).text, NEW) | TEXT
    first, second = (browser.post(NEW, data=data) for _ in range(2))
    assert first.location == second.location
    assert db.session.query(Update).count() == 1


def test_the_author_edits_and_the_officer_reads_the_new_text(an_update, marta, safiya, sign_in):
    update = an_update(UpdateState.IN_REVIEW)
    officer = sign_in(safiya)
    page = f"{HOME}/{update.id}"
    old = hidden_fields(officer.get(page).text, f"{page}/approve")
    author = sign_in(marta)
    submit(author, page, title="News", body="The school is in Kisumu.", go="save")
    press(author, update, "review")
    late = officer.post(f"{page}/approve", data=old)
    assert late.status_code == 422
    assert "The text has changed since you opened it." in late.text
    assert "The school is in Kisumu." in late.text
    db.session.expire_all()
    assert update.state is UpdateState.IN_REVIEW


def test_an_officer_gives_back_with_a_note_that_the_author_reads(an_update, marta, safiya, sign_in):
    update = an_update(UpdateState.IN_REVIEW)
    officer = sign_in(safiya)
    empty = press(officer, update, "give-back", note="")
    assert empty.status_code == 422
    assert "Say what should change." in empty.text
    press(officer, update, "give-back", note="Leave out the village.")
    page = sign_in(marta).get(f"{HOME}/{update.id}").text
    assert "Leave out the village." in page
    assert "Send for review" in page


def test_without_consent_the_officer_is_told_why(an_update, safiya, sign_in):
    update = an_update(UpdateState.IN_REVIEW)
    browser = sign_in(safiya)
    page = f"{HOME}/{update.id}"
    data = hidden_fields(browser.get(page).text, f"{page}/approve")
    withdraw_consent(update.campaign_id)
    answer = browser.post(f"{page}/approve", data=data)
    assert answer.status_code == 422
    assert "no checked consent" in answer.text


def test_the_author_is_not_offered_to_approve(an_update, marta, tomas, sign_in):
    update = an_update(UpdateState.IN_REVIEW)
    for person in (marta, tomas):
        page = sign_in(person).get(f"{HOME}/{update.id}").text
        assert "Approve as the first of two" not in page


def test_an_officer_without_a_second_factor_is_led_to_it(an_update, safiya, sign_in):
    update = an_update(UpdateState.IN_REVIEW)
    answer = sign_in(safiya, second_factor=False).get(f"{HOME}/{update.id}")
    assert answer.status_code == 303
    assert "second-factor" in answer.location


def test_a_withdrawn_update_is_gone_at_the_next_request(client, an_update, nurse, marta, sign_in):
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    address = f"/c/nurse/updates/{update.id}"
    tag = client.get(address).headers["ETag"]
    assert "Withdrawn" in press(sign_in(marta), update, "withdraw").text
    gone = client.get(address, headers={"If-None-Match": tag})
    assert gone.status_code == 410
    assert "no longer shown" in gone.text
    assert "Amber Heron" not in gone.text
    assert gone.headers["Cache-Control"] == "no-store"


def test_when_consent_ends_the_page_is_gone_at_the_next_request(client, an_update, nurse):
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    assert client.get(f"/c/nurse/updates/{update.id}").status_code == 200
    withdraw_consent(nurse.id)
    gone = client.get(f"/c/nurse/updates/{update.id}")
    assert gone.status_code == 410
    assert "Amber Heron" not in gone.text


def test_when_consent_runs_out_the_page_is_gone(client, an_update, nurse):
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    with clock.at(datetime(2028, 1, 1, tzinfo=UTC)):
        assert client.get(f"/c/nurse/updates/{update.id}").status_code == 410


@pytest.mark.parametrize("state", [UpdateState.DRAFT, UpdateState.IN_REVIEW])
def test_what_is_not_published_is_not_found(client, an_update, nurse, state):
    update = an_update(state, campaign=nurse)
    assert client.get(f"/c/nurse/updates/{update.id}").status_code == 404


def test_an_update_is_found_under_its_own_campaign_only(client, an_update, nurse, a_campaign):
    a_campaign(slug="other", alias="Blue Kite")
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    assert client.get(f"/c/other/updates/{update.id}").status_code == 404


def test_updates_of_a_cancelled_campaign_are_not_found(client, an_update, nurse):
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    nurse.state = CampaignState.CANCELLED
    db.session.commit()
    assert client.get(f"/c/nurse/updates/{update.id}").status_code == 404


def test_the_public_page_is_cacheable_and_asks_little(client, an_update, nurse):
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    address = f"/c/nurse/updates/{update.id}"
    db.session.expire_all()
    with at_most(1):
        page = client.get(address)
    assert "Set-Cookie" not in page.headers
    assert "s-maxage=30" in page.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    assert "updates.atom" in page.text
    assert "/c/nurse/follow" in page.text


def test_the_page_tells_the_week_of_an_update_on_a_minor(client, an_update, nurse):
    with clock.at(datetime(2026, 11, 18, 15, 42, tzinfo=UTC)):
        update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    page = client.get(f"/c/nurse/updates/{update.id}").text
    assert "16 Nov 2026" in page
    assert "18 Nov" not in page
    assert "15:42" not in page


def test_no_page_says_who_the_student_is(client, an_update, nurse, marta, safiya, sign_in):
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    pages = [client.get(f"/c/nurse/updates/{update.id}"), client.get("/c/nurse/follow")]
    pages += [sign_in(person).get(f"{HOME}/{update.id}") for person in (marta, safiya)]
    for page in pages:
        assert page.status_code == 200
        assert "Canary" not in page.text


def test_the_list_shows_the_communitys_updates_and_no_others(an_update, a_user, harbour, marta, otto, sign_in):
    an_update(title="Ours")
    assert "Ours" in sign_in(marta).get(HOME).text
    assert sign_in(otto).get(HOME).status_code == 404
    theirs = sign_in(otto).get("/a/harbour/updates")
    assert theirs.status_code == 200
    assert "Ours" not in theirs.text
    assert "No update has been written yet" in theirs.text


def test_the_list_asks_no_more_for_more_rows(an_update, nurse, marta, sign_in):
    for number in range(12):
        an_update(campaign=nurse, title=f"News {number}")
    browser = sign_in(marta)
    with at_most(6):
        assert browser.get(HOME).status_code == 200


def test_the_list_skips_and_repeats_nothing(an_update, nurse, marta, sign_in):
    made = [an_update(campaign=nurse, title=f"News number {number:02}").title for number in range(22)]
    browser = sign_in(marta)
    first = browser.get(HOME).text
    older = first.split('rel="next" href="')[1].split('"')[0]
    an_update(campaign=nurse, title="The very latest")
    second = browser.get(older).text
    assert [title in first for title in made] == [False] * 2 + [True] * 20
    assert [title in second for title in made] == [True] * 2 + [False] * 20


def test_another_communitys_update_is_not_found(an_update, otto, sign_in):
    update = an_update()
    browser = sign_in(otto)
    assert browser.get(f"/a/harbour/updates/{update.id}").status_code == 404
    assert browser.get(f"{HOME}/{update.id}").status_code == 404


@pytest.mark.parametrize("person", ["victor", "safiya", "tomas"])
def test_who_does_not_write_gets_no_form(nurse, request, sign_in, person):
    assert sign_in(request.getfixturevalue(person)).get(NEW).status_code == 403


def test_a_campaign_that_is_not_public_says_why_it_takes_no_update(a_campaign, marta, sign_in):
    a_campaign(CampaignState.DRAFT, slug="nurse")
    sent = submit(sign_in(marta), NEW, **TEXT)
    assert sent.status_code == 422
    assert "Updates are about campaigns that are public" in sent.text
    assert TEXT["body"] in sent.text


def test_a_stranger_to_the_word_of_a_step_is_not_found(an_update, marta, sign_in):
    update, browser = an_update(), sign_in(marta)
    assert browser.post(f"{HOME}/{update.id}/explode").status_code in (400, 404)
    assert rules.problems() == []
