"""Sealing small secrets at rest: TOTP seeds, legal names, contacts.

The key is derived from SECRET_KEY; older keys listed in SECRET_KEY_FALLBACKS still open what they sealed.
"""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_box: MultiFernet | None = None
_newest: Fernet | None = None
_print_keys: list[bytes] = []
_given: tuple[str, ...] = ()


def use_keys(*keys: str) -> None:
    """Seal with the first key from now on; open with any of them."""
    global _box, _newest, _given, _print_keys
    _given = keys
    boxes = [Fernet(base64.urlsafe_b64encode(_derive(key, b"vouch sealed column"))) for key in keys]
    _box, _newest = MultiFernet(boxes), boxes[0]
    _print_keys = [_derive(key, b"vouch fingerprint") for key in keys]


def _derive(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())


@lru_cache(maxsize=64)
def _derived(keys: tuple[str, ...], purpose: bytes) -> list[bytes]:
    return [_derive(key, purpose) for key in keys]


def derived(purpose: bytes) -> list[bytes]:
    """A 256-bit key for one purpose from each SECRET_KEY, the newest first. Raises RuntimeError without any."""
    if not _given:
        raise RuntimeError("no sealing key: call use_keys first")
    return _derived(_given, purpose)


def seal(text: str) -> str:
    """`text` encrypted and authenticated, as URL-safe characters."""
    if _box is None:
        raise RuntimeError("no sealing key: call use_keys first")
    return _box.encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What `seal` was given. Raises cryptography's InvalidToken where no key fits."""
    if _box is None:
        raise RuntimeError("no sealing key: call use_keys first")
    return _box.decrypt(sealed.encode()).decode()


def needs_resealing(sealed: str) -> bool:
    """Whether the newest key does not open this."""
    if _newest is None:
        raise RuntimeError("no sealing key: call use_keys first")
    try:
        _newest.decrypt(sealed.encode())
    except InvalidToken:
        return True
    return False


def reseal(sealed: str) -> str:
    """The same text sealed by the newest key. Raises cryptography's InvalidToken where no key fits."""
    if _box is None:
        raise RuntimeError("no sealing key: call use_keys first")
    return _box.rotate(sealed.encode()).decode()


def fingerprint(text: str) -> str:
    """A keyed hash, as hex, by which a sealed text is found again; the same text has the same one."""
    return fingerprints(text)[0]


def fingerprints(text: str) -> list[str]:
    """The fingerprint under each key, the newest first.

    Store the first and look for all: after a rotation, what was stored under an older key is found for as
    long as that key is among SECRET_KEY_FALLBACKS.
    """
    if not _print_keys:
        raise RuntimeError("no sealing key: call use_keys first")
    return [hmac.new(key, text.encode(), "sha256").hexdigest() for key in _print_keys]


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted at rest and cannot be searched."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """What is stored: sealed text."""
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """What was stored, opened."""
        return None if value is None else unseal(value)


def token() -> str:
    """256 random bits, URL-safe: for sessions and e-mailed links."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a random token: its SHA-256, as hex. Not for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
