import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.approval.models import Approval
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import review, write
from campaigns.campaign.states import CampaignState
from campaigns.campaign.views import base
from campaigns.kit import clock, db
from campaigns.kit.errors import SecondFactorNeeded
from campaigns.kit.web import VouchApp
from campaigns.student.states import ConsentEvent
from tests.campaign.conftest import again
from tests.cast.approvals import SAID_NO
from tests.cast.browser import hidden_fields, submit
from tests.cast.pictures import a_bomb, a_photo, a_polyglot
from tests.cast.queries import at_most, counting

NEW = "/a/lantern/campaigns/new"


def fields(**changes):
    given = {
        "title": "A nurse for Western Kenya",
        "summary": "Two terms of fees.",
        "story": "# Why\n\nShe is the *first*.",
        "deadline": (clock.today() + timedelta(days=60)).isoformat(),
    }
    return given | changes


def photo(data=None, name="canary-legalname.jpg"):
    return (io.BytesIO(data if data is not None else a_photo()), name)


def drafts():
    return db.session.scalars(sa.select(Campaign)).all()


@pytest.fixture
def needs(amber, needs_of):
    return [str(need) for need in needs_of(amber)]


def test_a_campaign_is_made_from_chosen_needs(sign_in, amina, needs):
    answer = submit(sign_in(amina), NEW, needs=needs, **fields())
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/a/lantern/campaigns/a-nurse-for-western-kenya")
    (campaign,) = drafts()
    assert (campaign.state, campaign.asked) == (CampaignState.DRAFT, 102_550)


def test_the_form_lists_the_approved_needs_by_alias(sign_in, amina, needs):
    page = sign_in(amina).get(NEW).text
    for words in ("Amber Heron", "Tuition", "€900.00", "Books"):
        assert words in page
    for canary in ("Canary", "Mwangaza"):
        assert canary not in page


def test_without_needs_the_page_says_why(sign_in, amina):
    assert "No approved needs are waiting" in sign_in(amina).get(NEW).text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "Write a title."),
        ({"title": "x" * 121}, "Field cannot be longer than 120 characters."),
        ({"summary": "x" * 201}, "Field cannot be longer than 200 characters."),
        ({"story": "  "}, "Write a story."),
        ({"deadline": ""}, "Choose a date."),
        ({"deadline": "someday"}, "Not a valid date value."),
        ({"deadline": "2020-01-01"}, "The deadline must be after today."),
        ({"deadline": "9999-12-31"}, "at most two years away"),
        ({"needs": []}, "Choose at least one need."),
        ({"needs": ["999999"]}, "can no longer be asked for"),
        ({"needs": ["x"]}, "Choose at least one need"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(sign_in, amina, needs, changes, message):
    given = {"needs": needs} | fields(summary="Kept as typed.") | changes
    answer = submit(sign_in(amina), NEW, **given)
    assert answer.status_code == 422
    assert message in answer.text
    if "summary" not in changes:
        assert "Kept as typed." in answer.text
    assert drafts() == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (a_polyglot(), "not a JPEG, PNG or WebP picture"),
        (a_bomb(), "too many pixels"),
        (b"\xff\xd8\xff\xe0 broken", "not a JPEG, PNG or WebP picture"),
    ],
    ids=["polyglot", "bomb", "broken"],
)
def test_a_bad_picture_is_refused_at_its_field(sign_in, amina, needs, data, message, settings):
    answer = submit(sign_in(amina), NEW, needs=needs, cover=photo(data), cover_alt="x", **fields())
    assert answer.status_code == 422
    assert message in answer.text
    assert "A nurse for Western Kenya" in answer.text
    assert drafts() == []
    assert not list((settings.instance_path / "uploads").rglob("*.*"))


def test_two_hundred_megabytes_are_refused_unread(sign_in, amina, needs):
    browser = sign_in(amina)
    hidden = hidden_fields(browser.get(NEW).text, "")
    data = {**hidden, **fields(), "needs": needs, "cover": photo(b"x" * 1000)}
    answer = browser.post(NEW, data=data, environ_overrides={"CONTENT_LENGTH": str(200 * 2**20)})
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert drafts() == []


def test_a_picture_without_a_description_is_refused(sign_in, amina, needs):
    answer = submit(sign_in(amina), NEW, needs=needs, cover=photo(), **fields())
    assert answer.status_code == 422
    assert "for people who cannot see it" in answer.text


