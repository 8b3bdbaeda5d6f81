"""Searching a message for what would let sponsor and student reach each other. What cannot be searched stays held."""

from typing import NamedTuple

import structlog

from campaigns.kit import clock, identifiers
from campaigns.kit.identifiers import Kind
from campaigns.message.models import Message, Thread
from campaigns.student import rules as students

log = structlog.get_logger()


class Piece(NamedTuple):
    """A piece of a message; of an identifier, with what it is."""

    text: str
    kind: Kind | None = None


def private_names(thread: Thread) -> list[str]:
    """What neither side may say: the names around the student, and the sponsor's where the public does not read it."""
    pledge = thread.pledge
    hidden = [] if pledge.show_name else [pledge.name, pledge.organisation_name]
    of_student = [*students.names_around(thread.application_id), thread.application.school_label]
    return [name for name in (*of_student, *hidden) if name]


def search(message: Message, thread: Thread) -> None:
    """Make what would be passed on. Whatever goes wrong, the message is then marked as not checked."""
    message.checked_at = message.shown = None
    try:
        message.shown = identifiers.strip(message.text, private_names(thread))
        message.checked_at = clock.now()
    except Exception as fault:  # a person must not be asked to trust a search that did not happen
        message.shown = None
        log.error("message.not_checked", fault=type(fault).__name__)


def has_link(text: str) -> bool:
    """Whether a link stands in a text; not where that cannot be told, because such a message stays held anyway."""
    try:
        return any(found.kind is Kind.LINK for found in identifiers.find(text))
    except Exception:
        return False


def marked(message: Message) -> list[Piece]:
    """The message as it was written, in pieces, for the moderator; `thread` must be loaded in full."""
    text = message.text or ""
    if message.checked_at is None:
        return [Piece(text)]
    pieces, after = [], 0
    for found in identifiers.find(text, private_names(message.thread)):
        pieces += [Piece(text[after : found.start]), Piece(found.text, found.kind)]
        after = found.end
    return [piece for piece in (*pieces, Piece(text[after:])) if piece.text]
