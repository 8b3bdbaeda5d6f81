"""Reading the book."""

import sqlalchemy as sa

from campaigns.ledger.models import LedgerAccount, Movement


def postings() -> sa.CompoundSelect[int, int, int]:
    """Every movement as its two postings: (account_id, signed amount, movement id)."""
    into = sa.select(Movement.target_id.label("account_id"), Movement.amount.label("amount"), Movement.id.label("id"))
    out = sa.select(Movement.source_id, -Movement.amount, Movement.id)
    return sa.union_all(into, out)


def movements_of(code: str) -> sa.Select[Movement]:
    """The movements into or out of one account, oldest first."""
    account = sa.select(LedgerAccount.id).where(LedgerAccount.code == code).scalar_subquery()
    touches = sa.or_(Movement.source_id == account, Movement.target_id == account)
    return sa.select(Movement).where(touches).order_by(Movement.id)


def wrong_balances() -> sa.Select[str, int, int]:
    """Accounts whose kept balance differs from their movements: (code, kept, real)."""
    posted = postings().subquery()
    real = sa.func.coalesce(sa.func.sum(posted.c.amount), 0)
    return (
        sa.select(LedgerAccount.code, LedgerAccount.balance, real)
        .outerjoin(posted, posted.c.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id, LedgerAccount.code, LedgerAccount.balance)
        .having(LedgerAccount.balance != real)
    )
