"""Carrying one e-mail to where MAIL_URL points: an SMTP server, or an inbox folder in development."""

import mailbox
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from flask import Flask, current_app, render_template

from campaigns.kit import clock

TIMEOUT_SECONDS = 5
# The longest line that RFC 5322 allows. At the usual 78 a long address in a header (List-Unsubscribe) is broken
# into encoded words, which no mail program reads as an address.
# Seven bits: text of any script reaches servers that know ASCII only.
POLICY = SMTP.clone(max_line_length=998, cte_type="7bit")


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready to go: addresses, subject, plain text, HTML, further headers."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def message(self, sender: str) -> EmailMessage:
        """The same as a MIME message with both bodies."""
        mail = EmailMessage(policy=POLICY)
        mail["From"] = sender
        mail["To"] = self.to
        # A header cannot hold a line break; a name typed with one must not add headers.
        mail["Subject"] = " ".join(self.subject.split())
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
        for name, value in self.headers.items():
            mail[name] = value
        mail.set_content(self.text)
        mail.add_alternative(self.html, subtype="html")
        return mail


Carrier = Callable[[EmailMessage], None]


def init_app(app: Flask, url: str, sender: str, folder: Path) -> None:
    """Choose the carrier for `url`: `inbox:`, `smtp://user:password@host:port` or `smtps://…`."""
    parts = urlsplit(url)
    inbox = folder / "inbox"
    app.extensions["mail.sender"] = sender
    app.extensions["mail.inbox"] = inbox
    app.extensions["mail.carrier"] = partial(_drop, inbox) if parts.scheme == "inbox" else partial(_smtp, parts)


def render(template: str, **context: Any) -> str:
    """A mail template filled in; plain-text ones are not escaped."""
    return render_template(template, **context)


def carry(letter: Letter) -> None:
    """Hand one letter over. Raises OSError or smtplib.SMTPException where it was not taken."""
    carrier: Carrier = current_app.extensions["mail.carrier"]
    carrier(letter.message(current_app.extensions["mail.sender"]))


def inbox() -> mailbox.Maildir:
    """The development inbox, newest letters unsorted; made where it is missing."""
    return mailbox.Maildir(current_app.extensions["mail.inbox"], create=True)


def _drop(folder: Path, mail: EmailMessage) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    mailbox.Maildir(folder, create=True).add(mail)


def _smtp(url: SplitResult, mail: EmailMessage) -> None:
    host, tls = url.hostname or "localhost", ssl.create_default_context()
    secure = url.scheme == "smtps"
    port = url.port or (465 if secure else 587)
    server = (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=tls)
        if secure
        else smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    )
    with server:
        if not secure and server.has_extn("starttls"):
            server.starttls(context=tls)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(mail)
