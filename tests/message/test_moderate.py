"""A person decides, or nothing is passed on."""

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns.account.states import Role
from campaigns.kit import clock, crypto, db, identifiers
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.message import rules
from campaigns.message.models import Message
from campaigns.message.rules import Ended, NotChecked, TextChanged
from campaigns.message.states import MOVES, MessageState, Reason, Side
from campaigns.notice.models import Notice
from campaigns.student import rules as students
from campaigns.student.models import Identity
from campaigns.student.states import HelperRole, Purpose
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.cast.queries import at_most


def seen(message):
    return crypto.digest(message.shown or "")


def letters(start):
    return [each for each in db.session.query(Notice).order_by(Notice.id) if each.key.startswith(start)]


def broken(*_: object) -> str:
    raise RuntimeError("the search is broken")


ABSENT = [(a, b) for a in MessageState for b in MessageState if b not in MOVES.get(a, ())]


@pytest.mark.parametrize(("now", "to"), ABSENT)
def test_no_other_step_is_taken(now, to):
    with pytest.raises(IllegalMove):
        Message(state=now).move_to(to)


def test_passed_on_the_reader_is_told_without_a_word_of_it(write, safiya, student, pledge):
    db.session.get_one(Identity, student.id).contact = "amber@example.org"
    message = write("Canary words for you, call 0700 000 001")

    rules.approve(message, seen=seen(message), by=safiya)
    rules.approve(message, seen=seen(message), by=safiya)

    assert (message.state, message.decided_by_id) == (MessageState.APPROVED, safiya.id)
    assert message.delivered_at is not None
    (letter,) = letters("message.arrived")
    assert letter.to == "amber@example.org"
    assert "Canary" not in letter.text + letter.html + letter.subject
    assert pledge.email not in letter.text + letter.html


def test_a_student_s_message_is_told_to_the_sponsor_with_the_way_there(deliver, pledge):
    deliver("Thank you", Side.STUDENT)

    (letter,) = letters("message.arrived")
    assert letter.to == pledge.email
    assert f"/p/{pledge.ref}/messages?k=" in letter.text
    assert "Amber" not in letter.text


