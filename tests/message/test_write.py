"""Writing: only while pledge and consent hold, held for a person, once, few a day, no links."""

from datetime import timedelta

import pytest

from campaigns.audit.models import AuditEntry
from campaigns.kit import clock, crypto, db, identifiers, links
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.message import queries, rules
from campaigns.message.models import Message, Thread
from campaigns.message.rules import Ended, LinkInside, TooLong, TooMany
from campaigns.message.states import MessageState, Side
from campaigns.pledge.states import PledgeStatus
from campaigns.student import rules as students
from campaigns.student.models import Application
from campaigns.student.states import Purpose, Stage
from tests.cast.browser import hidden_fields, submit
from tests.cast.crowd import at_once


def url(pledge, more=""):
    return f"/p/{pledge.ref}/messages{more}?k={links.sign('pledge', pledge.ref)}"


def test_a_message_is_held_and_its_text_is_kept_sealed(write):
    message = write("Call me on 0700 000 001, please")

    assert (message.state, message.delivered_at) == (MessageState.HELD, None)
    assert message.shown == "Call me on [phone number removed], please"
    assert "Call" not in message.text_sealed + message.shown_sealed


def test_the_names_around_the_student_are_taken_out_and_the_sponsor_s_own_hidden_one(thread, pledge, write):
    pledge.show_name = False
    db.session.commit()

    message = write("Dear Legalname, greetings to Mrs Guardian at Mwangaza. Petra")

    gone = "[private name removed]"
    assert message.shown == f"Dear {gone}, greetings to Mrs {gone} at {gone}. {gone}"


def test_a_sponsor_who_is_named_in_public_may_sign_by_name(write):
    assert write("Greetings, Petra").shown == "Greetings, Petra"


@pytest.mark.parametrize("status", [PledgeStatus.LAPSED, PledgeStatus.WITHDRAWN])
def test_only_while_the_pledge_stands(pledge, write, status):
    pledge.status = status
    db.session.commit()

    with pytest.raises(Ended):
        write()


def test_no_conversation_begins_without_consent(a_campaign, a_pledge):
    with pytest.raises(Ended):
        rules.begin(a_pledge(a_campaign()))
    assert db.session.query(Thread).count() == 0


def test_none_begins_before_the_pledge_is_confirmed(campaign, a_pledge, client):
    promised = a_pledge(campaign, confirmed=False)

    with pytest.raises(Ended):
        rules.begin(promised)
    assert client.get(url(promised)).status_code == 404


@pytest.mark.both_databases
def test_consent_withdrawn_ends_it_at_the_next_request_on_both_sides(client, hold, student, pledge, deliver, thread):
    deliver("Hello heron")
    deliver("Thank you, sponsor", Side.STUDENT)
    assert "Thank you, sponsor" in client.get(url(pledge)).text
    assert "Hello heron" in hold(student).get(f"/apply/messages/{thread.ref}").text

    students.withdraw(student, Purpose.SHARE_WITH_SPONSOR, by=None)
    db.session.commit()

    for page in (client.get(url(pledge)), hold(student).get(f"/apply/messages/{thread.ref}")):
        assert "This conversation has ended" in page.text
        assert "Hello heron" not in page.text
        assert "Thank you, sponsor" not in page.text
        assert "<textarea" not in page.text
    for side in Side:
        with pytest.raises(Ended):
            rules.write(thread, "More", sender=side, once=crypto.token())


@pytest.mark.parametrize("stage", [Stage.LEFT, Stage.COMPLETED])
def test_who_is_no_longer_supported_is_written_to_no_more(student, write, stage):
    db.session.get_one(Application, student.id).stage = stage
    db.session.commit()

    with pytest.raises(Ended):
        write()


def test_what_is_too_long_or_holds_a_link_is_not_taken(write):
    with pytest.raises(TooLong):
        write("x" * 2001)
    with pytest.raises(LinkInside):
        write("See www.example.org")
    with pytest.raises(Refused):
        write("  ")
    assert db.session.query(Message).count() == 0


def test_five_a_day_from_each_side(write):
    for _ in range(5):
        write()
    with pytest.raises(TooMany):
        write()
    write(sender=Side.STUDENT)
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        write()


