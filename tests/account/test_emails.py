"""Addresses as they are stored and compared."""

import pytest

from campaigns.account.rules import BadEmail, email_canonical, normal_email


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("noor@example.org", "noor@example.org"),
        ("  Noor.Hassan@Example.ORG ", "noor.hassan@example.org"),
        ("noor+vouch@example.org", "noor+vouch@example.org"),
        ("noor@münchen.de", "noor@xn--mnchen-3ya.de"),
    ],
)
def test_an_address_is_stored_in_one_spelling(typed, stored):
    assert normal_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        *("", "noor", "noor@", "@example.org", "noor@localhost", "a b@example.org", "noor@example.org, x@example.org"),
        *("noor@example.org\nBcc: all@example.org", "ñoor@example.org", "noor@" + "a" * 260 + ".org"),
    ],
)
def test_what_is_no_address_is_refused_at_its_field(typed):
    with pytest.raises(BadEmail, match="Enter an e-mail address") as refusal:
        normal_email(typed)
    assert refusal.value.field == "email"


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("noor@example.org", "noor@example.org"),
        ("Noor+school@example.org", "noor@example.org"),
        ("no.or@example.org", "no.or@example.org"),
        ("n.o.o.r+x@gmail.com", "noor@gmail.com"),
        ("noor@googlemail.com", "noor@gmail.com"),
    ],
)
def test_one_mailbox_has_one_canonical_form(spelling, canonical):
    assert email_canonical(spelling) == canonical
