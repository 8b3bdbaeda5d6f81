"""After a new SECRET_KEY: wrap and seal anew whatever still depends on an older one.

Each batch is a transaction of its own and takes only what the newest key does not open, so that a run that was
stopped anywhere is gone on with by starting it again. What somebody changed meanwhile is left to them: it has been
sealed by the newest key already.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click
import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from flask.cli import with_appcontext

from campaigns.account.rules import email_canonical
from campaigns.ask.models import Signature
from campaigns.kit import crypto, db, envelope
from campaigns.student.models import PersonKey

BATCH = 100


@dataclass
class Tally:
    """What a run, or a look, found of one kind."""

    what: str
    older: int = 0  # depended on an older key when it was looked at
    renewed: int = 0
    unreadable: int = 0  # no key that we have opens it
    lost: int = 0  # fingerprints that cannot be made anew

    @property
    def left(self) -> int:
        """How many depend on an older key now."""
        return self.older - self.renewed


@dataclass(frozen=True)
class Part:
    """One column to go through: what stands in it, whether that is old, and how it is renewed."""

    what: str
    column: sa.Column[Any]
    is_old: Callable[[str], bool]
    renew: Callable[[str], str]
    also: Callable[[], dict[str, str]] = dict  # other columns of the row that change with it

    @property
    def text(self) -> sa.ColumnElement[str]:
        """The column as it is stored, not opened."""
        return sa.type_coerce(self.column, sa.Text)


def parts() -> list[Part]:
    """Every column that depends on SECRET_KEY: people's wrapped keys, and all sealed columns of all tables."""
    keys: Any = PersonKey.__table__
    wrapped = Part(
        "person_key.wrapped",
        keys.c.wrapped,
        lambda stored: not envelope.is_newest(stored),
        lambda stored: envelope.wrap(envelope.unwrap(stored)),
        lambda: {"wrapped_by": envelope.wrapped_by()},
    )
    sealed = [
        Part(f"{table.name}.{column.name}", column, crypto.needs_resealing, crypto.reseal)
        for table in db.Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, crypto.Sealed)
    ]
    return [wrapped, *sealed]


def go_through(part: Part, *, renew: bool) -> Tally:
    """Look at every row of a column, and with `renew` make anew what the newest key does not open."""
    tally, table = Tally(part.what), part.column.table
    for rows in _batches(part):
        old = [(key, stored) for *key, stored in rows if part.is_old(stored)]
        tally.older += len(old)
        fresh = [(key, stored, _renewed(part, stored)) for key, stored in old]
        tally.unreadable += sum(new is None for *_, new in fresh)
        if not renew:
            continue
        with db.transaction():
            for key, stored, new in fresh:
                if new is None:
                    continue
                own = [column == value for column, value in zip(table.primary_key.columns, key, strict=True)]
                values = {part.column.name: sa.bindparam("fresh", new, type_=sa.Text), **part.also()}
                # Only where it is still what was read: somebody else's change must not be undone.
                db.session.execute(sa.update(table).where(*own, part.text == stored).values(values))
        tally.renewed += sum(new is not None for *_, new in fresh)
    return tally


def _renewed(part: Part, stored: str) -> str | None:
    try:
        return part.renew(stored)
    except (InvalidToken, envelope.CannotOpen):
        return None


def _batches(part: Part) -> Iterator[list[Any]]:
    """The rows that hold something, by key, each batch read in a transaction that keeps nobody waiting."""
    keys = list(part.column.table.primary_key.columns)
    select = sa.select(*keys, part.text).where(part.column.is_not(None)).order_by(*keys).limit(BATCH)
    after: tuple[Any, ...] = ()
    while True:
        beyond = sa.tuple_(*keys) > after if len(after) > 1 else keys[0] > after[0] if after else sa.true()
        with db.reading():
            rows = list(db.session.execute(select.where(beyond)))
            db.session.rollback()
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][:-1])


def fingerprints(*, renew: bool) -> Tally:
    """Signatures are found by a keyed hash of their address, which is sealed beside it: both are made anew.

    Of a signature that was taken back the address is gone, so that its hash is found no more.
    """
    tally, last = Tally("signature.email_hash"), 0
    select = sa.select(Signature.id, Signature.email, Signature.email_hash).order_by(Signature.id).limit(BATCH)
    while True:
        with db.reading():
            rows = db.session.execute(select.where(Signature.id > last)).all()
            db.session.rollback()
        if not rows:
            return tally
        last = rows[-1].id
        with db.transaction():
            for row in rows:
                _renew_print(tally, row, renew=renew)


def _renew_print(tally: Tally, row: Any, *, renew: bool) -> None:
    if not row.email:
        tally.lost += 1
        return
    fresh = crypto.fingerprint(email_canonical(row.email))
    if fresh == row.email_hash:
        return
    tally.older += 1
    if renew:
        same = sa.and_(Signature.id == row.id, Signature.email_hash == row.email_hash)
        update = sa.update(Signature).where(same).values(email_hash=fresh)
        db.session.execute(update.execution_options(synchronize_session=False))
        tally.renewed += 1


@click.command("rotate-keys")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where something still depends on an older key.")
@with_appcontext
def rotate_keys(check: bool) -> None:
    """Seal everything by the newest SECRET_KEY, so that SECRET_KEY_FALLBACKS can be emptied."""
    tallies = []
    for part in parts():
        tallies.append(_told(go_through(part, renew=not check)))
    if not any(tally.unreadable for tally in tallies):
        tallies.append(_told(fingerprints(renew=not check)))
    left, lost = sum(tally.left for tally in tallies), sum(tally.lost for tally in tallies)
    if lost:
        click.echo(f"{lost} signatures were taken back: who signed them is not known again after a change of keys.")
    if left:
        click.echo(f"{left} depend on an older key. Keep SECRET_KEY_FALLBACKS.")
        raise click.exceptions.Exit(1)
    click.echo(
        "Nothing that is kept depends on an older key. Once backups with it are gone, empty SECRET_KEY_FALLBACKS;"
    )
    click.echo("links in e-mails that were sent before the change, and sessions, end with it.")


def _told(tally: Tally) -> Tally:
    bad = f", {tally.unreadable} that no key opens" if tally.unreadable else ""
    click.echo(f"{tally.what}: {tally.older} under an older key, {tally.renewed} renewed{bad}")
    return tally
