"""Whether everything that is kept is true: the book, the trail, derived figures, references, files."""

from collections.abc import Callable

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from campaigns.ask.rules import check as ask
from campaigns.audit import rules as audit
from campaigns.billing.rules import check as billing
from campaigns.campaign.rules import check as campaign
from campaigns.departure.rules import check as departure
from campaigns.disbursement.rules import check as disbursement
from campaigns.file.models import File
from campaigns.kit import db, storage
from campaigns.ledger import rules as ledger
from campaigns.offer.rules import check as offer
from campaigns.payment.rules import check as payment
from campaigns.pledge.rules import check as pledge
from campaigns.remittance.rules import check as remittance
from campaigns.sponsor.rules import check as sponsor
from campaigns.update.rules import check as update

Check = Callable[[], list[str]]


def broken_seals() -> list[str]:
    """Entries of the audit trail that are not what they were when they were sealed."""
    return [f"entry {entry_id} was changed, or one before it removed" for entry_id in audit.broken_seals()]


def damaged_pages() -> list[str]:
    """What SQLite says of its own file; PostgreSQL has checksums of its own."""
    if db.session.get_bind().dialect.name != "sqlite":
        return []
    return [row for row in db.session.scalars(sa.text("PRAGMA integrity_check")) if row != "ok"]


def orphans() -> list[str]:
    """Rows that refer to a row that is not there (PostgreSQL refuses them)."""
    if db.session.get_bind().dialect.name != "sqlite":
        return []
    rows = db.session.execute(sa.text("PRAGMA foreign_key_check"))
    return [f"{table}, row {row}: no such {parent}" for table, row, parent, _ in rows]


def missing_files() -> list[str]:
    """Files that are known and not stored."""
    store = storage.current()
    keys = db.session.scalars(sa.select(File.key).order_by(File.id).execution_options(yield_per=500))
    return [f"{key} is not stored" for key in keys if not store.exists(key)]


CHECKS: list[tuple[str, Check]] = [
    ("database", damaged_pages),
    ("references", orphans),
    ("ledger", ledger.problems),
    ("audit", broken_seals),
    ("files", missing_files),
    ("campaign", campaign.problems),
    ("ask", ask.problems),
    ("pledge", pledge.problems),
    ("offer", offer.problems),
    ("update", update.problems),
    ("billing", billing.problems),
    ("payment", payment.problems),
    ("remittance", remittance.problems),
    ("disbursement", disbursement.problems),
    ("departure", departure.problems),
    ("sponsor", sponsor.problems),
]


def problems() -> list[str]:
    """Everything that is not as it should be, one line each."""
    with db.reading():
        return [f"{name}: {problem}" for name, find in CHECKS for problem in _found(find)]


def _found(find: Check) -> list[str]:
    try:
        return find()
    except sa.exc.DBAPIError as fault:  # a damaged file, a table that is not there: the other checks go on
        db.session.rollback()
        return [f"cannot be read: {fault.orig}"]


@click.command()
@with_appcontext
def check() -> None:
    """Check the book, the audit trail, kept figures, references and files; exit 1 where something is wrong."""
    found = problems()
    for problem in found:
        click.echo(problem)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"All is well: {', '.join(name for name, _ in CHECKS)}.")
