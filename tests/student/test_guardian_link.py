"""A guardian agrees by a link of their own, each purpose apart, and can end it at any time."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db, links
from campaigns.kit.links import LinkSpent
from campaigns.student import queries, rules
from campaigns.student.models import Consent, Identity
from campaigns.student.rules import requests
from campaigns.student.states import Channel, ConsentEvent, Purpose, Stage
from campaigns.student.wordings import WORDINGS
from tests.cast.browser import submit
from tests.cast.letters import letters_to, link_to
from tests.student.conftest import fresh

APPLY, TEXT = Purpose.APPLY, Purpose.PUBLISH_TEXT
GRACE = {"answer": "yes", "name": "Grace Guardian", "relation": "mother"}
NO_TO_ALL = {purpose.value: "no" for purpose in Purpose}
YES_TO_TWO = NO_TO_ALL | {"apply": "yes", "publish_text": "yes"}


@pytest.fixture
def draft(a_draft):
    """A minor's draft; the student has agreed to two things, the guardian to nothing."""
    application = a_draft(guardian_contact="grace@example.net", without={"consent"})
    rules.give(application, {APPLY, TEXT}, set())
    db.session.commit()
    return fresh(application)


def _links(text: str) -> list[str]:
    return re.findall(r"http://localhost(/guardian/\S+)", text)


def standing(application, purpose):
    db.session.rollback()
    return rules.standings(application)[purpose]


def test_the_page_has_the_exact_words_of_each_purpose(draft, client, asked):
    page = client.get(asked(draft, "guardian")).text
    for wording in WORDINGS.values():
        assert wording.guardian in page
    assert "Canary Legalname" in page
    assert "Amber Heron" not in page


def test_what_they_agree_to_is_in_the_trail_with_how_it_came(draft, client, asked):
    assert submit(client, asked(draft, "guardian"), **GRACE, **YES_TO_TWO).status_code == 303
    mine = sa.select(Consent).where(Consent.by_guardian, Consent.application_id == draft.id)
    rows = db.session.scalars(mine).all()
    assert {(row.purpose, row.event) for row in rows} == {(APPLY, ConsentEvent.GIVEN), (TEXT, ConsentEvent.GIVEN)}
    assert {(row.giver_name, row.relation, row.channel) for row in rows} == {
        ("Grace Guardian", "mother", Channel.MAILED)
    }
    assert {row.wording for row in rows} == {WORDINGS[APPLY].guardian, WORDINGS[TEXT].guardian}
    assert standing(draft, TEXT).given(minor=True)


def test_each_thing_has_to_be_answered(draft, client, asked):
    answer = submit(client, asked(draft, "guardian"), **GRACE, apply="yes")
    assert answer.status_code == 422
    assert "Answer yes or no: Telling the story in public." in answer.text
    assert not standing(draft, APPLY).guardian


def test_neither_yes_nor_no_is_chosen_before(draft, client, asked):
    page = client.get(asked(draft, "guardian")).text
    assert not re.search(r"<input[^>]* checked", page)


def test_somebody_else_says_so_and_agrees_to_nothing(draft, client, asked):
    link = asked(draft, "guardian")
    assert submit(client, link, answer="wrong_person", **YES_TO_TWO).status_code == 303
    assert not standing(draft, APPLY).guardian
    assert "You answered on" in client.get(link).text


def test_a_link_that_was_passed_on_is_told_apart(a_draft, client, asked):
    application = a_draft(without={"consent"}, guardian_contact="+254 700 000 001")
    submit(client, asked(application, "guardian"), **GRACE, **YES_TO_TWO)
    assert standing(application, APPLY).channel is Channel.PASSED_ON


def test_the_officer_sees_how_it_came(draft, client, asked, safiya, sign_in):
    submit(client, asked(draft, "guardian"), **GRACE, **YES_TO_TWO)
    fresh(draft).stage = Stage.APPROVED
    db.session.commit()
    page = sign_in(safiya).get(f"/a/lantern/applications/{draft.ref}/consent").text
    assert "by a link mailed to the address" in page


def test_ticked_together_is_told_apart_too(a_draft):
    assert standing(a_draft(), APPLY).channel is Channel.TOGETHER


class TestBeforeTheirOwnAnswer:
    @pytest.fixture
    def browser(self, a_draft, asked, hold):
        """Hers, with a link on its way to the guardian and nothing agreed to yet."""
        application = a_draft(guardian_contact="grace@example.net", without={"consent"})
        asked(application, "guardian")
        return hold(application)

    def test_the_student_agrees_alone(self, browser):
        assert "They have a link of their own and have not answered yet." in browser.get("/apply/tasks/consent").text
        assert submit(browser, "/apply/tasks/consent", student=["apply", "publish_text"]).status_code == 303
        assert "Your guardian has not agreed yet" in browser.get("/apply/tasks").text
        assert "Send them a link, or let them tick their boxes." in browser.get("/apply/tasks/check").text

    def test_nothing_is_sent(self, browser):
        submit(browser, "/apply/tasks/consent", student=["apply"])
        assert submit(browser, "/apply/tasks/check").status_code == 422

    def test_their_answer_completes_it(self, browser, client):
        submit(browser, "/apply/tasks/consent", student=["apply"])
        submit(client, link_to("grace@example.net", "/guardian/"), **GRACE, **YES_TO_TWO)
        assert submit(browser, "/apply/tasks/check").headers["Location"] == "/apply/status"

    def test_once_sent_their_box_is_needed(self, a_draft, hold):
        application = a_draft()
        application.stage = Stage.SUBMITTED
        db.session.commit()
        assert submit(hold(application), "/apply/tasks/consent", student=["apply"]).status_code == 422


