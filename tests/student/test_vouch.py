"""A referee vouches on a page of their own, once; and nobody vets whom they vouch for."""

import pytest
import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.kit import crypto, db
from campaigns.kit.errors import NotAllowed
from campaigns.student import queries
from campaigns.student import rules as students
from campaigns.student.models import ConfirmationRequest, Vouching
from campaigns.student.rules import requests as rules
from campaigns.student.states import Known, Reason, Refusal, RequestState, Stage
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.cast.panel import a_sheet
from tests.student.conftest import fresh

YES = {"answer": "yes", "name": "Ruth Referee", "relation": "teacher", "known": "longer", "text": "Diligent and kind."}
SAID = {"name": "Ruth", "relation": "teacher", "known": Known.LONGER, "text": "Diligent."}


@pytest.fixture
def application(an_application):
    return an_application(Stage.IN_REVIEW)


def said() -> list[Vouching]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Vouching)))


def token(link: str) -> str:
    return link.rpartition("/")[2]


def test_it_is_read_by_those_who_vet(application, client, asked, sign_in, victor):
    link = asked(application, "referee", "ruth@example.net")
    assert submit(client, link, **YES).status_code == 303
    assert [(each.text, each.known) for each in said()] == [("Diligent and kind.", Known.LONGER)]
    page = sign_in(victor).get(f"/a/lantern/applications/{application.ref}/people").text
    assert "Diligent and kind." in page
    assert "more than three years" in page


def test_the_page_shows_the_name_and_not_the_alias(application, client, asked):
    shown = client.get(asked(application, "referee", "ruth@example.net"))
    assert "Canary Legalname" in shown.text
    assert "Amber Heron" not in shown.text
    assert "canary.contact" not in shown.text


def test_no_browser_keeps_it_and_no_search_engine_finds_it(application, client, asked):
    shown = client.get(asked(application, "referee", "ruth@example.net"))
    assert shown.headers["Cache-Control"] == "no-store"
    assert "noindex" in shown.headers["X-Robots-Tag"]
    assert "<script" not in shown.text


def test_looking_answers_nothing(application, client, asked):
    link = asked(application, "referee", "ruth@example.net")
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert not said()


def test_afterwards_it_says_thank_you_and_nothing_else(application, client, asked):
    link = asked(application, "referee", "ruth@example.net")
    submit(client, link, **YES)
    after = client.get(link)
    assert after.status_code == 200
    assert "You answered on" in after.text
    assert "Canary" not in after.text
    assert "Ruth" not in after.text


@pytest.mark.parametrize("refusal", list(Refusal))
def test_who_cannot_needs_to_say_no_more(application, client, asked, refusal):
    link = asked(application, "referee", "ruth@example.net")
    assert submit(client, link, answer=refusal.value).status_code == 303
    request = db.session.scalars(sa.select(ConfirmationRequest)).one()
    assert (request.state, request.refusal) == (RequestState.DECLINED, refusal)
    assert not said()


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(application, client, asked):
    answer = submit(client, asked(application, "referee", "ruth@example.net"), **YES | {"text": "", "name": "Ruth R."})
    assert answer.status_code == 422
    assert "Write a few sentences." in answer.text
    assert "Ruth R." in answer.text
    assert not said()


@pytest.mark.both_databases
def test_two_answers_at_once_are_one(app, application, asked):
    link = asked(application, "referee", "ruth@example.net")
    answers = [committed(lambda n=n: rules.vouch(token(link), **SAID | {"text": f"Answer {n}"})) for n in range(4)]
    done = at_once(app, *answers)
    assert sorted(type(each).__name__ for each in done) == ["LinkSpent"] * 3 + ["NoneType"]
    assert len(said()) == 1


def test_the_second_click_lands_on_the_thanks(application, client, asked):
    link = asked(application, "referee", "ruth@example.net")
    page = client.get(link)
    assert page.status_code == 200
    submit(client, link, **YES)
    again = client.post(link, data=YES)  # the page of thanks has no form: nothing is taken
    assert again.status_code in {200, 303, 400}
    assert len(said()) == 1


def test_a_link_for_something_else_is_none_here(application, client, asked):
    link = asked(application, "school")
    assert client.get(f"/vouch/{token(link)}").status_code == 410
    assert client.get(f"/guardian/{token(link)}").status_code == 410


def test_nobody_answers_about_an_application_that_was_taken_back(application, client, asked):
    link = asked(application, "referee", "ruth@example.net")
    students.leave(application)
    db.session.commit()
    gone = client.get(link)
    assert gone.status_code == 410
    assert "Canary" not in gone.text


class TestNobodyVetsWhomTheyReferred:
    def test_by_the_address_of_their_account(self, application, asked, victor):
        link = asked(application, "referee", victor.email)
        rules.vouch(token(link), **SAID)
        db.session.commit()
        with pytest.raises(NotAllowed):
            students.decide(fresh(application), Reason.DOCUMENTS_SEEN, by=victor)

    def test_however_the_address_is_spelled(self, application, asked, victor):
        asked(application, "referee", "Victor+school@example.org")
        assert not access.allows(victor, Action.VET, fresh(application))

    def test_by_the_account_they_are_signed_in_with(self, application, asked, victor, sign_in):
        link = asked(application, "referee")
        submit(sign_in(victor), link, **YES)
        assert not access.allows(victor, Action.VET, fresh(application))
        assert db.session.scalars(sa.select(ConfirmationRequest.answered_by_id)).one() == victor.id

    def test_by_the_address_they_give_with_a_link_that_was_passed_on(self, application, client, asked, victor):
        submit(client, asked(application, "referee"), **YES, email=victor.email)
        assert not access.allows(victor, Action.VET, fresh(application))
        assert queries.referred_by(victor) is not None
        assert db.session.scalars(queries.referred_by(victor)).all() == [application.id]
        assert db.session.execute(queries.referees([application.id])).one()[2] == victor.id

    def test_nor_does_who_decided_vouch(self, application, asked, victor, client):
        a_sheet(application, victor)
        db.session.commit()
        link = asked(application, "referee", victor.email)
        answer = submit(client, link, **YES)
        assert answer.status_code == 422
        assert "decided on this application yourself" in answer.text
        assert not said()

    def test_who_declined_to_vouch_may_vet(self, application, client, asked, victor):
        submit(client, asked(application, "referee", victor.email), answer="cannot")
        assert access.allows(victor, Action.VET, fresh(application))

    def test_others_are_not_kept_from_it(self, application, asked, vera):
        asked(application, "referee", "ruth@example.net")
        assert access.allows(vera, Action.VET, fresh(application))

    def test_also_after_the_key_was_changed(self, application, asked, victor, settings):
        asked(application, "referee", victor.email)
        crypto.use_keys("another key that is long enough to be one", settings.key)
        assert not access.allows(victor, Action.VET, fresh(application))
        crypto.use_keys(settings.key)
