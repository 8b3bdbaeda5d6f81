"""Finding documents, and what of them stands."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from campaigns.access import Action, organisations_of
from campaigns.account.models import User
from campaigns.billing.models import BillingContent, BillingDocument, BillingLine
from campaigns.billing.states import Kind
from campaigns.kit import db
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import UNPAID, InstalmentState

BILLABLE = UNPAID | {InstalmentState.PAID}
"""Instalments that an invoice can be for."""

GONE = frozenset({InstalmentState.LAPSED, InstalmentState.CANCELLED, InstalmentState.RETURNED})
"""Instalments that no invoice stands for any more."""


def visible_to(user: User) -> sa.Select[BillingDocument]:
    """The documents of communities whose money this person may see."""
    mine = BillingDocument.organisation_id.in_(organisations_of(user, Action.SEE_MONEY))
    return sa.select(BillingDocument).where(mine)


def by_ref(ref: str) -> sa.Select[BillingDocument]:
    """One document, for whoever has shown that it is theirs."""
    return sa.select(BillingDocument).where(BillingDocument.ref == ref)


def last_number(organisation_id: int, kind: Kind, year: int) -> sa.Select[int]:
    """The last number of a series."""
    series = (BillingDocument.organisation_id == organisation_id, BillingDocument.kind == kind)
    return sa.select(sa.func.max(BillingDocument.number)).where(*series, BillingDocument.year == year)


def contents(ids: "Collection[int] | sa.Select[int]") -> "sa.Select[*tuple[Any, ...]]":
    """What these documents say: (document, content); `ids` may be a select of them."""
    found = sa.select(BillingDocument, BillingContent.content).join(
        BillingContent, BillingContent.document_id == BillingDocument.id
    )
    return found.where(BillingDocument.id.in_(ids)).order_by(BillingDocument.id)


def to_bill(ids: Collection[int]) -> sa.Select[Instalment]:
    """Instalments as they are now, with their pledges."""
    return (
        sa.select(Instalment)
        .where(Instalment.id.in_(ids))
        .options(joinedload(Instalment.pledge))
        .order_by(Instalment.due_on, Instalment.id)
        .execution_options(populate_existing=True)
    )


def billable_of(pledge: Pledge) -> sa.Select[Instalment]:
    """The instalments that may stand on one invoice with this pledge's: of the same sponsor to the same community."""
    same = Pledge.email == pledge.email
    if pledge.company_id is not None:
        same = sa.or_(same, Pledge.company_id == pledge.company_id)
    return (
        sa.select(Instalment)
        .join(Instalment.pledge)
        .where(Pledge.organisation_id == pledge.organisation_id, Pledge.currency == pledge.currency, same)
        .where(Pledge.confirmed_at.is_not(None), Instalment.state.in_(BILLABLE))
        .options(joinedload(Instalment.pledge).joinedload(Pledge.campaign))
        .order_by(Instalment.due_on, Instalment.id)
        .limit(200)
    )


def standing() -> sa.Subquery:
    """What of each invoice's line stands: (document_id, instalment_id, amount), credit notes taken off."""
    note, credit = aliased(BillingDocument), aliased(BillingLine)
    credited = (
        sa.select(db.total(credit.amount))
        .join(note, note.id == credit.document_id)
        .where(note.corrects_id == BillingDocument.id, credit.instalment_id == BillingLine.instalment_id)
        .scalar_subquery()
    )
    return (
        sa.select(
            BillingLine.document_id,
            BillingLine.instalment_id,
            (BillingLine.amount - credited).label("amount"),
        )
        .join(BillingDocument, BillingDocument.id == BillingLine.document_id)
        .where(BillingDocument.kind == Kind.INVOICE)
        .subquery()
    )


def invoiced(pledge_ids: Collection[int]) -> "sa.Select[*tuple[Any, ...]]":
    """What stands invoiced of these pledges: (pledge id, instalment id, document id, amount), the latest first."""
    lines = standing()
    return (
        sa.select(Instalment.pledge_id, lines.c.instalment_id, lines.c.document_id, lines.c.amount)
        .join(Instalment, Instalment.id == lines.c.instalment_id)
        .where(Instalment.pledge_id.in_(pledge_ids), lines.c.amount > 0)
        .order_by(Instalment.number.desc(), lines.c.document_id.desc())
    )


