"""Reading what was sent, and a mail template for tests that need one of no domain."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from campaigns.kit import mail


def letters() -> list[EmailMessage]:
    """What lies in the development inbox, in order of the addresses it went to."""
    found = [message_from_bytes(bytes(letter), policy=default) for letter in mail.inbox()]
    return sorted(found, key=lambda letter: (letter["To"], letter["Subject"]))  # type: ignore[arg-type,return-value]


def body(letter: EmailMessage, kind: str = "plain") -> str:
    """One of the two bodies of a letter."""
    part = letter.get_body((kind,))
    assert part is not None
    return part.get_content()
