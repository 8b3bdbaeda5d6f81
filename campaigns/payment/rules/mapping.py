"""Which column is which, said once for each bank: its next table has the same heading."""

from dataclasses import asdict

from campaigns.kit import clock, db, text
from campaigns.payment import queries
from campaigns.payment.models import BankColumns
from campaigns.payment.rules.files.columns import Columns, Mark, Order
from campaigns.payment.rules.files.table import Table


def remembered(organisation_id: int, table: Table) -> Columns | None:
    """The columns as they were said for a table with this heading; None for the first of its kind."""
    kept = db.session.scalars(queries.columns_for(organisation_id, _hash(table))).one_or_none()
    if kept is None:
        return None
    said = dict(kept.columns)
    order, mark = Order(said.pop("order")), Mark(said.pop("mark"))
    return Columns(**said, order=order, mark=mark)


def remember(organisation_id: int, table: Table, columns: Columns) -> None:
    """Keep them for the next table with this heading, in place of what was said before."""
    said = {role: str(name) for role, name in asdict(columns).items() if name is not None}
    row = {"organisation_id": organisation_id, "heading_hash": _hash(table), "columns": said, "said_at": clock.now()}
    new = db.insert(BankColumns).values(**row)
    key = ["organisation_id", "heading_hash"]
    db.session.execute(new.on_conflict_do_update(index_elements=key, set_={"columns": said, "said_at": row["said_at"]}))


def _hash(table: Table) -> str:
    return text.content_hash("heading", *table.heading)
