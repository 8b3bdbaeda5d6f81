"""One key a person: what is known of somebody is sealed under a key of their own, itself wrapped by SECRET_KEY.

AES-256-GCM both times, from `cryptography`. To forget a person is to destroy their key: whatever it sealed, also in
rows that may not be deleted, cannot be read any more. To rotate SECRET_KEY is to wrap the keys anew; nothing that
they sealed is touched. The 96-bit nonces are random: one key seals far fewer than 2^32 texts (NIST SP 800-38D).
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from campaigns.kit import crypto

NONCE = 12
KEY = 32
WRAPPING = b"vouch person key"


class CannotOpen(Exception):
    """No key that we have opens this: SECRET_KEY was changed without keeping the old one, or the row was altered."""


def new_key() -> bytes:
    """A key for one person."""
    return secrets.token_bytes(KEY)


def wrap(key: bytes) -> str:
    """A person's key as it is stored, under the newest SECRET_KEY."""
    return _seal(crypto.derived(WRAPPING)[0], key, b"key")


def unwrap(wrapped: str) -> bytes:
    """The person's key. Raises CannotOpen."""
    for outer in crypto.derived(WRAPPING):
        try:
            return _open(outer, wrapped, b"key")
        except InvalidTag:
            continue
    raise CannotOpen()


def is_newest(wrapped: str) -> bool:
    """Whether the newest SECRET_KEY opens this wrapped key."""
    try:
        _open(crypto.derived(WRAPPING)[0], wrapped, b"key")
    except InvalidTag:
        return False
    return True


def wrapped_by() -> str:
    """Which SECRET_KEY wraps keys now, as 8 hex digits that tell nothing of it: kept beside each wrapped key."""
    return crypto.digest(crypto.derived(b"vouch name of a key")[0].hex())[:8]


def seal(key: bytes, text: str, context: str) -> str:
    """`text` encrypted and authenticated, as URL-safe characters; opens with the same key and `context` only."""
    return _seal(key, text.encode(), context.encode())


def seal_bytes(key: bytes, data: bytes, context: str) -> bytes:
    """The same for a file."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, context.encode())


def unseal_bytes(key: bytes, sealed: bytes, context: str) -> bytes:
    """What `seal_bytes` was given. Raises CannotOpen."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
    except InvalidTag:
        raise CannotOpen() from None


def unseal(key: bytes, sealed: str, context: str) -> str:
    """What `seal` was given. Raises CannotOpen."""
    try:
        return _open(key, sealed, context.encode()).decode()
    except InvalidTag:
        raise CannotOpen() from None


def _seal(key: bytes, data: bytes, context: bytes) -> str:
    return base64.urlsafe_b64encode(seal_bytes(key, data, context.decode())).decode()


def _open(key: bytes, sealed: str, context: bytes) -> bytes:
    data = base64.urlsafe_b64decode(sealed)
    return AESGCM(key).decrypt(data[:NONCE], data[NONCE:], context)
