"""Reading the development inbox."""

import re
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

from campaigns.kit import mail

SHOWN = 100


def _age(key: str) -> tuple[int, ...]:
    """Maildir's names begin with second, microsecond, process and count: the order of arrival."""
    return tuple(int(number) for number in re.findall(r"\d+", key.partition(".")[0] + key.partition(".")[2])[:4])


def newest() -> list[tuple[str, Message]]:
    """The latest letters with their keys, newest first."""
    box = mail.inbox()
    keys = sorted(box.keys(), key=_age, reverse=True)[:SHOWN]
    return [(key, _parsed(box.get_bytes(key))) for key in keys]


def one(key: str) -> Message | None:
    """The letter with this key."""
    try:
        return _parsed(mail.inbox().get_bytes(key))
    except KeyError:
        return None


def count() -> int:
    """How many letters there are."""
    return len(mail.inbox())


def clear() -> None:
    """Throw all of them away."""
    mail.inbox().clear()


def body(letter: Message, kind: str) -> str:
    """The letter's text ("plain") or HTML ("html"); nothing where it has none."""
    part = letter.get_body((kind,)) if isinstance(letter, EmailMessage) else None
    return str(part.get_content()) if part is not None else ""


def _parsed(data: bytes) -> Message:
    return BytesParser(policy=policy.default).parsebytes(data)
