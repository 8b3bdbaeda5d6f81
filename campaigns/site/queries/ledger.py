"""What public ledgers read: movements, never people.

A ledger is about some accounts of the book: a campaign's own, or all that a community answers for.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from campaigns.account.models import Organisation
from campaigns.campaign.models import Campaign
from campaigns.campaign.queries import hidden
from campaigns.campaign.states import PUBLIC
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.states import GONE_OUT
from campaigns.file.models import File
from campaigns.kit import db
from campaigns.ledger.models import LedgerAccount, Movement

Accounts = sa.Select[int]

TITLE = sa.select(Campaign.title, Campaign.currency).where(Campaign.id == sa.bindparam("id"))

LATER = sa.literal("next_term:") + sa.cast(Campaign.id, sa.String)

Source = aliased(LedgerAccount, name="source_account")
Target = aliased(LedgerAccount, name="target_account")
Reversal = aliased(Movement, name="reversal")


def of_campaign(campaign_id: int) -> Accounts:
    """The account of one campaign."""
    return sa.select(LedgerAccount.id).where(LedgerAccount.code == f"campaign:{campaign_id}")


def of_community(organisation_id: int) -> Accounts:
    """The accounts that a community answers for: of its campaigns, of what is set apart, and of what is kept."""
    code = sa.literal("campaign:") + sa.cast(Campaign.id, sa.String)
    codes = sa.select(code).where(Campaign.organisation_id == organisation_id)
    apart = (LedgerAccount.code.startswith(f"{kind}:{organisation_id}:") for kind in ("suspense", "pool"))
    later = sa.select(LATER).where(Campaign.organisation_id == organisation_id)
    mine = (LedgerAccount.code.in_(codes), LedgerAccount.code.in_(later), *apart)
    return sa.select(LedgerAccount.id).where(sa.or_(*mine))


def entries(own: Accounts) -> "sa.Select[*tuple[Any, ...]]":
    """The movements into, out of and between these accounts, for `paging.page` by `Movement.id`."""
    return (
        sa.select(
            *(Movement.id, Movement.at, Movement.kind, Movement.external_id, Movement.reverses_id),
            *(Movement.currency, Movement.amount),
            *(Source.code.label("source"), Target.code.label("target")),
            Movement.source_id.in_(own).label("out"),
            Movement.target_id.in_(own).label("into"),
            Reversal.id.label("reversed_by"),
        )
        .join(Source, Source.id == Movement.source_id)
        .join(Target, Target.id == Movement.target_id)
        .outerjoin(Reversal, Reversal.reverses_id == Movement.id)
        .where(_touches(own))
    )


def _touches(own: Accounts) -> sa.ColumnElement[bool]:
    return sa.or_(Movement.source_id.in_(own), Movement.target_id.in_(own))


def held(own: Accounts) -> "sa.Select[str, int]":
    """What these accounts hold now, by currency."""
    of_currency = sa.select(LedgerAccount.currency, db.total(LedgerAccount.balance)).where(LedgerAccount.id.in_(own))
    return of_currency.group_by(LedgerAccount.currency).order_by(LedgerAccount.currency)


def changed_since(own: Accounts, first: int) -> "sa.Select[*tuple[Any, ...]]":
    """What the movements from `first` on have changed in these accounts, which have one currency."""
    into = sa.case((Movement.target_id.in_(own), Movement.amount), else_=0)
    out = sa.case((Movement.source_id.in_(own), Movement.amount), else_=0)
    return sa.select(db.total(into - out)).where(_touches(own), Movement.id >= first)


def totals(own: Accounts) -> "sa.Select[*tuple[Any, ...]]":
    """What came into these accounts and left them, by kind; what only went from one to another is left out."""
    into, out = Movement.target_id.in_(own), Movement.source_id.in_(own)
    direction = into.label("into")
    return (
        sa.select(
            *(Movement.kind, Movement.currency, direction),
            *(db.total(Movement.amount).label("amount"), sa.func.count().label("times")),
        )
        .where(into != out)
        .group_by(Movement.kind, Movement.currency, direction)
        .order_by(Movement.currency, sa.desc(direction), Movement.kind)
    )


def community(slug: str) -> "sa.Select[*tuple[Any, ...]]":
    """A community by its short address: id, name."""
    of_kind = sa.select(Organisation.id, Organisation.name).where(Organisation.kind == "community")
    return of_kind.where(Organisation.slug == slug)


def shown_campaigns(ids: Collection[int]) -> "sa.Select[*tuple[Any, ...]]":
    """Those of these campaigns that visitors may see now: id, slug, title."""
    shown = sa.and_(Campaign.id.in_(ids), Campaign.state.in_(PUBLIC), ~hidden())
    return sa.select(Campaign.id, Campaign.slug, Campaign.title).where(shown)


def receipts(refs: Collection[str]) -> "sa.Select[*tuple[Any, ...]]":
    """What is known of the schools' receipts for these payments: ref, state, receipt_on, agreed_at, sha256."""
    return (
        sa.select(Disbursement.ref, Disbursement.state, Disbursement.receipt_on, Disbursement.agreed_at, File.sha256)
        .outerjoin(File, File.id == Disbursement.proof_id)
        .where(Disbursement.ref.in_(refs), Disbursement.state.in_(GONE_OUT))
    )
