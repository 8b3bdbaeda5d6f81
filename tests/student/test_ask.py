"""Students and teams ask referees, guardians and schools by link; again, no more, and never without end."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import OrganisationDomain
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.links import LinkSpent
from campaigns.notice.models import Notice
from campaigns.student.models import ConfirmationRequest, RequestSending
from campaigns.student.rules import requests as rules
from campaigns.student.rules.requests import ask, send
from campaigns.student.rules.requests.domains import belongs
from campaigns.student.states import REQUEST_MOVES, RequestState, Stage
from tests.cast.browser import submit
from tests.cast.letters import letters_to, link_to
from tests.student.conftest import fresh

PEOPLE = "/apply/tasks/people"
OPEN, ANSWERED, WITHDRAWN = RequestState.OPEN, RequestState.ANSWERED, RequestState.WITHDRAWN
RUTH = {"name": "Ruth Referee", "relation": "teacher", "email": "ruth@example.net"}


def one() -> ConfirmationRequest:
    db.session.rollback()
    return db.session.scalars(sa.select(ConfirmationRequest)).one()


def test_a_referee_named_with_an_address_is_written_to(a_draft, hold):
    client = hold(a_draft())
    assert submit(client, f"{PEOPLE}/referee", **RUTH).headers["Location"] == PEOPLE
    assert one().name == "Ruth Referee"
    assert client.get(link_to("ruth@example.net", "/vouch/")).status_code == 200


def test_one_without_an_address_gets_a_link_that_is_shown_once(a_draft, hold):
    client = hold(a_draft())
    submit(client, f"{PEOPLE}/referee", name="Ruth Referee", relation="teacher")
    shown = client.get(PEOPLE).text
    link = re.search(r"http://localhost(/vouch/[\w-]+)", shown).group(1)
    assert client.get(link).status_code == 200
    assert link not in client.get(PEOPLE).text
    assert not db.session.scalars(sa.select(Notice)).all()


def test_the_letter_names_nobody(a_draft, asked):
    application = a_draft()
    for kind in ("referee", "school"):
        asked(application, kind, "ruth@example.net" if kind == "referee" else "")
    for letter in db.session.scalars(sa.select(Notice)):
        for word in ("Canary", "Amber", "Heron", "Ruth", "Mwangaza Secondary"):
            assert word not in letter.subject + letter.text + letter.html


def test_the_guardian_is_written_to_at_the_address_that_was_given(a_draft, hold):
    client = hold(a_draft(guardian_contact="grace@example.net"))
    submit(client, f"{PEOPLE}/guardian")
    assert client.get(link_to("grace@example.net", "/guardian/")).status_code == 200


def test_somebody_of_age_has_no_guardian_to_ask(a_draft):
    with pytest.raises(ask.NoGuardian):
        rules.ask_guardian(a_draft(minor=False), once=crypto.token(), by=None)


def test_the_list_is_complete_without_anybody(a_draft, hold):
    page = hold(a_draft()).get("/apply/tasks").text
    assert "People who can confirm" in page
    assert "If you like" in page
    assert "9 of 9 steps are done" in page


def test_who_is_asked_already_is_not_offered_again(a_draft, hold, asked):
    application = a_draft(guardian_contact="grace@example.net")
    offered = [f'href="{PEOPLE}/{kind}"' for kind in ("guardian", "school")]
    page = hold(application).get(PEOPLE).text
    assert all(link in page for link in offered)
    for kind in ("guardian", "school"):
        asked(application, kind)
    page = hold(application).get(PEOPLE).text
    assert not any(link in page for link in offered)


def test_nobody_is_asked_about_a_closed_application(an_application):
    with pytest.raises(send.Closed):
        rules.ask_referee(an_application(Stage.DECLINED), "Ruth", "teacher", once=crypto.token(), by=None)


def test_a_double_click_asks_once(a_draft):
    application, once = a_draft(), crypto.token()
    for _ in range(2):
        rules.ask_referee(application, "Ruth", "teacher", "ruth@example.net", once=once, by=None)
    assert len(letters_to("ruth@example.net")) == 1


def test_the_same_referee_is_not_asked_twice(a_draft, hold, asked):
    application = a_draft()
    asked(application, "referee", "ruth@example.net")
    again = submit(hold(application), f"{PEOPLE}/referee", **RUTH | {"email": "Ruth+x@example.net"})
    assert again.status_code == 422
    assert "asked already" in again.text


@pytest.mark.both_databases
def test_the_database_knows_of_one_open_request_to_a_school(an_application, asked, office):
    application = an_application()
    asked(application, "school")
    again = {column.name: value for column, value in _columns(one()).items() if column.name != "id"}
    with pytest.raises(IntegrityError):
        db.session.execute(sa.insert(ConfirmationRequest).values(**again | {"once": "another"}))


def _columns(row: ConfirmationRequest) -> dict:
    return {column: getattr(row, row.__mapper__.get_property_by_column(column).key) for column in row.__table__.columns}


def test_nobody_confirms_themselves(a_draft, hold):
    application = a_draft(contact="noor@example.net")
    answer = submit(hold(application), f"{PEOPLE}/referee", **RUTH | {"email": "Noor@Example.net"})
    assert answer.status_code == 422
    assert "own address" in answer.text


def test_sent_again_the_old_link_is_worth_nothing(a_draft, hold, asked):
    application = a_draft()
    old = asked(application, "referee", "ruth@example.net")
    client = hold(application)
    submit(client, PEOPLE, to=f"{PEOPLE}/{one().id}/again")
    new = link_to("ruth@example.net", "/vouch/")
    assert new != old
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_taken_back_the_link_is_worth_nothing(a_draft, hold, asked):
    application = a_draft()
    link = asked(application, "referee", "ruth@example.net")
    client = hold(application)
    submit(client, PEOPLE, to=f"{PEOPLE}/{one().id}/withdraw")
    assert one().state is WITHDRAWN
    assert client.get(link).status_code == 410


def test_nobody_reaches_the_requests_of_another_application(a_draft, hold, asked):
    asked(a_draft(), "referee", "ruth@example.net")
    number = one().id
    client = hold(a_draft(alias="Blue Lark"))
    client.get(PEOPLE)
    answer = submit(client, f"{PEOPLE}/referee", to=f"{PEOPLE}/{number}/withdraw")
    assert answer.status_code == 404
    assert one().state is OPEN


def test_an_address_is_not_flooded(a_draft, asked):
    application = a_draft()
    asked(application, "referee", "ruth@example.net")
    for _ in range(send.MOST_TO_ONE - 1):
        rules.send_again(application, one().id, by=None)
        db.session.commit()
    with pytest.raises(send.TooManyLetters):
        rules.send_again(application, one().id, by=None)
    db.session.rollback()
    with pytest.raises(send.TooManyLetters):
        rules.ask_referee(a_draft(), "Ruth", "teacher", "ruth+again@example.net", once=crypto.token(), by=None)
    db.session.rollback()
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        rules.send_again(fresh(application), one().id, by=None)


def test_one_application_does_not_send_without_end(a_draft):
    application = a_draft()
    for number in range(send.MOST_FOR_ONE):
        rules.ask_referee(application, f"Ruth {number}", "teacher", once=crypto.token(), by=None)
    with pytest.raises(send.TooManyToday):
        rules.ask_referee(application, "One more", "teacher", once=crypto.token(), by=None)
    assert db.session.query(RequestSending).count() == send.MOST_FOR_ONE


def test_the_team_asks_too_and_sees_who_was_asked(an_application, victor, sign_in):
    application, client = an_application(), sign_in(victor)
    at = f"/a/lantern/applications/{application.ref}/people"
    submit(client, f"{at}/referee", **RUTH)
    assert one().asked_by_id == victor.id
    assert "Asked by the team" in client.get(at).text
    assert "Waits for an answer" in client.get(at.removesuffix("/people")).text


def test_the_team_is_not_offered_to_ask_a_guardian_twice(a_draft, asked, victor, sign_in):
    application = a_draft(guardian_contact="grace@example.net")
    application.stage = Stage.SUBMITTED
    db.session.commit()
    client, at = sign_in(victor), f"/a/lantern/applications/{application.ref}/people"
    assert f'href="{at}/guardian"' in client.get(at).text
    asked(application, "guardian")
    assert f'href="{at}/guardian"' not in client.get(at).text


def test_others_of_the_team_do_not_ask(an_application, marta):
    with pytest.raises(NotAllowed):
        rules.ask_referee(an_application(), "Ruth", "teacher", once=crypto.token(), by=marta)


@pytest.mark.parametrize("state", list(RequestState))
@pytest.mark.parametrize("target", list(RequestState))
def test_only_the_arrows_of_the_table_can_be_taken(state, target):
    request = ConfirmationRequest(state=state)
    if target in REQUEST_MOVES.get(state, ()):
        request.move_to(target)
        assert request.state is target
    else:
        with pytest.raises(IllegalMove):
            request.move_to(target)


def test_who_was_asked_cannot_be_read_once_the_key_is_gone(a_draft, asked):
    application = a_draft()
    link = asked(application, "referee", "ruth@example.net")
    fresh(application).person_key.destroy()
    db.session.commit()
    assert one().name is None
    assert one().email is None
    with pytest.raises(LinkSpent):
        rules.behind(one().kind, link.rpartition("/")[2])


class TestTheSchoolsAddress:
    @pytest.mark.parametrize(
        "address",
        ["a@mwangaza.ac.ke", "a@office.mwangaza.ac.ke", "a@schule.münchen.example", "a@xn--mnchen-3ya.example"],
    )
    def test_at_its_domain_or_below_it(self, address):
        assert belongs(ask.normal_email(address), ["Mwangaza.ac.ke", "münchen.example"])

    @pytest.mark.parametrize(
        "address",
        [
            "a@notmwangaza.ac.ke",
            "a@mwangaza.ac.ke.example.org",
            "a@mwаngaza.ac.ke",  # a Cyrillic а
            "a@ac.ke",
            "mwangaza.ac.ke@gmail.com",
            "a@munchen.example",
        ],
    )
    def test_nowhere_else(self, address):
        assert not belongs(ask.normal_email(address), ["mwangaza.ac.ke", "münchen.example"])

    @pytest.mark.parametrize(
        ("address", "listed"), [("a@gmail.com", "gmail.com"), ("a@x.ac.ke", "ac.ke"), ("a@b.com", "com")]
    )
    def test_whatever_a_list_says_of_free_mail_and_registries(self, address, listed):
        assert not belongs(address, [listed])

    def test_another_one_is_refused_at_its_field(self, a_draft, hold, office):
        answer = submit(hold(a_draft()), f"{PEOPLE}/school", email="bursar@mwangaza-school.example")
        assert answer.status_code == 422
        assert "ends in mwangaza.ac.ke" in answer.text
        assert "bursar@mwangaza-school.example" in answer.text

    def test_a_school_without_a_domain_cannot_be_asked(self, a_draft):
        with pytest.raises(ask.NotListed):
            rules.ask_school(a_draft(), "bursar@mwangaza.ac.ke", once=crypto.token(), by=None)

    def test_the_team_can_ask_another_school_of_the_list(self, an_application, a_college, victor, sign_in):
        application = an_application()
        application.school_id, application.school_name, application.school_country = None, "A college", "UG"
        college = a_college[7]
        db.session.add(OrganisationDomain(organisation_id=college.id, domain="nursing.example"))
        db.session.commit()
        client, at = sign_in(victor), f"/a/lantern/applications/{application.ref}/people/school"
        found = client.get(f"{at}?q=College 7").text
        assert f"school={college.id}" in found
        answer = submit(client, f"{at}?school={college.id}", email="office@nursing.example")
        assert answer.status_code == 303
        assert one().school_id == college.id

    def test_a_student_asks_no_other_school_than_their_own(self, a_draft, a_college, office):
        db.session.add(OrganisationDomain(organisation_id=a_college[0].id, domain="nursing.example"))
        db.session.commit()
        given = {"school_id": a_college[0].id, "once": crypto.token(), "by": None}
        with pytest.raises(ask.NotItsDomain):
            rules.ask_school(a_draft(), "office@nursing.example", **given)
