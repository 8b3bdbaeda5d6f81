"""Where sponsors pay by bank transfer."""

from stdnum import bic as bics
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import crypto, db, links
from campaigns.kit.errors import Refused
from campaigns.notice import rules as notice

LONGEST_PAYEE = 70  # what a SEPA transfer and its QR code carry


class BadPayee(Refused):
    """Enter the name of the account's holder, in at most 70 characters, as the bank knows it."""

    field = "payee"


class BadIban(Refused):
    """This is not an IBAN: check it against your bank statement, its check digits do not fit."""

    field = "iban"


class BadBic(Refused):
    """This is not a BIC: it has 8 or 11 letters and digits. You may leave it empty."""

    field = "bic"


def change_bank_details(community: Community, payee: str, iban: str, bic: str, *, by: User) -> bool:
    """Say where sponsors pay from now on; tell every organiser and treasurer. Returns whether anything changed.

    Raises NotAllowed, ReauthenticationNeeded, BadPayee, BadIban, BadBic.
    """
    access.require(by, Action.EDIT_BANK_DETAILS, community)
    details = (_payee(payee), _iban(iban), _bic(bic))
    if details == (community.payee, community.iban, community.bic):
        return False
    community.payee, community.iban, community.bic = details
    ending = details[1][-4:]
    audit.record(by, "community.bank_details_changed", community, ending=ending)
    _tell(community, details[0], ending, by)
    return True


def _payee(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_PAYEE or not name.isprintable():
        raise BadPayee()
    return name


def _iban(text: str) -> str:
    try:
        return str(ibans.validate(text))
    except ValidationError:
        raise BadIban() from None


def _bic(text: str) -> str | None:
    try:
        return str(bics.validate(text)) if text.strip() else None
    except ValidationError:
        raise BadBic() from None


def _tell(community: Community, payee: str, ending: str, by: User) -> None:
    change = crypto.token()[:16]
    for person in db.session.scalars(access.holders(Action.SEE_MONEY, community.id)).all():
        notice.send(
            person.email,
            "community/mail/bank_changed",
            key=f"community.bank:{change}",
            name=person.name,
            community_name=community.name,
            changed_by=by.name,
            payee=payee,
            ending=ending,
            url=links.url("community.bank", slug=community.slug),
        )