class TestAfterTheirOwnAnswer:
    def test_nobody_ticks_for_them(self, draft, client, asked, hold):
        submit(client, asked(draft, "guardian"), **GRACE, **NO_TO_ALL | {"apply": "yes"})
        browser = hold(draft)
        page = browser.get("/apply/tasks/consent").text
        assert "agrees</label>" not in page
        assert "only they can change their part" in page
        rules.give(fresh(draft), {APPLY, TEXT}, {APPLY, TEXT})
        assert not standing(draft, TEXT).guardian

    def test_what_the_student_saves_does_not_end_theirs(self, a_draft, client, asked):
        application = a_draft(guardian_contact="grace@example.net", without={"consent"})
        submit(client, asked(application, "guardian"), **GRACE, **YES_TO_TWO)
        rules.give(fresh(application), {APPLY}, set())
        db.session.commit()
        assert standing(application, TEXT).guardian
        assert standing(application, APPLY).given(minor=True)

    def test_the_student_can_still_end_it(self, draft, client, asked):
        submit(client, asked(draft, "guardian"), **GRACE, **YES_TO_TWO)
        rules.give(fresh(draft), {APPLY}, set())
        db.session.commit()
        assert not standing(draft, TEXT).guardian
        assert standing(draft, APPLY).given(minor=True)


class TestEnding:
    @pytest.fixture
    def page(self, draft, client, asked) -> str:
        submit(client, asked(draft, "guardian"), **GRACE, **YES_TO_TWO)
        return link_to("grace@example.net", "/guardian/agreed/")

    def test_the_page_lasts_and_says_what_holds(self, draft, client, page):
        with clock.at(clock.now() + timedelta(days=200)):
            shown = client.get(page)
        assert shown.text.count("You agree<") == 2
        assert shown.headers["Cache-Control"] == "no-store"

    def test_the_link_that_answered_leads_to_it(self, draft, client, asked, page):
        link = next(url for letter in letters_to("grace@example.net") for url in _links(letter.text))
        assert page in client.get(link).text

    def test_a_link_that_was_sent_before_does_not(self, a_draft, client, asked):
        application = a_draft(guardian_contact="grace@example.net")
        old = asked(application, "guardian")
        requests.send_again(application, fresh(application).requests[-1].id, by=None)
        db.session.commit()
        submit(client, link_to("grace@example.net", "/guardian/"), **GRACE, **YES_TO_TWO)
        assert client.get(old).status_code == 410

    def test_one_thing_ends_at_once_and_the_others_stay(self, draft, client, page):
        assert submit(client, page, purpose="publish_text").status_code == 303
        assert not standing(draft, TEXT).guardian
        assert standing(draft, APPLY).guardian
        last = db.session.scalars(sa.select(Consent).order_by(Consent.id.desc())).first()
        assert (last.event, last.by_guardian) == (ConsentEvent.WITHDRAWN, True)

    def test_twice_is_once(self, draft, client, page):
        for _ in range(2):
            submit(client, page, purpose="publish_text")
        ended = sa.select(sa.func.count(Consent.id)).where(Consent.event == ConsentEvent.WITHDRAWN)
        assert db.session.scalars(ended).one() == 1

    def test_looking_ends_nothing(self, draft, client, page):
        client.get(page)
        assert standing(draft, TEXT).guardian

    @pytest.mark.parametrize("key", ["1", "nonsense", "MQ.abc"])
    def test_nobody_guesses_it(self, draft, client, page, key):
        assert client.get(f"/guardian/agreed/{key}").status_code == 410

    def test_a_key_of_another_purpose_opens_nothing(self, draft, client, page):
        number = fresh(draft).requests[-1].id
        assert client.get(f"/guardian/agreed/{links.sign('pledge', str(number))}").status_code == 410

    def test_of_an_answer_that_was_no_answer_there_is_no_page(self, a_draft, client, asked):
        application = a_draft(guardian_contact="grace@example.net")
        submit(client, asked(application, "guardian"), answer="wrong_person")
        with pytest.raises(LinkSpent):
            requests.ending(requests.agreed_key(fresh(application).requests[-1]))


def test_a_campaign_is_hidden_at_once_when_the_guardian_ends_it(a_campaign, client, asked, safiya):
    campaign: Campaign = a_campaign()
    application = fresh(db.session.scalars(queries.visible_to(safiya)).one())
    db.session.get_one(Identity, application.id).guardian_contact = "grace@example.net"
    rules.give(application, {APPLY, TEXT}, {APPLY, TEXT})
    db.session.commit()
    submit(client, asked(application, "guardian"), **GRACE, **YES_TO_TWO)
    assert client.get(f"/c/{campaign.slug}").status_code == 200
    submit(client, link_to("grace@example.net", "/guardian/agreed/"), purpose="publish_text")
    gone = client.get(f"/c/{campaign.slug}")
    assert gone.status_code == 410
    assert "Amber Heron" not in gone.text


def test_somebody_who_is_of_age_now_decides_alone(draft, client, asked):
    link = asked(draft, "guardian")
    with clock.at(clock.now() + timedelta(days=20)):
        db.session.get_one(Identity, draft.id).birth_date = "2005-01-01"
        db.session.commit()
        assert submit(client, link, **GRACE, **YES_TO_TWO).status_code == 422
    assert not standing(draft, APPLY).guardian
