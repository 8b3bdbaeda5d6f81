"""What a community is before the law."""

from typing import NamedTuple

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community, CommunityLegal
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.tax_ids import tax_id

MOST_LINES = 6


class Incomplete(Refused):
    """Give the legal name, the address and the country: every invoice has to say them."""

    field = "legal_name"


class LongAddress(Refused):
    """An address has at most six lines and 400 characters."""

    field = "address"


class NoReason(Refused):
    """Say by which notice your receipts lower tax: the office, its number, its day."""

    field = "deductible_text"


class Legal(NamedTuple):
    """What is told."""

    legal_name: str
    address: str
    country: str
    registration: str = ""
    tax_id: str = ""
    deductible: bool = False
    deductible_text: str = ""
    lang: str = "en"


def describe_legal(community: Community, told: Legal, *, by: User) -> CommunityLegal:
    """Say what receipts and invoices print of a community from now on; what was issued stays as it is.

    Raises NotAllowed, ReauthenticationNeeded, Incomplete, LongAddress, BadTaxId, NoReason.
    """
    access.require(by, Action.EDIT_LEGAL_DETAILS, community)
    told = told._replace(
        legal_name=" ".join(told.legal_name.split()),
        address=envelope(told.address),
        tax_id=tax_id(told.tax_id, told.country),
        deductible_text=told.deductible_text.strip(),
    )
    if not (told.legal_name and told.address and told.country):
        raise Incomplete()
    if told.deductible and not told.deductible_text:
        raise NoReason()
    legal = db.session.get(CommunityLegal, community.id) or CommunityLegal(organisation_id=community.id)
    for name, value in told._asdict().items():
        setattr(legal, name, value)
    db.session.add(legal)
    audit.record(by, "community.legal_details_changed", community, deductible=told.deductible, country=told.country)
    return legal


def envelope(address: str) -> str:
    """An address line by line, without empty ones. Raises LongAddress."""
    lines = [" ".join(line.split()) for line in address.splitlines()]
    kept = "\n".join(line for line in lines if line)
    if kept.count("\n") >= MOST_LINES or len(kept) > 400:
        raise LongAddress()
    return kept
