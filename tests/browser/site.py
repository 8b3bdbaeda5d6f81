"""The real app on loopback, with a clock of its own."""

import re
import socket
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs
from werkzeug.serving import WSGIRequestHandler, make_server

from campaigns.kit import clock, queue
from campaigns.kit.web import VouchApp


def address(door: socket.socket) -> str:
    """Where the site behind this socket is reached."""
    return f"http://127.0.0.1:{door.getsockname()[1]}"


class _Quiet(WSGIRequestHandler):
    def log(self, *args: Any) -> None:
        """Say nothing: a test that fails shows the page."""


class Site:
    """What answers the browsers of one test, in a thread of this process."""

    def __init__(self, app: VouchApp, door: socket.socket) -> None:
        self.app, self.ahead = app, timedelta()
        self.url = address(door)
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet, fd=door.fileno()
        )
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> "Site":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        with clock.at(self.now()):
            return self.app(environ, start_response)

    def now(self) -> datetime:
        """What time it is here."""
        return datetime.now(UTC) + self.ahead

    def wait(self, **time: float) -> None:
        """Let time pass: `wait(days=15)`."""
        self.ahead += timedelta(**time)

    def work(self) -> None:
        """Do what the worker does in its next rounds."""
        with self.app.app_context(), clock.at(self.now()), capture_logs() as logs:
            for _ in range(2):  # what one sweep writes, another sends
                queue.run_all()
        assert [log for log in logs if log["event"] == "queue.sweep_failed"] == []

    def letters_to(self, address: str) -> list[EmailMessage]:
        """What has come to an address, once the worker has done its round; the oldest first."""
        self.work()
        read = BytesParser(EmailMessage, policy=policy.default).parsebytes
        return [letter for data in self.inbox() if address in (letter := read(data))["To"]]

    def inbox(self) -> list[bytes]:
        """Every letter that was sent, as it was sent; the oldest first."""
        folder = Path(self.app.extensions["mail.inbox"]) / "new"
        files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
        return [file.read_bytes() for file in files]

    def letter_to(self, address: str, subject: str) -> EmailMessage:
        """The latest letter to an address whose subject has these words."""
        letters = {letter["Subject"]: letter for letter in self.letters_to(address)}
        found = [letter for about, letter in letters.items() if subject in about]
        assert found, f"no letter to {address} is about {subject}, only {list(letters)}"
        return found[-1]

    def link_to(self, address: str, under: str) -> str:
        """The path of the link under `under` in the latest letter to an address that has one."""
        for letter in reversed(self.letters_to(address)):
            if found := re.search(rf"{self.url}({re.escape(under)}\S+)", plain(letter)):
                return found[1]
        raise AssertionError(f"no link under {under} was mailed to {address}")


def plain(letter: EmailMessage) -> str:
    """A letter's plain text."""
    body = letter.get_body(("plain",))
    assert body is not None, "a letter without plain text"
    return body.get_content()
