"""The e-mail address that a student gave, if one was given."""

from campaigns.account.rules import BadEmail, email_canonical, normal_email
from campaigns.student.models import Identity


def address_of(identity: Identity) -> str | None:
    """Where to write to; also from the box that once took a phone number or an address. None for neither."""
    for given in (identity.email, identity.contact):
        try:
            return normal_email(given or "")
        except BadEmail:
            continue
    return None


def canonical_of(identity: Identity) -> str | None:
    """The same in the one form for all its spellings, to compare people with."""
    address = address_of(identity)
    return email_canonical(address) if address else None
