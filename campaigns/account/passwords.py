"""Hashing passwords with argon2id (19 MiB, two passes: about 25 ms)."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Checked where there is no such account, so that the answer takes as long.
NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(_normal(password))


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password that was hashed; takes the same time either way."""
    try:
        return _hasher.verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _normal(password: str) -> str:
    # One keyboard sends é as one character, another as a letter and an accent (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)
