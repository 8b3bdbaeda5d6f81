"""The secret of the student's choice beside the code; and what helps who forgot it."""

import re
import statistics
import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.account import passwords
from campaigns.audit.models import AuditEntry
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.models import Application, Identity
from campaigns.student.rules.secret import MOST_TRIES, TooShort
from campaigns.student.states import Stage
from tests.cast.browser import submit
from tests.student.conftest import SECRET, YES, fresh

WRONG = "bananas at the sea"


@pytest.fixture
def begun(lantern):
    """An application with its code; its secret is SECRET."""
    application, code = rules.start(lantern, once=crypto.token(), by=None)
    rules.choose(application, SECRET)
    db.session.commit()
    return application, code


def opened(code: str, secret: str) -> bool:
    found = rules.resume(code, secret)
    db.session.commit()
    return found is not None


# ---- Choosing ----


def test_after_the_code_a_secret_is_chosen(client, lantern):
    submit(client, "/apply/lantern", **YES)

    assert submit(client, "/apply/code").location == "/apply/secret"
    assert submit(client, "/apply/secret", secret=SECRET).location == "/apply/tasks"


@pytest.mark.parametrize("path", ["tasks", "tasks/about", "tasks/check", "status"])
def test_nothing_else_is_open_before_that(client, lantern, path):
    submit(client, "/apply/lantern", **YES)
    submit(client, "/apply/code")

    assert client.get(f"/apply/{path}").location == "/apply/secret"


def test_it_is_kept_as_argon2id_only(begun):
    kept = begun[0].secret_hash

    assert kept.startswith("$argon2id$")
    assert SECRET not in str(db.session.execute(sa.text("SELECT * FROM application")).all())


@pytest.mark.parametrize("secret", ["", "abc", "a  b  ", "     "])
def test_a_short_one_is_answered_at_its_field(client, lantern, secret):
    submit(client, "/apply/lantern", **YES)

    answer = submit(client, "/apply/secret", secret=secret)

    assert answer.status_code == 422
    assert "Choose" in answer.text


def test_spaces_do_not_make_it_long(begun):
    with pytest.raises(TooShort):
        rules.choose(begun[0], "a        b")


def test_another_browser_has_to_open_it_anew_once_it_is_changed(app, client, begun):
    _, code = begun
    elsewhere = app.test_client()
    for browser in (client, elsewhere):
        assert submit(browser, "/apply/resume", code=code, secret=SECRET).location == "/apply/tasks"

    submit(client, "/apply/secret", secret="another secret")

    assert client.get("/apply/tasks").status_code == 200
    assert elsewhere.get("/apply/tasks").location == "/apply/resume"


# ---- Opening ----


@pytest.mark.parametrize("typed", [SECRET, SECRET.upper(), f" {SECRET.replace(' ', '   ')} ", SECRET.title()])
def test_it_may_be_typed_as_telephones_type(begun, typed):
    assert opened(begun[1], typed)


@pytest.mark.parametrize("typed", ["", WRONG, SECRET[:-1], SECRET.replace(" ", ""), "x" * 10_000, "\x00"])
def test_another_one_opens_nothing(begun, typed):
    assert not opened(begun[1], typed)


def test_a_code_without_a_secret_opens_once_and_asks_for_one(client, lantern):
    _, code = rules.start(lantern, once=crypto.token(), by=None)
    db.session.commit()
    assert submit(client, "/apply/resume", code=code).location == "/apply/tasks"
    assert client.get("/apply/tasks").location == "/apply/secret"

    submit(client, "/apply/secret", secret=SECRET)

    assert not opened(code, "")
    assert opened(code, SECRET)


def test_the_answer_is_the_same_for_an_unknown_code_and_a_wrong_secret(client, begun):
    wrong = submit(client, "/apply/resume", code=begun[1], secret=WRONG)
    unknown = submit(client, "/apply/resume", code="AAAA-BBBB-CCCC", secret=WRONG)

    def plain(answer, code):
        return re.sub(r'value="[^"]{60,}"', "", answer.text.replace(code, "CODE"))

    assert wrong.status_code == unknown.status_code == 422
    assert plain(wrong, begun[1]) == plain(unknown, "AAAA-BBBB-CCCC")
    assert WRONG not in wrong.text


