"""Which passwords are taken: long ones that are not the first that anybody would try."""

import re
from pathlib import Path

from campaigns.kit.errors import Refused

SHORTEST = 10
LONGEST = 200
FEWEST_DIFFERENT = 5

# What the lists of leaked passwords are made of, once digits and signs are taken off.
COMMON_WORDS = frozenset(Path(__file__).with_name("common_words.txt").read_text("utf-8").split())
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
ROWS_BOTH_WAYS = (*ROWS, *(row[::-1] for row in ROWS))
LOOK_ALIKES = str.maketrans("013457@$!", "oieastasi")


class BadPassword(Refused):
    """This password is too easy to guess."""

    field = "password"


def check_password(password: str, *, email: str = "", name: str = "", field: str = "password") -> None:
    """Return quietly where the password will do for this person; raise BadPassword, at `field`, with the reason."""
    if len(password) < SHORTEST:
        raise BadPassword(f"Use at least {SHORTEST} characters; a few words in a row are easy to keep.", field=field)
    if len(password) > LONGEST:
        raise BadPassword(f"Use at most {LONGEST} characters.", field=field)
    if _is_about(password, email, name):
        raise BadPassword("Do not use your name or e-mail address as your password.", field=field)
    if is_common(password):
        raise BadPassword("This is one of the passwords that are tried first. Choose another one.", field=field)


def is_common(password: str) -> bool:
    """Whether a guesser tries this first: a well-known word with digits around it, a row of keys, a repetition."""
    lower = password.lower()
    if len(set(lower)) < FEWEST_DIFFERENT:
        return True
    inner = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lower)
    words = {_letters(inner), _letters(inner.translate(LOOK_ALIKES))}
    return bool(words & COMMON_WORDS) or _is_walk(lower)


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _is_walk(text: str) -> bool:
    """Every character belongs to a run of at least three neighbours on a row: 1234567890, qwertyasdfgh."""
    at = 0
    while at < len(text):
        length = max(_run(text[at:], row) for row in ROWS_BOTH_WAYS)
        if length < 3:
            return False
        at += length
    return True


def _run(text: str, row: str) -> int:
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length


def _is_about(password: str, email: str, name: str) -> bool:
    typed = _plain(password)
    return bool(typed) and typed in {_plain(email), _plain(email.partition("@")[0]), _plain(name)}


def _plain(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.casefold()) or text.casefold()
