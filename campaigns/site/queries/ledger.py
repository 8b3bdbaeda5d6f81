"""What a campaign's public ledger reads: movements, never people."""

from typing import Any

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.kit import db
from campaigns.ledger.models import LedgerAccount, Movement

_CODE = sa.bindparam("code", type_=sa.String())
_ACCOUNT = sa.select(LedgerAccount.id).where(LedgerAccount.code == _CODE).scalar_subquery()
_SIGNED = sa.case((Movement.target_id == _ACCOUNT, Movement.amount), else_=-Movement.amount)
_TOUCHES = sa.or_(Movement.source_id == _ACCOUNT, Movement.target_id == _ACCOUNT)

TITLE = sa.select(Campaign.title, Campaign.currency).where(Campaign.id == sa.bindparam("id"))

BALANCE = sa.select(LedgerAccount.balance).where(LedgerAccount.code == _CODE)

SUM_FROM = sa.select(db.total(_SIGNED)).where(_TOUCHES, Movement.id >= sa.bindparam("first", type_=sa.BigInteger()))
"""What the movements from `first` on have changed in the account."""

TOTALS = (
    sa.select(
        Movement.kind,
        (Movement.target_id == _ACCOUNT).label("into"),
        db.total(Movement.amount).label("amount"),
        sa.func.count().label("times"),
    )
    .where(_TOUCHES)
    .group_by(Movement.kind, (Movement.target_id == _ACCOUNT).label("into"))
    .order_by(sa.desc("into"), Movement.kind)
)


def entries(code: str) -> "sa.Select[*tuple[Any, ...]]":
    """The movements into and out of one account, for `paging.page` by `Movement.id`."""
    into = Movement.target_id == _ACCOUNT
    return (
        sa.select(
            Movement.id,
            Movement.at,
            Movement.kind,
            Movement.external_id,
            Movement.reverses_id,
            Movement.currency,
            into.label("into"),
            Movement.amount,
        )
        .where(_TOUCHES)
        .params(code=code)
    )