def test_where_the_search_fails_the_message_is_held_as_not_checked(write, monkeypatch, caplog):
    def broken(*_: object) -> str:
        raise RuntimeError("Canary in a fault")

    monkeypatch.setattr(identifiers, "find", broken)

    message = write("Call me on 0700 000 001")

    assert (message.state, message.checked_at, message.shown) == (MessageState.HELD, None, None)
    assert "Canary" not in caplog.text


@pytest.mark.both_databases
def test_a_double_click_makes_one_message_and_one_conversation(app, client, pledge):
    here = url(pledge)
    form = hidden_fields(client.get(here).text) | {"text": "How was the term?"}
    cookie = client.get_cookie("vouch").value

    def click():
        browser = app.test_client()
        browser.set_cookie("vouch", cookie)
        return browser.post(here, data=form).status_code

    assert at_once(app, *[click] * 5) == [303] * 5
    assert (db.session.query(Message).count(), db.session.query(Thread).count()) == (1, 1)


def test_nothing_typed_is_lost(client, pledge):
    answer = submit(client, url(pledge), text="See www.example.org, a good page")

    assert answer.status_code == 422
    assert "See www.example.org, a good page" in answer.text
    assert "Take the link out" in answer.text


@pytest.mark.parametrize("more", ["", "/read", "/end"])
def test_without_the_link_there_is_nothing_here(client, pledge, more):
    client.get("/sign-in")
    for key in ("", "?k=x", f"?k={links.sign('pledge.sent', pledge.ref)}"):
        path = f"/p/{pledge.ref}/messages{more}{key}"
        answer = client.get(path) if not more else submit(client, "/sign-in", to=path)
        assert answer.status_code == 404


def test_the_student_never_reads_who_a_hidden_sponsor_is(hold, student, pledge, deliver, thread):
    pledge.show_name = False
    db.session.commit()
    deliver("Hello")

    pages = hold(student).get("/apply/messages").text + hold(student).get(f"/apply/messages/{thread.ref}").text

    assert "A sponsor" in pages
    assert "Petra" not in pages
    assert "petra@example.org" not in pages


def test_a_student_writes_back_and_the_sponsor_sees_it_only_once_it_was_passed_on(
    hold, client, student, thread, pledge, deliver
):
    deliver("Hello")
    answer = submit(hold(student), f"/apply/messages/{thread.ref}", text="The term was good, call 0700 000 001")
    assert answer.status_code == 303
    assert "Waits to be read by a person" in client.get(f"/apply/messages/{thread.ref}").text
    assert "The term was good" not in client.get(url(pledge)).text


def test_another_student_s_conversation_is_not_there(hold, an_application, thread):
    stranger = hold(an_application(Stage.SUPPORTED))

    assert stranger.get(f"/apply/messages/{thread.ref}").status_code == 404
    assert thread.ref not in stranger.get("/apply/messages").text


def test_to_several_students_one_writes_as_a_group_and_the_community_answers(
    a_group, a_pledge, amina, otto, hold, client, safiya
):
    pledge = a_pledge(a_group())
    thread = rules.begin(pledge)
    assert thread.is_group
    with pytest.raises(NotAllowed):
        rules.write(thread, "Hello", sender=Side.COMMUNITY, once=crypto.token(), by=otto)

    answer = rules.write(thread, "They are well", sender=Side.COMMUNITY, once=crypto.token(), by=amina)
    rules.approve(answer, seen=crypto.digest(answer.shown), by=safiya)
    db.session.commit()

    page = client.get(url(pledge)).text
    assert "They are well" in page
    assert "Amber Heron" not in page
    student = db.session.get_one(Application, thread.application_id)
    assert "They are well" not in hold(student).get("/apply/messages").text


def test_one_student_of_the_group_who_withdraws_ends_it(a_group, a_pledge):
    pledge = a_pledge(a_group())
    thread = rules.begin(pledge)
    other = db.session.query(Application).filter_by(alias="Copper Kite").one()
    students.withdraw(other, Purpose.SHARE_WITH_SPONSOR, by=None)

    with pytest.raises(Ended):
        rules.write(thread, "Hello", sender=Side.SPONSOR, once=crypto.token())
    assert not db.session.scalar(queries.may_write(pledge))


def test_the_trail_says_nothing_of_what_was_written(write):
    write("Canary words")
    db.session.flush()

    entry = db.session.query(AuditEntry).filter_by(action="message.written").one()
    assert entry.detail == {"sender": "sponsor", "checked": True}