def test_an_unknown_code_has_its_secret_checked_all_the_same(begun, monkeypatch):
    """So that the answer takes as long: the hash is what takes the time."""
    checked = []
    monkeypatch.setattr(passwords, "matches", lambda kept, given: checked.append(kept) or False)

    opened("KQ7M-2XWP-9TRA", SECRET)
    opened(begun[1], WRONG)

    assert checked == [passwords.NOBODY, begun[0].secret_hash]


def test_it_takes_as_long_whatever_is_wrong(begun):
    def took(code: str) -> float:
        start = time.perf_counter()
        rules.resume(code, WRONG)
        return time.perf_counter() - start

    unknown, wrong = ([took(code) for _ in range(7)] for code in ("KQ7M-2XWP-9TRA", begun[1]))

    assert 0.5 < statistics.median(wrong) / statistics.median(unknown) < 2


# ---- Guessing ----


def test_after_ten_wrong_ones_the_right_one_waits_for_an_hour(begun):
    application, code = begun
    now = clock.now()
    for _ in range(MOST_TRIES):
        assert not opened(code, WRONG)

    assert not opened(code, SECRET)
    with clock.at(now + timedelta(minutes=59)):
        assert not opened(code, SECRET)
    with clock.at(now + timedelta(minutes=61)):
        assert opened(code, SECRET)
    assert fresh(application).tries == 0


def test_a_try_counts_although_the_page_says_that_it_was_wrong(client, begun):
    submit(client, "/apply/resume", code=begun[1], secret=WRONG)

    assert fresh(begun[0]).tries == 1


def test_nine_wrong_ones_are_forgiven(begun):
    for _ in range(MOST_TRIES - 1):
        opened(begun[1], WRONG)

    assert opened(begun[1], SECRET)
    assert fresh(begun[0]).tries == 0


def test_an_hour_later_they_are_counted_from_one(begun):
    for _ in range(MOST_TRIES):
        opened(begun[1], WRONG)
    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        opened(begun[1], WRONG)

    assert fresh(begun[0]).tries == 1


@pytest.mark.both_databases
def test_tries_at_the_same_time_are_all_counted(app, begun):
    _, code = begun
    db.session.remove()

    def guess() -> None:
        with app.app_context():
            db.set_reading(False)
            opened(code, WRONG)
            db.session.remove()

    threads = [threading.Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert db.session.scalars(sa.select(Application.tries)).one() == 6


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "values",
    [
        {"tries": 1, "tried_at": None},
        {"tries": -1},
        {"reset_hash": "x"},
        {"reset_until": clock.now()},
        {"handed_over_at": clock.now()},
        {"confirmed_at": clock.now()},
    ],
)
def test_the_database_refuses_what_cannot_be(begun, values):
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Application).values(**values))


# ---- Forgotten: by mail ----


@pytest.fixture
def reachable(begun):
    """The same, of a student with an e-mail address."""
    db.session.get_one(Identity, begun[0].id).email = "zawadi@example.org"
    db.session.commit()
    return begun


def mailed_link() -> str:
    letter = db.session.query(Notice).filter_by(to="zawadi@example.org").order_by(Notice.id.desc()).first()
    return next(word for word in letter.text.split() if "/apply/secret/new/" in word).removeprefix("http://localhost")


def test_a_link_is_mailed_to_the_address_that_was_given(client, reachable):
    answer = submit(client, "/apply/secret/forgot", code=reachable[1])

    assert "Look in your mail" in answer.text
    assert mailed_link().startswith("/apply/secret/new/")


@pytest.mark.parametrize("has_address", [True, False])
def test_the_page_says_the_same_whether_there_is_an_address_or_not(client, begun, has_address):
    if has_address:
        db.session.get_one(Identity, begun[0].id).email = "zawadi@example.org"
        db.session.commit()

    answers = [submit(client, "/apply/secret/forgot", code=code) for code in (begun[1], "KQ7M-2XWP-9TRA")]

    assert answers[0].text == answers[1].text
    assert db.session.query(Notice).count() == has_address


def test_looking_at_the_link_changes_nothing_and_sending_the_form_does(client, reachable):
    application, code = reachable
    submit(client, "/apply/secret/forgot", code=code)
    link = mailed_link()
    before = fresh(application).secret_hash
    assert client.get(link).status_code == client.get(link).status_code == 200
    assert fresh(application).secret_hash == before

    assert submit(client, link, secret="a new secret").location == "/apply/tasks"

    assert client.get("/apply/tasks").status_code == 200
    assert opened(code, "a new secret")
    assert not opened(code, SECRET)


