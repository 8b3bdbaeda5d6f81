"""Which passwords are taken, and how they are kept."""

import pytest

from campaigns.account import passwords
from campaigns.account.rules.policy import BadPassword, check_password, is_common


@pytest.mark.parametrize("password", ["", "short", "ninechars"])
def test_a_short_password_is_refused(password):
    with pytest.raises(BadPassword, match="at least 10 characters"):
        check_password(password)


def test_a_password_without_end_is_refused():
    with pytest.raises(BadPassword, match="at most 200"):
        check_password("tree horse " * 20)


@pytest.mark.parametrize(
    "password",
    [
        *("password123", "Password2024!", "P@ssw0rd12", "1234567890", "0987654321", "qwertyuiop", "QWERTYUIOP1"),
        *("aaaaaaaaaa", "abababababab", "iloveyou2024", "abcdefghij", "asdfghjklzxcvbnm", "Welcome12345"),
        *("111222333444", "letmein12345", "!!princess99", "qwerty123456"),
    ],
)
def test_the_first_guesses_are_refused(password):
    with pytest.raises(BadPassword, match="tried first"):
        check_password(password)


@pytest.mark.parametrize(
    "password",
    [
        *("correct horse battery staple", "tea with ginger", "9f2-kd03-qq81"),
        *("ninety-nine balloons", "موسم الهجرة إلى", "Zanzibar ferry"),
    ],
)
def test_long_words_of_ones_own_are_taken_without_further_rules(password):
    check_password(password, email="noor@example.org", name="Noor Hassan")
    assert not is_common(password)


@pytest.mark.parametrize("password", ["noor.hassan@example.org", "Noor.Hassan", "NOOR HASSAN", "noorhassan123"])
def test_ones_own_name_or_address_is_refused(password):
    with pytest.raises(BadPassword, match="your name or e-mail"):
        check_password(password, email="noor.hassan@example.org", name="Noor Hassan")


def test_a_refusal_goes_to_the_field_it_was_asked_for():
    with pytest.raises(BadPassword) as refusal:
        check_password("short", field="new")
    assert refusal.value.field == "new"


def test_a_hash_is_argon2id_of_its_own_salt():
    first, second = (passwords.hash_password("correct horse battery staple") for _ in range(2))
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert passwords.matches(first, "correct horse battery staple")
    assert not passwords.matches(first, "correct horse battery stapl")
    assert not passwords.is_outdated(first)


def test_an_accent_counts_the_same_however_the_keyboard_sends_it():
    assert passwords.matches(passwords.hash_password("caf\u00e9 au lait"), "cafe\u0301 au lait")


def test_nothing_that_was_stored_by_mistake_lets_anybody_in():
    assert not passwords.matches("", "anything")
    assert not passwords.matches("plain text", "plain text")


def test_a_weaker_hash_is_known_to_be_outdated():
    weak = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$SqlVijFGiPG+935vDSGEsA"
    assert passwords.is_outdated(weak)
