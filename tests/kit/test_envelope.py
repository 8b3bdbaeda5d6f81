"""A person's key: what it seals opens with it alone, in its own place, and it is wrapped by SECRET_KEY."""

from collections.abc import Iterator

import pytest

from campaigns.kit import crypto, envelope

OLD, NEW = "the key of yesterday" * 3, "the key of today" * 3


@pytest.fixture(autouse=True)
def own_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = crypto._given
    crypto.use_keys(OLD)
    yield
    crypto.use_keys(*(before or ("any",)))


@pytest.mark.parametrize("text", ["", "Canary Legalname", "Ngũgĩ wa Thiong’o", "x" * 20_000])
def test_what_is_sealed_opens_whole_and_lies_unreadable(text):
    key = envelope.new_key()

    sealed = envelope.seal(key, text, "Identity.legal_name")

    assert envelope.unseal(key, sealed, "Identity.legal_name") == text
    assert not text or text not in sealed
    assert sealed != envelope.seal(key, text, "Identity.legal_name")


def test_it_opens_in_its_own_place_only():
    key = envelope.new_key()
    sealed = envelope.seal(key, "Canary", "Identity.legal_name")

    with pytest.raises(envelope.CannotOpen):
        envelope.unseal(key, sealed, "Identity.contact")


def test_it_opens_with_its_own_key_only():
    sealed = envelope.seal(envelope.new_key(), "Canary", "here")

    with pytest.raises(envelope.CannotOpen):
        envelope.unseal(envelope.new_key(), sealed, "here")


def test_a_changed_byte_is_seen():
    key = envelope.new_key()
    sealed = bytearray(envelope.seal_bytes(key, b"a paper", "paper"))
    assert envelope.unseal_bytes(key, bytes(sealed), "paper") == b"a paper"
    sealed[-1] ^= 1

    with pytest.raises(envelope.CannotOpen):
        envelope.unseal_bytes(key, bytes(sealed), "paper")


def test_a_key_is_wrapped_by_the_newest_secret_and_opened_by_any():
    key = envelope.new_key()
    wrapped, name = envelope.wrap(key), envelope.wrapped_by()

    crypto.use_keys(NEW, OLD)

    assert envelope.unwrap(wrapped) == key
    assert not envelope.is_newest(wrapped)
    assert envelope.wrapped_by() != name
    assert envelope.is_newest(envelope.wrap(key))


def test_without_the_secret_that_wrapped_it_a_key_is_lost():
    wrapped = envelope.wrap(envelope.new_key())
    crypto.use_keys(NEW)

    with pytest.raises(envelope.CannotOpen):
        envelope.unwrap(wrapped)


def test_the_name_of_a_secret_tells_nothing_of_it():
    assert len(envelope.wrapped_by()) == 8
    assert envelope.wrapped_by() not in OLD