def over_invoiced(limit: int) -> sa.Select[int]:
    """The ids of pledges of which more stands invoiced than they come to: something lapsed, or was taken back."""
    lines, gone = standing(), aliased(Instalment)
    invoiced_so_far = (
        sa.select(Instalment.pledge_id, db.total(lines.c.amount).label("amount"))
        .join(Instalment, Instalment.id == lines.c.instalment_id)
        .where(Instalment.pledge_id.in_(sa.select(gone.pledge_id).where(gone.state.in_(GONE))))
        .group_by(Instalment.pledge_id)
        .subquery()
    )
    billable = (
        sa.select(db.total(Instalment.amount))
        .where(Instalment.pledge_id == invoiced_so_far.c.pledge_id, Instalment.state.in_(BILLABLE))
        .scalar_subquery()
    )
    return (
        sa.select(invoiced_so_far.c.pledge_id)
        .where(invoiced_so_far.c.amount > billable)
        .order_by(invoiced_so_far.c.pledge_id)
        .limit(limit)
    )


def ids_of(pledges: "sa.Select[int]") -> sa.Select[int]:
    """The ids of the documents that say something of these pledges; `pledges` selects their ids."""
    lines = sa.select(BillingLine.document_id).join(Instalment, Instalment.id == BillingLine.instalment_id)
    return lines.where(Instalment.pledge_id.in_(pledges))


def of_pledges(pledges: "sa.Select[int]") -> sa.Select[BillingDocument]:
    """The same, as documents, the newest first."""
    theirs = BillingDocument.id.in_(ids_of(pledges))
    return sa.select(BillingDocument).where(theirs).order_by(BillingDocument.id.desc())


def mailed_to(document_id: int) -> sa.Select[str, str, str]:
    """Where a document's pledges came from: (address, name, pledge's ref), the first of them."""
    return (
        sa.select(Pledge.email, Pledge.name, Pledge.ref)
        .join(Instalment, Instalment.pledge_id == Pledge.id)
        .join(BillingLine, BillingLine.instalment_id == Instalment.id)
        .where(BillingLine.document_id == document_id)
        .order_by(BillingLine.number)
        .limit(1)
    )


def comes_to(pledge_ids: Collection[int]) -> sa.Select[int, int]:
    """What pledges come to, paid or expected: (pledge id, amount)."""
    mine = sa.and_(Instalment.pledge_id.in_(pledge_ids), Instalment.state.in_(BILLABLE))
    return sa.select(Instalment.pledge_id, db.total(Instalment.amount)).where(mine).group_by(Instalment.pledge_id)


def standing_of(document_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """What stands of an invoice's lines: (instalment id, amount)."""
    lines = standing()
    return (
        sa.select(lines.c.instalment_id, lines.c.amount)
        .where(lines.c.document_id == document_id, lines.c.amount > 0)
        .order_by(lines.c.instalment_id)
    )


def content_of(document_id: int) -> sa.Select[str]:
    """What is printed on a document."""
    return sa.select(BillingContent.content).where(BillingContent.document_id == document_id)


def corrections_of(document_id: int) -> sa.Select[BillingDocument]:
    """The credit notes for an invoice, oldest first."""
    notes = sa.select(BillingDocument).where(BillingDocument.corrects_id == document_id)
    return notes.order_by(BillingDocument.id)


def team_list(user: User, organisation_id: int, kind: Kind | None) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of the team's list, for `paging.page` by `BillingDocument.id`."""
    note = aliased(BillingDocument)
    credited = sa.select(db.total(note.amount)).where(note.corrects_id == BillingDocument.id).scalar_subquery()
    names = ("id", "ref", "kind", "year", "number", "amount", "currency", "due_on", "issued_at")
    select = (
        visible_to(user)
        .with_only_columns(
            *(getattr(BillingDocument, name) for name in names),
            credited.label("credited"),
            _first(Pledge.organisation_name).label("organisation"),
            _first(Pledge.name).label("sponsor"),
        )
        .where(BillingDocument.organisation_id == organisation_id)
    )
    return select.where(BillingDocument.kind == kind) if kind is not None else select


def _first(column: Any) -> Any:
    """Something of the pledge on a document's first line."""
    return (
        sa.select(column)
        .join(Instalment, Instalment.pledge_id == Pledge.id)
        .join(BillingLine, BillingLine.instalment_id == Instalment.id)
        .where(BillingLine.document_id == BillingDocument.id, BillingLine.number == 1)
        .correlate(BillingDocument)
        .scalar_subquery()
    )
