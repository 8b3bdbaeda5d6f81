"""Erasures after a restore, and retention by hand."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from campaigns.kit import journal
from campaigns.report.rules import accounts, addresses, erase, retention


def again(lines: set[str]) -> int:
    """Forget again all whom these lines, or the store, say were forgotten; gives how many were."""
    return erase.reapply(lines) + addresses.reapply(lines) + accounts.reapply(lines)


@click.command("reapply-erasures")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def reapply_erasures(file: Path | None) -> None:
    """Forget again everybody who was forgotten after a backup that has been restored was made.

    Reads the journal of this instance (and, with object storage, what is noted there), and FILE, a copy of a journal.
    """
    lines = journal.read() | (journal.read(file) if file else set())
    click.echo(f"{again(lines)} erased again, of {len(lines)} in the journal.")


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Forget nothing; say how much of what would be.")
@with_appcontext
def retention_run(dry_run: bool) -> None:
    """Forget what has been kept long enough, as the worker does every night, and say how much of what."""
    counts = retention.due()
    if not dry_run:
        retention.by_hand()
    for name, count in counts.items():
        click.echo(f"{count} {'to forget' if dry_run else 'forgotten'}: {retention.KINDS[name].title.lower()}")
