"""Moving money. Nothing else in Vouch does."""

import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.kit.db import HasId
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.ledger import queries
from campaigns.ledger.models import LedgerAccount, Movement


class Overdrawn(Refused):
    """There is not that much money here."""


def account(code: str, currency: str) -> LedgerAccount:
    """The account with this code, opened where it is not there yet. A code keeps its first currency."""
    found = db.session.scalars(sa.select(LedgerAccount).where(LedgerAccount.code == code)).one_or_none()
    if found is None:
        new = db.insert(LedgerAccount).values(code=code, currency=currency, balance=0)
        db.session.execute(new.on_conflict_do_nothing(index_elements=["code"]))
        found = db.session.scalars(sa.select(LedgerAccount).where(LedgerAccount.code == code)).one()
    return found


def move(
    amount: Money,
    *,
    source: LedgerAccount,
    target: LedgerAccount,
    cause: tuple[str, str],
    by: HasId | None = None,
    overdraw: bool = True,
    reverses: Movement | None = None,
) -> Movement | None:
    """Move `amount` from `source` to `target` because of `cause` (kind, external id).

    Returns the movement, or None where this cause has moved money before: a repetition changes
    nothing. Raises Overdrawn where `overdraw` is False and the source holds less.
    """
    kind, external_id = cause
    # The unique cause is tried before the balances are touched: of two at once, one waits here and does nothing.
    made = db.insert_once(
        Movement,
        unless=["kind", "external_id"],
        at=clock.now(),
        kind=kind,
        external_id=external_id,
        source_id=source.id,
        target_id=target.id,
        amount=amount.amount,
        currency=amount.currency,
        actor_id=by.id if by is not None else None,
        reverses_id=reverses.id if reverses is not None else None,
    )
    if made is None:
        return None
    changes = [(source, -amount.amount, None if overdraw else 0), (target, amount.amount, None)]
    # In one order everywhere, so that two movements in opposite directions do not wait for each other.
    for account, change, floor in sorted(changes, key=lambda each: each[0].id):
        _change(account, change, floor)
    return db.session.get_one(Movement, made)


def _change(account: LedgerAccount, by: int, floor: int | None) -> None:
    change = sa.update(LedgerAccount).where(LedgerAccount.id == account.id)
    if floor is not None:
        change = change.where(LedgerAccount.balance + by >= floor)
    done = db.session.execute(
        change.values(balance=LedgerAccount.balance + by).execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult, as for every UPDATE
        raise Overdrawn()
    db.session.expire(account, ["balance"])


def problems() -> list[str]:
    """What does not add up: kept balances that differ from their movements, a sum that is not zero."""
    wrong = [f"{row[0]}: kept {row[1]}, moved {row[2]}" for row in db.session.execute(queries.wrong_balances())]
    total = sa.func.sum(LedgerAccount.balance)
    sums = sa.select(LedgerAccount.currency, total).group_by(LedgerAccount.currency).having(total != 0)
    return wrong + [f"{row[0]} sums to {row[1]}" for row in db.session.execute(sums)]
