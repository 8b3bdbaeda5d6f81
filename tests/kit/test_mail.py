"""Mail: a letter as a MIME message, dropped in the local inbox or handed to a server."""

import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message

import pytest
from aiosmtpd.controller import Controller

from campaigns.app import create_app
from campaigns.kit import clock, mail
from tests.conftest import settings_for

LETTER = mail.Letter(
    to="petra@example.org",
    subject="Thank you",
    text="It arrived.\n",
    html="<p>It arrived.</p>",
    headers={"List-Unsubscribe": "<https://vouch.example/unsubscribe/x>"},
)


class Server:
    """Takes every letter, and keeps it."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        self.letters.append(envelope.content)
        return "250 taken"


class Refusing:
    """Takes no letter."""

    async def handle_DATA(self, *_: object) -> str:
        return "451 come again later"


def served(handler: object) -> Iterator[Controller]:
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server() -> Iterator[Controller]:
    yield from served(Server())


@pytest.fixture
def refusing() -> Iterator[Controller]:
    yield from served(Refusing())


def carry_to(url: str, folder, letter: mail.Letter = LETTER) -> None:
    with create_app(settings_for(folder, mail_url=url)).app_context():
        mail.carry(letter)


def message(**changes: object) -> EmailMessage:
    given = {"to": "a@example.org", "subject": "s", "text": "t", "html": "<p>t</p>"} | changes
    return mail.Letter(**given).message("Vouch <hello@vouch.example>")


class TestMessage:
    def test_it_has_both_bodies_and_what_a_mail_reader_needs(self):
        with clock.at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
            sent = LETTER.message("Vouch <hello@vouch.example>")
        assert sent["To"] == "petra@example.org"
        assert sent["From"] == "Vouch <hello@vouch.example>"
        assert sent["Date"] == "Sun, 01 Mar 2026 12:00:00 +0000"
        assert sent["Message-ID"].endswith("@vouch.example>")
        assert sent["List-Unsubscribe"] == "<https://vouch.example/unsubscribe/x>"
        assert sent.get_body(("plain",)).get_content() == "It arrived.\n"
        assert sent.get_body(("html",)).get_content().strip() == "<p>It arrived.</p>"

    def test_a_line_break_in_a_name_adds_no_header(self):
        sent = message(subject="Thank you\r\nBcc: everyone@example.org")
        assert sent["Bcc"] is None
        assert sent["Subject"] == "Thank you Bcc: everyone@example.org"

    def test_names_of_all_scripts_arrive_whole(self):
        sent = message(subject="شكرا — Asante — Größe", text="مرحبا")
        raw = sent.as_bytes()
        assert raw.isascii()
        assert sent["Subject"] == "شكرا — Asante — Größe"
        assert sent.get_body(("plain",)).get_content().strip() == "مرحبا"

    def test_two_letters_have_two_ids(self):
        assert message()["Message-ID"] != message()["Message-ID"]


class TestInbox:
    def test_letters_land_in_the_folder_of_this_machine(self, app):
        mail.carry(LETTER)
        landed: list[Message] = list(mail.inbox())
        assert [letter["Subject"] for letter in landed] == ["Thank you"]

    def test_an_inbox_that_is_not_there_yet_is_made(self, app):
        assert len(mail.inbox()) == 0


class TestServer:
    def test_a_letter_is_handed_over(self, server, tmp_path):
        carry_to(f"smtp://127.0.0.1:{server.port}", tmp_path)
        [letter] = server.handler.letters
        assert b"Subject: Thank you" in letter
        assert b"It arrived." in letter

    def test_a_server_that_refuses_is_a_fault(self, refusing, tmp_path):
        with pytest.raises(smtplib.SMTPException):
            carry_to(f"smtp://127.0.0.1:{refusing.port}", tmp_path)

    def test_a_server_that_is_not_there_is_a_fault(self, tmp_path):
        with pytest.raises(OSError, match="refused"):
            carry_to(f"smtp://127.0.0.1:{free_port()}", tmp_path)

    def test_a_password_is_not_sent_where_the_server_asks_for_none(self, server, tmp_path):
        with pytest.raises(smtplib.SMTPNotSupportedError):
            carry_to(f"smtp://user:secret@127.0.0.1:{server.port}", tmp_path)
        assert server.handler.letters == []


class TestTemplates:
    def test_plain_text_is_not_escaped_and_html_is(self, app):
        app.jinja_loader.searchpath.append(str(_templates(app)))
        assert mail.render("x.txt", name="A & B") == "A & B"
        assert mail.render("x.html", name="A & B") == "A &amp; B"


def _templates(app):
    folder = app.extensions["mail.inbox"].parent / "templates"
    folder.mkdir()
    for ending in ("txt", "html"):
        (folder / f"x.{ending}").write_text("{{ name }}")
    return folder