def test_a_picture_is_kept_without_its_name(sign_in, amina, needs):
    submit(sign_in(amina), NEW, needs=needs, cover=photo(), cover_alt="Desks", no_student="y", **fields())
    campaign = again(drafts()[0])
    assert not campaign.cover_shows_student
    assert "canary" not in campaign.cover.key


def test_a_preview_shows_the_story_and_saves_nothing(sign_in, amina, needs):
    answer = submit(sign_in(amina), NEW, needs=needs, preview="1", **fields())
    assert answer.status_code == 200
    assert "<h3>Why</h3>" in answer.text
    assert "<em>first</em>" in answer.text
    assert 'value="A nurse for Western Kenya"' in answer.text
    assert drafts() == []


def test_a_preview_of_hostile_words_runs_nothing(sign_in, amina, needs):
    answer = submit(sign_in(amina), NEW, needs=needs, preview="1", **fields(story="<script>alert(1)</script>"))
    assert "<script>alert" not in answer.text


def test_a_double_click_makes_one_campaign(sign_in, amina, needs):
    browser = sign_in(amina)
    hidden = hidden_fields(browser.get(NEW).text, "")
    data = {**hidden, **fields(), "needs": needs}
    answers = [browser.post(NEW, data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(drafts()) == 1


def test_a_post_without_the_forms_token_is_refused(sign_in, amina, needs):
    assert sign_in(amina).post(NEW, data={**fields(), "needs": needs}).status_code == 400
    assert drafts() == []


PAGES = ("", "/edit", "/preview", "/review")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["otto", "rita", "noor", "mo", "ada"])
def test_who_is_not_of_this_community_finds_nothing(request, sign_in, a_draft, page, name):
    campaign = a_draft()
    browser = sign_in(request.getfixturevalue(name))
    assert browser.get(f"/a/lantern/campaigns/{campaign.slug}{page}").status_code == 404
    assert browser.get("/a/lantern/campaigns").status_code == 404
    assert browser.get(NEW).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_campaign_has_no_address_in_another_community(sign_in, a_user, lantern, harbour, a_draft, page):
    both = a_user("Oda", (Role.ORGANISER, lantern), (Role.ORGANISER, harbour))
    assert sign_in(both).get(f"/a/harbour/campaigns/{a_draft().slug}{page}").status_code == 404


@pytest.mark.parametrize("name", ["victor", "tomas", "safiya"])
def test_the_team_sees_but_does_not_write(request, sign_in, a_draft, name):
    campaign = a_draft()
    slug = campaign.slug
    browser = sign_in(request.getfixturevalue(name))
    assert browser.get(f"/a/lantern/campaigns/{slug}").status_code == 200
    assert browser.get(f"/a/lantern/campaigns/{slug}/preview").status_code == 200
    assert browser.get(f"/a/lantern/campaigns/{slug}/edit").status_code == 403
    assert browser.get(NEW).status_code == 403


def test_a_visitor_is_sent_to_sign_in(client, a_draft):
    assert "/sign-in" in client.get(f"/a/lantern/campaigns/{a_draft().slug}").headers["Location"]


def test_an_edit_keeps_what_was_there(sign_in, amina, a_draft):
    campaign = a_draft()
    page = sign_in(amina).get(f"/a/lantern/campaigns/{campaign.slug}/edit").text
    assert "Amber Heron is the first of five" in page
    assert campaign.deadline.isoformat() in page


def test_a_draft_is_edited(sign_in, amina, a_draft):
    campaign = a_draft()
    address = f"/a/lantern/campaigns/{campaign.slug}/edit"
    answer = submit(sign_in(amina), address, **fields(title="Other"))
    assert answer.status_code == 303
    assert again(campaign).title == "Other"


def test_a_live_campaign_gets_a_proposal(sign_in, amina, a_live_one, client):
    campaign = a_live_one()
    slug = campaign.slug
    answer = submit(sign_in(amina), f"/a/lantern/campaigns/{slug}/edit", follow=True, **fields(title="Other"))
    assert "Changes to its words wait for a review" in answer.text
    assert "Other" not in client.get(f"/c/{slug}").text


def test_an_ended_campaign_is_edited_without_its_deadline(sign_in, amina, a_live_one):
    campaign = a_live_one()
    campaign.state = CampaignState.FUNDED
    db.session.commit()
    address = f"/a/lantern/campaigns/{campaign.slug}/edit"
    browser = sign_in(amina)
    assert 'name="deadline"' not in browser.get(address).text
    given = fields(title="Other")
    del given["deadline"]
    assert submit(browser, address, **given).status_code == 303
    assert again(campaign).revision.title == "Other"


def test_an_edit_that_is_refused_shows_why(sign_in, amina, a_draft):
    address = f"/a/lantern/campaigns/{a_draft().slug}/edit"
    answer = submit(sign_in(amina), address, **fields(deadline="2020-01-01", title="Typed"))
    assert answer.status_code == 422
    assert "The deadline must be after today." in answer.text
    assert 'value="Typed"' in answer.text


def test_the_whole_way_from_draft_to_live(sign_in, amina, victor, safiya, a_draft, client):
    campaign = a_draft()
    slug = campaign.slug
    desk = f"/a/lantern/campaigns/{slug}"
    assert submit(sign_in(amina), desk, to=f"{desk}/submit").status_code == 303
    vetter, officer = sign_in(victor), sign_in(safiya)
    page = vetter.get(f"{desk}/review").text
    assert "Amber Heron is the first of five" in page
    assert "Step 1 of 2." in page
    assert submit(vetter, f"{desk}/review", approve="1", **SAID_NO).status_code == 303
    assert client.get(f"/c/{slug}").status_code == 404
    page = officer.get(f"{desk}/review").text
    assert "Step 2 of 2." in page
    assert "Victor has read and approved exactly this" in page
    assert submit(officer, f"{desk}/review", approve="1", **SAID_NO).status_code == 303
    assert client.get(f"/c/{slug}").status_code == 200


def test_a_question_left_open_or_answered_with_yes_is_shown_and_nothing_typed_is_lost(sign_in, amina, victor, a_draft):
    campaign = a_draft()
    review.submit(campaign, by=amina)
    db.session.commit()
    address, vetter = f"/a/lantern/campaigns/{campaign.slug}/review", sign_in(victor)
    left_open = submit(vetter, address, approve="1", note="Typed.", **(SAID_NO | {"rare": ""}))
    assert (left_open.status_code, "Answer with yes or no." in left_open.text) == (422, True)
    assert "Typed." in left_open.text
    worried = submit(vetter, address, approve="1", **(SAID_NO | {"rare": "yes"}))
    assert worried.status_code == 422
    assert "was answered with yes. Send it back" in worried.text
    assert db.session.scalars(sa.select(Approval)).all() == []


def test_a_reader_is_told_what_of_the_student_occurs_and_never_reads_it(sign_in, amina, victor, a_draft):
    campaign = a_draft(story="Ms Legalname was born on 4 May 2011, and goes to Mwangaza. Call 0700 000 001.")
    review.submit(campaign, by=amina)
    db.session.commit()
    page = sign_in(victor).get(f"/a/lantern/campaigns/{campaign.slug}/review").text
    for what in ("A part of the legal name", "The date of birth", "A word of the school’s name", "A telephone number"):
        assert f"{what} " in page
    assert "A part of the guardian’s name" not in page
    assert "Canary" not in page


def test_an_officer_sends_it_back_with_a_note(sign_in, safiya, amina, a_draft):
    campaign = a_draft()
    review.submit(campaign, by=amina)
    db.session.commit()
    desk = f"/a/lantern/campaigns/{campaign.slug}"
    officer = sign_in(safiya)
    refused = submit(officer, f"{desk}/review", send_back="1")
    assert (refused.status_code, "Say what should be changed." in refused.text) == (422, True)
    assert submit(officer, f"{desk}/review", send_back="1", note="Leave out the village.").status_code == 303
    assert "Leave out the village." in sign_in(amina).get(desk).text


def test_a_review_of_what_changed_meanwhile_is_refused(sign_in, safiya, amina, a_draft, say):
    campaign = a_draft()
    review.submit(campaign, by=amina)
    db.session.commit()
    address = f"/a/lantern/campaigns/{campaign.slug}/review"
    officer = sign_in(safiya)
    hidden = hidden_fields(officer.get(address).text, "")
    review.take_back(campaign, by=amina)
    write.edit(campaign, say(title="Changed"), campaign.deadline, by=amina)
    review.submit(campaign, by=amina)
    db.session.commit()
    answer = officer.post(address, data={**hidden, "approve": "1", **SAID_NO})
    assert answer.status_code == 422
    assert "changed this since you opened it" in answer.text
    assert "Changed" in answer.text


def test_an_officer_without_a_second_factor_is_asked_for_it(sign_in, safiya, amina, a_draft):
    campaign = a_draft()
    review.submit(campaign, by=amina)
    db.session.commit()
    answer = sign_in(safiya, second_factor=False).get(f"/a/lantern/campaigns/{campaign.slug}/review")
    assert answer.status_code in {302, 303}
    assert "/account/second-factor" in answer.headers["Location"]


def test_no_page_finds_a_campaign_without_it(app, monkeypatch, safiya, a_draft):
    safiya.second_factor = False
    monkeypatch.setattr(base, "current_user", safiya)
    with app.test_request_context(), pytest.raises(SecondFactorNeeded):
        base.find("lantern", a_draft().slug)


def test_steps_are_offered_only_to_who_may_take_them(sign_in, amina, marta, safiya, a_live_one):
    desk = f"/a/lantern/campaigns/{a_live_one().slug}"

    def offered(person):
        return set(re.findall(rf'action="{desk}/([\w-]+)"', sign_in(person).get(desk).text))

    assert offered(amina) == {"pause", "cancel"}
    assert offered(marta) == {"pause"}
    assert offered(safiya) == {"pause"}


def test_a_step_is_taken_and_told(sign_in, amina, a_live_one):
    campaign = a_live_one()
    desk = f"/a/lantern/campaigns/{campaign.slug}"
    answer = submit(sign_in(amina), desk, to=f"{desk}/pause", follow=True)
    assert "It takes no pledges until you resume it." in answer.text
    assert again(campaign).state is CampaignState.PAUSED


def test_a_step_that_somebody_took_before_is_refused(sign_in, amina, a_live_one):
    campaign = a_live_one()
    desk = f"/a/lantern/campaigns/{campaign.slug}"
    browser = sign_in(amina)
    hidden = hidden_fields(browser.get(desk).text, f"{desk}/pause")
    assert browser.post(f"{desk}/pause", data=hidden).status_code == 303
    answer = browser.post(f"{desk}/pause", data=hidden)
    assert answer.status_code == 422
    assert "cannot become paused" in answer.text


def test_there_is_no_other_step(sign_in, amina, a_live_one):
    desk = f"/a/lantern/campaigns/{a_live_one().slug}"
    assert submit(sign_in(amina), desk, to=f"{desk}/explode").status_code == 404


@pytest.mark.parametrize("state", CampaignState)
def test_the_desk_says_what_to_do_in_every_state(sign_in, amina, a_campaign, state):
    campaign = a_campaign(state)
    page = sign_in(amina).get(f"/a/lantern/campaigns/{campaign.slug}")
    assert page.status_code == 200
    assert "What to do next" in page.text


def test_the_desk_says_where_consent_is_missing(sign_in, amina, a_draft, amber, consent):
    campaign = a_draft(picture=a_photo(), cover_alt="A student")
    consent(amber, ConsentEvent.WITHDRAWN)
    page = sign_in(amina).get(f"/a/lantern/campaigns/{campaign.slug}").text
    assert "Consent is missing" in page
    assert "Consent to the picture is missing" in page


def test_the_list_can_be_narrowed_and_is_empty_in_words(sign_in, amina, a_campaign):
    browser = sign_in(amina)
    assert "No campaigns yet" in browser.get("/a/lantern/campaigns").text
    a_campaign(CampaignState.DRAFT, title="Still a draft")
    a_campaign(CampaignState.LIVE, title="Already live")
    everything = browser.get("/a/lantern/campaigns").text
    assert "Still a draft" in everything
    assert "Already live" in everything
    narrowed = browser.get("/a/lantern/campaigns?state=preparing").text
    assert "Still a draft" in narrowed
    assert "Already live" not in narrowed
    assert "None of these" in browser.get("/a/lantern/campaigns?state=ended").text


def test_the_list_shows_nothing_of_another_community(sign_in, amina, a_campaign, harbour, otto):
    a_campaign(title="From Harbour", community=harbour, author=otto)
    assert "From Harbour" not in sign_in(amina).get("/a/lantern/campaigns").text


def test_the_lists_statements_do_not_grow(sign_in, amina, a_campaign):
    browser = sign_in(amina)
    a_campaign()
    with counting() as few:
        browser.get("/a/lantern/campaigns")
    for _ in range(10):
        a_campaign()
    with at_most(10) as many:
        browser.get("/a/lantern/campaigns")
    assert len(many) == len(few)


def test_a_missing_address_is_not_there(app: VouchApp, sign_in, amina):
    browser = sign_in(amina)
    for path in ("", "/edit", "/preview", "/review"):
        assert browser.get(f"/a/lantern/campaigns/nothing{path}").status_code == 404