def test_a_link_works_once_and_for_an_hour(client, reachable):
    submit(client, "/apply/secret/forgot", code=reachable[1])
    link = mailed_link()
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert client.get(link).status_code == 410
    submit(client, link, secret="a new secret")

    assert client.get(link).status_code == 410
    assert "This link no longer works" in client.get(link).text


def test_a_short_secret_leaves_the_link_as_it_was(client, reachable):
    submit(client, "/apply/secret/forgot", code=reachable[1])
    link = mailed_link()

    assert submit(client, link, secret="abc").status_code == 422
    assert submit(client, link, secret="a new secret").status_code == 303


# ---- Forgotten: through the community ----


@pytest.fixture
def sent(begun, a_draft, victor):
    """An application that was sent, by a student who has forgotten the secret."""
    application = a_draft()
    rules.choose(application, SECRET)
    rules.submit(application)
    db.session.commit()
    return fresh(application)


def test_who_vets_gives_a_code_that_works_once(app, sign_in, victor, sent):
    page = submit(sign_in(victor), f"/a/lantern/applications/{sent.ref}/secret")
    told = page.text.split('class="ref">')[1][:14]
    student = app.test_client()

    assert submit(student, "/apply/resume", code=told).location == "/apply/code"
    new = student.get("/apply/code").text.split('class="ref">')[1][:14]
    assert submit(student, "/apply/code").location == "/apply/secret"
    assert submit(student, "/apply/secret", secret="a new secret").location == "/apply/tasks"
    assert opened(new, "a new secret")
    assert not opened(told, "")
    assert not opened(told, "a new secret")


def test_until_it_is_used_code_and_secret_stay_as_they_are(victor, begun):
    rules.issue_reset(begun[0], by=victor)

    assert opened(begun[1], SECRET)


def test_it_opens_also_what_was_shut_by_wrong_tries(victor, begun):
    for _ in range(MOST_TRIES):
        opened(begun[1], WRONG)

    assert opened(rules.issue_reset(begun[0], by=victor), "")


def test_it_is_worth_nothing_after_three_days(victor, begun):
    told = rules.issue_reset(begun[0], by=victor)

    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        assert not opened(told, "")


def test_that_it_was_made_and_used_is_noted_and_told(victor, reachable):
    told = rules.issue_reset(reachable[0], by=victor)
    opened(told, "")

    actions = {entry.action: entry for entry in db.session.query(AuditEntry)}
    assert actions["application.reset_issued"].actor_id == victor.id
    assert "application.reset_used" in actions
    letter = db.session.query(Notice).filter_by(to="zawadi@example.org").one()
    assert "opens your application once" in letter.subject
    assert told not in letter.text
    assert told not in str([entry.detail for entry in actions.values()])


@pytest.mark.parametrize("who", ["amina", "marta", "tomas", "otto", "noor", "ada", "mo"])
def test_nobody_makes_one_who_does_not_vet(begun, request, who):
    with pytest.raises(NotAllowed):
        rules.issue_reset(begun[0], by=request.getfixturevalue(who))


def test_the_password_was_shown_lately(begun, victor):
    victor.reauthenticated = False

    with pytest.raises(ReauthenticationNeeded):
        rules.issue_reset(begun[0], by=victor)


def test_looking_at_the_page_makes_none(sign_in, victor, an_application):
    application = an_application(Stage.SUBMITTED)

    sign_in(victor).get(f"/a/lantern/applications/{application.ref}/secret")

    assert fresh(application).reset_hash is None


# ---- An address and a number ----


def test_both_an_address_and_a_number_can_be_given(begin):
    submit(begin(), "/apply/tasks/about", contact="+254 700 000 001", email="Zawadi@Example.org")

    identity = db.session.query(Identity).one()
    assert (identity.contact, identity.email) == ("+254 700 000 001", "Zawadi@Example.org")
    assert db.session.query(Application).one().applicant_email == "zawadi@example.org"


def test_a_wrong_address_is_answered_at_its_field_and_the_number_kept(begin):
    answer = submit(begin(), "/apply/tasks/about", contact="+254 700 000 001", email="zawadi at home")

    assert "This is no e-mail address" in answer.text
    assert "zawadi at home" in answer.text
    assert db.session.query(Identity).one().contact == "+254 700 000 001"