@pytest.mark.parametrize("who", ["amina", "victor", "tomas", "otto", "rita"])
def test_nobody_else_decides(write, request, who):
    person, message = request.getfixturevalue(who), write()
    for act in (
        lambda: rules.approve(message, seen=seen(message), by=person),
        lambda: rules.give_back(message, Reason.CONTACT, by=person),
        lambda: rules.refuse(message, by=person),
        lambda: rules.check_again(message, by=person),
        lambda: rules.close(message.thread, by=person),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_moderator_of_vouch_decides_too(write, mo):
    message = write()
    rules.approve(message, seen=seen(message), by=mo)
    assert message.state is MessageState.APPROVED


@pytest.mark.parametrize("party", ["sponsor", "student", "helper", "author"])
def test_whoever_has_a_part_in_it_does_not_decide(write, a_user, lantern, pledge, student, party):
    officer = a_user("Sara", (Role.SAFEGUARDING_OFFICER, lantern), (Role.ORGANISER, lantern))
    given = {}
    if party == "sponsor":
        pledge.email = "Sara+gifts@example.org"
    elif party == "student":
        student.applicant_email = officer.email_canonical
    elif party == "helper":
        student.helper_user_id, student.helper_role = officer.id, HelperRole.TEACHER
        student.handed_over_at = clock.now()
    else:
        given = {"sender": Side.COMMUNITY, "by": officer}
    db.session.commit()
    message = write(**given)

    with pytest.raises(NotAllowed):
        rules.approve(message, seen=seen(message), by=officer)


def test_what_could_not_be_searched_is_not_approved_before_a_search_works(write, safiya, monkeypatch, sign_in):
    with monkeypatch.context() as patch:
        patch.setattr(identifiers, "find", broken)
        message = write("Call 0700 000 001")
        with pytest.raises(NotChecked):
            rules.approve(message, seen=seen(message), by=safiya)
        with pytest.raises(NotChecked):
            rules.check_again(message, by=safiya)
        rules.check_unchecked()
        page = sign_in(safiya).get(f"/a/lantern/messages/{message.id}").text
        assert "This message could not be checked" in page
        assert "/approve" not in page
    assert db.session.get_one(Message, message.id).checked_at is None

    rules.check_unchecked()

    message = db.session.get_one(Message, message.id)
    assert message.shown == "Call [phone number removed]"
    rules.approve(message, seen=seen(message), by=safiya)


@pytest.mark.both_databases
def test_the_database_passes_on_nothing_that_was_not_checked_or_decided(write, safiya):
    message_id = write().id
    wrong = [
        {"state": MessageState.APPROVED, "delivered_at": clock.now()},
        {"state": MessageState.APPROVED, "decided_by_id": safiya.id},
        {"checked_at": None, "state": MessageState.APPROVED, "decided_by_id": safiya.id, "delivered_at": clock.now()},
        {"delivered_at": clock.now()},
        {"read_at": clock.now()},
        {"state": MessageState.RETURNED, "decided_by_id": safiya.id},
        {"state": MessageState.REFUSED, "decided_by_id": safiya.id, "reason": Reason.CONTACT},
        {"sender": Side.COMMUNITY},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError):
            db.session.query(Message).filter_by(id=message_id).update(values)
        db.session.rollback()


def test_another_text_than_was_read_is_not_passed_on(write, safiya):
    message = write()
    with pytest.raises(TextChanged):
        rules.approve(message, seen=crypto.digest("something else"), by=safiya)


def test_nothing_is_passed_on_once_consent_has_ended(write, safiya, student):
    message = write()
    students.withdraw(student, Purpose.SHARE_WITH_SPONSOR, by=None)

    with pytest.raises(Ended):
        rules.approve(message, seen=seen(message), by=safiya)


@pytest.mark.both_databases
def test_two_who_decide_at_once_decide_once(app, write, safiya, mo):
    message_id, mark = write().id, seen(db.session.query(Message).one())
    people = (safiya.id, mo.id)

    def take(person_id, act):
        def run():
            from campaigns.account.models import User

            person = db.session.get_one(User, person_id)
            person.second_factor = True
            act(db.session.scalars(rules.moderate.queries.taken_up(message_id)).one(), person)
            return "done"

        return committed(run)

    done = at_once(
        app,
        take(people[0], lambda message, by: rules.approve(message, seen=mark, by=by)),
        take(people[1], lambda message, by: rules.give_back(message, Reason.CONTACT, by=by)),
    )

    assert sorted(type(each).__name__ for each in done) == ["IllegalMove", "str"]
    assert len(letters("message.")) <= 1


def test_given_back_the_writer_reads_why_and_may_write_anew(client, write, safiya, pledge):
    message = write("Where do you live?")
    rules.give_back(message, Reason.PERSONAL, by=safiya)
    db.session.commit()

    from tests.message.test_write import url

    page = client.get(url(pledge)).text
    assert "It says or asks too much about who somebody is" in page
    assert "Where do you live?" in page
    assert [each.to for each in letters("message.returned")] == [pledge.email]
    write("How was school?")


def test_of_a_child_in_danger_every_officer_is_told_and_the_child_sees_where_to_get_help(
    hold, student, write, safiya, thread
):
    message = write("Canary, I am beaten at home", Side.STUDENT)

    rules.give_back(message, Reason.DANGER, by=safiya)
    db.session.commit()

    (letter,) = letters("message.danger")
    assert letter.to == safiya.email
    assert "Canary" not in letter.text + letter.html
    page = hold(student).get(f"/apply/messages/{thread.ref}").text
    assert "Are you in danger?" in page
    assert "The community has to look at it first" in page
    assert 'href="/report-a-concern"' in page


def test_a_sponsor_who_may_be_the_danger_is_not_warned(client, pledge, write, safiya):
    from tests.message.test_write import url

    rules.give_back(write("Meet me behind the school"), Reason.DANGER, by=safiya)
    db.session.commit()

    assert "danger" not in client.get(url(pledge)).text.lower().split("</style>")[-1].replace("button danger", "")


def test_refused_the_conversation_ends(write, safiya, thread):
    rules.refuse(write(), by=safiya)
    assert thread.closed_by is Side.COMMUNITY
    with pytest.raises(Ended):
        write()


def test_the_page_marks_what_was_found_and_shows_what_would_be_passed_on(sign_in, write, safiya):
    message = write("Hello Legalname,\ncall <b>0700 000 001</b>")

    page = sign_in(safiya).get(f"/a/lantern/messages/{message.id}").text

    assert '<mark>0700 000 001<span class="hidden"> (phone number)</span></mark>' in page
    assert "Hello [private name removed],\ncall &lt;b&gt;[phone number removed]&lt;/b&gt;" in page
    assert "petra@example.org" not in page
    assert "Canary Legalname" not in page


def test_a_moderator_passes_on_and_gives_back_on_the_page(sign_in, write, safiya):
    browser, first, second = sign_in(safiya), write(), write("Where do you live?")
    at = f"/a/lantern/messages/{first.id}"
    assert submit(browser, at, to=f"{at}/approve").status_code == 303
    at = f"/a/lantern/messages/{second.id}"
    assert submit(browser, at, to=f"{at}/return").status_code == 422
    assert submit(browser, at, to=f"{at}/return", reason="personal").status_code == 303

    db.session.expire_all()
    assert [each.state for each in db.session.query(Message).order_by(Message.id)] == [
        MessageState.APPROVED, MessageState.RETURNED,
    ]  # fmt: skip


def test_the_list_is_oldest_first_a_page_at_a_time_in_few_queries(sign_in, safiya, thread):
    for number in range(25):
        message = Message(application_id=thread.application_id, once=str(number), thread_id=thread.id)
        message.organisation_id, message.sender, message.text = thread.organisation_id, Side.STUDENT, "Hello"
        db.session.add(message)
    db.session.commit()
    ids = [each.id for each in db.session.query(Message).order_by(Message.id)]
    browser = sign_in(safiya)

    with at_most(7):
        page = browser.get("/a/lantern/messages").text

    assert f"/messages/{ids[0]}" in page
    assert f'/messages/{ids[20]}"' not in page
    following = browser.get(f"/a/lantern/messages?after={ids[19]}").text
    assert f'/messages/{ids[20]}"' in following
    assert f'/messages/{ids[0]}"' not in following


@pytest.mark.parametrize("side", [Side.SPONSOR, Side.STUDENT])
def test_either_side_ends_it_and_reads_no_more_is_sent(client, hold, student, pledge, thread, deliver, side):
    from tests.message.test_write import url

    deliver("Hello")
    page, browser = (url(pledge), client) if side is Side.SPONSOR else (f"/apply/messages/{thread.ref}", hold(student))
    to = url(pledge, "/end") if side is Side.SPONSOR else f"{page}/end"

    assert submit(browser, page, to=to).status_code == 303

    assert "This conversation has ended" in browser.get(page).text
    db.session.expire_all()
    assert thread.closed_by is side


def test_read_is_noted_where_the_reader_says_so(hold, student, thread, deliver):
    message, page = deliver("Hello"), f"/apply/messages/{thread.ref}"
    browser = hold(student)
    assert "New" in browser.get("/apply/messages").text

    submit(browser, page, to=f"{page}/read")

    db.session.expire_all()
    assert message.read_at is not None
    assert "I have read it" not in browser.get(page).text
