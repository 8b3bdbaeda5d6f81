"""Fingerprints find a sealed text again; names keep to one line."""

import pytest

from campaigns.kit import crypto
from campaigns.kit.text import one_line

KEY, OTHER = "k" * 40, "o" * 40


@pytest.fixture(autouse=True)
def keys_as_before(app):
    yield
    crypto.use_keys(app.config["SECRET_KEY"])


def test_the_same_text_has_the_same_fingerprint(app):
    assert crypto.fingerprint("a@example.org") == crypto.fingerprint("a@example.org")
    assert crypto.fingerprint("a@example.org") != crypto.fingerprint("b@example.org")


def test_a_fingerprint_says_nothing_without_the_key(app):
    crypto.use_keys(KEY)
    ours = crypto.fingerprint("a@example.org")
    crypto.use_keys(OTHER)
    assert crypto.fingerprint("a@example.org") != ours
    assert ours != crypto.digest("a@example.org")
    assert len(ours) == 64


def test_after_a_rotation_the_older_fingerprint_is_still_among_them(app):
    crypto.use_keys(KEY)
    old = crypto.fingerprint("a@example.org")
    crypto.use_keys(OTHER, KEY)
    assert crypto.fingerprints("a@example.org") == [crypto.fingerprint("a@example.org"), old]


def test_what_was_sealed_stays_readable_after_a_rotation(app):
    crypto.use_keys(KEY)
    sealed = crypto.seal("secret")
    crypto.use_keys(OTHER, KEY)
    assert crypto.unseal(sealed) == "secret"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Rosa   Reader ", "Rosa Reader"),
        ("Rosa\r\nBcc: x@example.org", "Rosa Bcc: x@example.org"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202eRosa\u202c\u200f\ufeff", "Rosa"),
        ("日本 é Ñ مطاحن", "日本 é Ñ مطاحن"),
        ("\x00\x1b[31mred", "[31mred"),
        ("\u202e\n", ""),
    ],
)
def test_a_name_keeps_to_one_line(typed, kept):
    assert one_line(typed) == kept
