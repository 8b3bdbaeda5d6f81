"""Quotes and invoices for what was promised."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.billing import queries
from campaigns.billing.models import BillingDocument
from campaigns.billing.rules import printed
from campaigns.billing.rules.series import draft, hold, write
from campaigns.billing.rules.tell import tell
from campaigns.billing.states import TERMS, Kind
from campaigns.billing.words import LANGS
from campaigns.community.models import Community, CommunityLegal
from campaigns.community.rules.legal import envelope
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.tax_ids import tax_id
from campaigns.pledge.models import Instalment, Pledge

MOST_LINES = 100


class NotSetUp(Refused):
    """This community cannot write invoices yet: its treasurer has to enter its legal name and address first."""


class NothingToBill(Refused):
    """Choose at least one payment that stands: what lapsed, was taken back or went back cannot be on an invoice."""

    field = "instalments"


class AlreadyInvoiced(Refused):
    """There is an invoice for this already. Have it cancelled first, if it is wrong."""

    field = "instalments"


class NotTogether(Refused):
    """One invoice is for one sponsor, one community and one currency."""

    field = "instalments"


class NoBillTo(Refused):
    """Enter the legal name, the address and the country that the invoice goes to."""

    field = "name"


@dataclass(frozen=True)
class BillTo:
    """Whom a document is for. `country` is ISO 3166-1, `address` lines as on an envelope."""

    name: str
    address: str
    country: str
    tax_id: str = ""


@dataclass(frozen=True)
class Order:
    """What is asked for: for whom, under which order number, payable in 14, 30 or 60 days, in `en` or `ar`."""

    bill_to: BillTo
    po_number: str = ""
    days: int = 30
    lang: str = "en"


def issue(kind: Kind, instalments: Collection[int], order: Order, *, once: str, by: User | None) -> BillingDocument:
    """Write a quote or an invoice for the instalments with these ids, number it, and mail it to their sponsor.

    `once` names the act: sent again, it gives the same document. `by` is None for the sponsor, who has shown
    by signed link, or in its workspace, that the pledges are its own; the caller has made sure of that.

    Raises NotAllowed; NotSetUp, NothingToBill, NotTogether, AlreadyInvoiced, NoBillTo, LongAddress, BadTaxId.
    """
    pledge = _sponsors(db.session.scalars(queries.to_bill(instalments)).all())
    if by is not None:
        access.require(by, Action.ISSUE_DOCUMENT, pledge)
    order = _checked(order)
    hold(pledge.organisation_id)
    before = written_before(once, pledge.organisation_id)
    if before is not None:
        return before
    lines = _billable(kind, instalments)
    community, legal = _issuer(pledge.organisation_id)
    document = draft(
        kind,
        {each.id: each.amount for each in lines},
        organisation_id=community.id,
        currency=pledge.currency,
        once=once,
        due_on=clock.today() + timedelta(days=order.days),
        corrects=None,
        by=by,
    )
    write(document, printed.for_order(document, lines, order, community, legal), by=by)
    tell(document)
    return document


def written_before(once: str, organisation_id: int) -> BillingDocument | None:
    """The document that the same act has made already."""
    made = sa.select(BillingDocument).where(
        BillingDocument.once == once, BillingDocument.organisation_id == organisation_id
    )
    return db.session.scalars(made).one_or_none()


def _sponsors(instalments: Sequence[Instalment]) -> Pledge:
    """The first of the pledges, where all are of one sponsor. Raises NothingToBill, NotTogether."""
    if not instalments:
        raise NothingToBill()
    first = instalments[0].pledge
    for other in (each.pledge for each in instalments[1:]):
        same = first.email == other.email or (first.company_id or 0) == other.company_id
        if not same or (first.organisation_id, first.currency) != (other.organisation_id, other.currency):
            raise NotTogether()
    return first


def _checked(order: Order) -> Order:
    to = order.bill_to
    told = BillTo(" ".join(to.name.split()), envelope(to.address), to.country, tax_id(to.tax_id, to.country))
    if not (told.name and told.address and told.country):
        raise NoBillTo()
    if order.days not in TERMS or order.lang not in LANGS:
        raise ValueError(f"no such terms: {order.days} days, {order.lang}")
    return Order(told, " ".join(order.po_number.split()), order.days, order.lang)


def _billable(kind: Kind, ids: Collection[int]) -> list[Instalment]:
    """The instalments as they are now, under the lock. Raises NothingToBill, AlreadyInvoiced."""
    lines = list(db.session.scalars(queries.to_bill(ids)))
    standing = all(each.state in queries.BILLABLE and each.pledge.confirmed_at is not None for each in lines)
    if not lines or len(lines) != len(set(ids)) or len(lines) > MOST_LINES or not standing:
        raise NothingToBill()
    if kind is Kind.INVOICE:
        _refuse_twice(lines)
    return lines


def _refuse_twice(lines: Sequence[Instalment]) -> None:
    """No instalment stands on two invoices, and of a pledge no more than it comes to (a rest may have a new one)."""
    pledges = {each.pledge_id for each in lines}
    room = {row[0]: row[1] for row in db.session.execute(queries.comes_to(pledges))}
    chosen = {each.id for each in lines}
    for row in db.session.execute(queries.invoiced(pledges)):
        room[row.pledge_id] -= row.amount
        if row.instalment_id in chosen:
            raise AlreadyInvoiced()
    for each in lines:
        room[each.pledge_id] -= each.amount
    if min(room.values()) < 0:
        raise AlreadyInvoiced()


def _issuer(organisation_id: int) -> tuple[Community, CommunityLegal]:
    legal = db.session.get(CommunityLegal, organisation_id)
    if legal is None:
        raise NotSetUp()
    return db.session.get_one(Community, organisation_id), legal
