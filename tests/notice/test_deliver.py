"""Carrying e-mails out of the outbox, each once, whatever the post does."""

import socket
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from threading import Barrier, Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from campaigns.kit import clock, db, mail
from campaigns.notice import rules
from campaigns.notice.models import Notice
from campaigns.notice.states import MOVES, NoticeState
from tests.notice.helpers import body, letters


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postbox(Message):
    """What a real SMTP server was handed."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[bytes] = []

    def prepare_message(self, session, envelope):
        self.taken.append(envelope.content)
        return super().prepare_message(session, envelope)

    def handle_message(self, message) -> None:
        """All of it was noted above."""


def use_server(app, url: str) -> None:
    mail.init_app(app, url, "Vouch <hello@vouch.example>", app.extensions["mail.inbox"].parent)


def test_a_letter_is_sent_once_and_says_when(a_letter, carried):
    letter = a_letter()
    rules.deliver()
    rules.deliver()
    assert len(carried) == 1
    assert (letter.state, letter.tries, letter.fault) == (NoticeState.SENT, 1, None)
    assert letter.sent_at is not None


def test_the_development_inbox_holds_it_with_both_bodies(a_letter):
    a_letter(title="Söhne & Töchter")
    rules.deliver()
    (letter,) = letters()
    assert letter["To"] == "petra@example.org"
    assert letter["Subject"] == 'Confirm that you follow "Söhne & Töchter"'
    assert "Söhne & Töchter" in body(letter)
    assert "Söhne &amp; Töchter" in body(letter, "html")


def test_a_real_server_gets_the_letter_with_its_headers_whole(app, a_letter):
    long = "<http://localhost/unsubscribe/" + "x" * 120 + ">"
    a_letter(headers={"List-Unsubscribe": long, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"})
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        use_server(app, f"smtp://127.0.0.1:{server.port}")
        rules.deliver()
    finally:
        server.stop()
    assert len(box.taken) == 1
    assert f"List-Unsubscribe: {long}\r\n".encode() in box.taken[0]
    letter = message_from_bytes(box.taken[0], policy=default)
    assert letter["From"] == "Vouch <hello@vouch.example>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert db.session.query(Notice).one().state is NoticeState.SENT


def test_while_the_server_is_dead_nothing_is_lost_and_it_is_sent_afterwards(app, a_letter, carried):
    working = app.extensions["mail.carrier"]
    letter = a_letter()
    use_server(app, f"smtp://127.0.0.1:{free_port()}")
    rules.deliver()
    assert (letter.state, letter.tries) == (NoticeState.QUEUED, 1)
    assert "ConnectionRefused" in letter.fault
    assert letter.due_at > clock.now()
    app.extensions["mail.carrier"] = working
    rules.deliver()
    assert carried == []
    with clock.at(clock.now() + timedelta(minutes=3)):
        rules.deliver()
    assert len(carried) == 1
    assert letter.state is NoticeState.SENT


def test_tries_come_further_and_further_apart_and_end_after_eight(a_letter, strike):
    letter, moment, waits = a_letter(), clock.now(), []
    for _ in range(rules.MOST_TRIES):
        with clock.at(moment):
            rules.deliver()
        waits.append(letter.due_at - moment)
        moment += timedelta(days=1)
    assert waits[:7] == [timedelta(minutes=2**tries) for tries in range(1, 8)]
    assert (letter.state, letter.tries, len(strike)) == (NoticeState.FAILED, 8, 8)
    with clock.at(moment):
        rules.deliver()
    assert len(strike) == 8


def test_one_bad_letter_does_not_hold_up_the_others(a_letter, carried):
    bad = a_letter("petra@example.org\nBcc: everyone@example.org", key="bad")
    good = a_letter("quinn@example.org", key="good")
    rules.deliver()
    assert (bad.state, bad.tries) == (NoticeState.QUEUED, 1)
    assert "ValueError" in bad.fault
    assert good.state is NoticeState.SENT
    assert [letter["To"] for letter in carried] == ["quinn@example.org"]


def test_a_header_with_a_line_break_is_never_sent(a_letter, carried):
    letter = a_letter(headers={"List-Id": "x\r\nBcc: everyone@example.org"})
    rules.deliver()
    assert carried == []
    assert letter.state is NoticeState.QUEUED


def test_what_a_worker_left_behind_is_sent_after_ten_minutes(a_letter, carried):
    letter = a_letter()
    letter.state, letter.tries, letter.due_at = NoticeState.SENDING, 1, clock.now()
    db.session.commit()
    with clock.at(clock.now() + timedelta(minutes=9)):
        rules.deliver()
    assert carried == []
    with clock.at(clock.now() + timedelta(minutes=11)):
        rules.deliver()
    assert len(carried) == 1
    assert (letter.state, letter.tries) == (NoticeState.SENT, 2)


def test_a_worker_that_dies_while_sending_leaves_the_letter_claimed(app, a_letter):
    letter = a_letter()

    def die(_letter) -> None:
        raise KeyboardInterrupt

    app.extensions["mail.carrier"] = die
    with pytest.raises(KeyboardInterrupt):
        rules.deliver()
    db.session.rollback()
    assert letter.state is NoticeState.SENDING


@pytest.mark.both_databases
def test_two_workers_at_once_send_one_letter(app, a_letter, carried):
    for number in range(5):
        a_letter(f"reader{number}@example.org")
    db.session.commit()
    ready = Barrier(2)

    def work() -> None:
        with app.app_context():
            ready.wait()
            rules.deliver()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(letter["To"] for letter in carried) == [f"reader{number}@example.org" for number in range(5)]
    db.session.expire_all()
    assert {notice.state for notice in db.session.query(Notice)} == {NoticeState.SENT}
    assert {notice.tries for notice in db.session.query(Notice)} == {1}


def test_what_is_sent_or_given_up_never_moves_again():
    assert NoticeState.SENT not in MOVES
    assert NoticeState.FAILED not in MOVES
