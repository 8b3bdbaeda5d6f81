"""A bank's statement, brought in by whoever keeps the machine for a treasurer."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import with_appcontext

from campaigns.account import queries as accounts
from campaigns.account.models import User
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.payment.rules import statement as rules
from campaigns.payment.rules.files import BankFile, open_file

MOST_BYTES = 200_000_000
MOST_ROWS = 1_000_000
T = TypeVar("T")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-statement")
@click.argument("file", type=FILE)
@click.option("--as", "email", required=True, help="The e-mail address of the treasurer who answers for it.")
@click.option("--community", "slug", help="Which community's account it is, where the treasurer has several.")
@with_appcontext
def import_statement(file: Path, email: str, slug: str | None) -> None:
    """Bring in a bank's statement: CAMT.053 (also zipped), MT940, OFX or CSV.

    A file is taken whole or not at all; what is wrong in it is told by line, with exit 1. What was brought in before
    is known again.
    """
    try:
        with db.transaction():
            by, community = _treasurer(email, slug)
            click.echo(f"Reading {file.name} ...")
            done = rules.store(community, _opened(file), None, by=by, whole=True, watch=_told)
    except rules.Unread as unread:
        for line, says in unread.troubles:
            click.echo(f"line {line}: {says}", err=True)
        raise click.ClickException(f"{file.name}: {unread}") from unread
    except (Refused, NotAllowed) as refusal:
        raise click.ClickException(f"{file.name}: {refusal}") from refusal
    click.echo(f"{done.read:,} entries read, {done.new:,} new, {done.matched:,} matched.")


def _told(label: str, steps: Sequence[T], /) -> Iterator[T]:
    """A bar that grows, on a terminal."""
    with click.progressbar(steps, label=label) as bar:
        yield from bar


def _opened(file: Path) -> BankFile:
    return open_file(file.read_bytes(), most=MOST_BYTES, most_rows=MOST_ROWS)


def _treasurer(email: str, slug: str | None) -> tuple[User, Community]:
    """The person who answers for it, and their community. Raises ClickException."""
    by = db.session.scalars(accounts.by_email(email)).one_or_none()
    if by is None:
        raise click.ClickException(f"Nobody has an account as {email}.")
    by.second_factor = True  # whoever runs commands on this machine has shown more than a code
    mine = db.session.scalars(communities.of_member(by, slug)).all()
    if len(mine) != 1:
        known = ", ".join(each.organisation.slug for each in mine) or "none"
        raise click.ClickException(f"Say which community with --community; theirs: {known}.")
    return by, mine[0]
