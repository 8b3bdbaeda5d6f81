"""Whether everything that is kept is true: the book, the trail, derived figures, references, files."""

import importlib
import importlib.util
from collections.abc import Callable, Iterator

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from campaigns.audit import rules as audit
from campaigns.file.models import File
from campaigns.kit import db, storage
from campaigns.ledger import rules as ledger

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


def _of(domain: str) -> Iterator[tuple[str, Check]]:
    """The domain's own `problems()`, where it keeps figures."""
    for name in (f"campaigns.{domain}.rules", f"campaigns.{domain}.rules.check"):
        if importlib.util.find_spec(name) is None:
            return
        module = importlib.import_module(name)
        if hasattr(module, "problems"):
            yield domain, module.problems
            return
        if not hasattr(module, "__path__"):
            return


CHECKS: list[tuple[str, Check]] = [
    ("database", damaged_pages),
    ("references", orphans),
    ("ledger", ledger.problems),
    ("audit", broken_seals),
    ("files", missing_files),
    *(
        found
        for domain in ("campaign", "ask", "pledge", "payment", "disbursement", "update", "student")
        for found in _of(domain)
    ),
]


def problems() -> list[str]:
    """Everything that is not as it should be, one line each."""
    with db.reading():
        return [f"{name}: {problem}" for name, find in CHECKS for problem in find()]


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
