"""Short references that people read out, type and write on a bank transfer."""

import re
import secrets
from collections.abc import Iterator

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

# Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans("OIL", "011")
REFERENCE_STARTS = re.compile(r"(?=R[\W_]*F[\W_]*\d[\W_]*\d[\W_]*[A-Z0-9])", re.ASCII)
LONGEST_REFERENCE = 25


def random_ref(length: int = 8) -> str:
    """A reference nobody can guess the next of: 5 bits a character, 40 for the usual eight."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalise_ref(text: str) -> str:
    """The reference as stored, from one typed in any case, in groups, or with O for 0 and I or L for 1."""
    return re.sub(r"[\s-]+", "", text).upper().translate(LOOK_ALIKES)


def creditor_reference(body: str) -> str:
    """An ISO 11649 reference ("RF", two check digits, the body) that banks carry through to the statement.

    The body is 1 to 21 ASCII letters or digits, else ValueError.
    """
    body = body.upper()
    if not re.fullmatch(r"[A-Z0-9]{1,21}", body):
        raise ValueError(f"not the body of a creditor reference: {body!r}")
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def is_creditor_reference(text: str) -> bool:
    """Whether this is one, spaces and case aside, and its check digits are right."""
    return text.isascii() and iso11649.is_valid(text)


def find_creditor_references(text: str) -> list[str]:
    """Each creditor reference that a bank's remittance text may hold, compact, in order of appearance.

    Banks change case, break lines and add spaces. Where a reference could end at several words, every
    reading with right check digits is given, the longest first: look all of them up.
    """
    upper = text.upper()
    found = (reading for start in REFERENCE_STARTS.finditer(upper) for reading in _readings(upper[start.start() :]))
    return list(dict.fromkeys(found))


def _readings(text: str) -> Iterator[str]:
    """References at the start of the text: those that end where a word ends, else those that do not."""
    joined, ends = "", set()
    for word in re.findall(r"[A-Z0-9]+", text[: 4 * LONGEST_REFERENCE]):
        joined += word
        ends.add(len(joined))
    for lengths in (ends, set(range(5, LONGEST_REFERENCE + 1)) - ends):
        readings = [joined[:end] for end in sorted(lengths, reverse=True) if is_creditor_reference(joined[:end])]
        if readings:
            yield from readings
            return
