"""Sealed columns, tokens, and comparing secrets."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from campaigns.community.models import Community
from campaigns.kit import crypto, db


@pytest.fixture(autouse=True)
def own_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = crypto._box
    crypto.use_keys("the key of these tests")
    yield
    crypto._box = before


@given(st.text())
def test_what_is_sealed_is_unreadable_and_opens_whole(text):
    crypto.use_keys("the key of these tests")
    sealed = crypto.seal(text)
    assert sealed.isascii()
    assert text not in sealed or len(text) < 4
    assert crypto.unseal(sealed) == text


def test_the_same_text_is_sealed_differently_each_time():
    assert crypto.seal("Noor") != crypto.seal("Noor")


def test_a_changed_seal_does_not_open():
    sealed = crypto.seal("Noor")
    middle = len(sealed) // 2
    other = "A" if sealed[middle] != "A" else "B"
    with pytest.raises(InvalidToken):
        crypto.unseal(sealed[:middle] + other + sealed[middle + 1 :])


def test_another_key_does_not_open_it():
    sealed = crypto.seal("Noor")
    crypto.use_keys("another key")
    with pytest.raises(InvalidToken):
        crypto.unseal(sealed)


def test_after_a_change_of_keys_old_seals_open_and_new_ones_have_the_new_key():
    old = crypto.seal("Noor")
    crypto.use_keys("a new key", "the key of these tests")
    new = crypto.seal("Amina")
    assert crypto.unseal(old) == "Noor"
    crypto.use_keys("a new key")
    assert crypto.unseal(new) == "Amina"


def test_without_a_key_nothing_is_sealed_or_opened(monkeypatch):
    monkeypatch.setattr(crypto, "_box", None)
    with pytest.raises(RuntimeError, match="no sealing key"):
        crypto.seal("Noor")
    with pytest.raises(RuntimeError, match="no sealing key"):
        crypto.unseal("anything")


@pytest.mark.both_databases
def test_a_sealed_column_reads_as_text_and_lies_sealed(lantern):
    number = lantern.iban
    db.session.expire_all()
    stored = db.session.scalar(sa.text("SELECT iban FROM community"))
    assert db.session.scalars(sa.select(Community.iban)).one() == number == "DE89370400440532013000"
    assert number not in stored


@pytest.mark.both_databases
def test_nothing_is_sealed_as_nothing(lantern):
    lantern.iban = None
    db.session.commit()
    assert db.session.scalar(sa.text("SELECT iban FROM community")) is None
    assert lantern.iban is None


def test_tokens_are_long_and_never_the_same():
    tokens = {crypto.token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(len(token) >= 43 for token in tokens)


def test_a_digest_is_the_same_for_the_same_and_shows_nothing():
    assert crypto.digest("secret") == crypto.digest("secret") != crypto.digest("Secret")
    assert len(crypto.digest("secret")) == 64


@pytest.mark.parametrize(
    ("left", "right", "same"), [("a", "a", True), ("a", "b", False), ("é", "é", True), ("", "a", False)]
)
def test_secrets_are_compared_whole(left, right, same):
    assert crypto.same(left, right) is same
