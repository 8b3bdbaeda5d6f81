"""Importing a bank's statement: shown first, then stored whole or not at all."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.watch import Watch, unwatched
from campaigns.payment import queries
from campaigns.payment.models import BankEntry, BankStatement
from campaigns.payment.rules import mapping
from campaigns.payment.rules.files import BankFile
from campaigns.payment.rules.files.columns import Columns
from campaigns.payment.rules.files.reading import Line, Reading
from campaigns.payment.rules.files.table import guess
from campaigns.payment.rules.known import tell_apart
from campaigns.payment.rules.proposals import batches, propose
from campaigns.payment.rules.receive import hold
from campaigns.payment.states import EntryState


class KnownFile(Refused):
    """This very file has been imported before. Nothing was changed."""

    field = "file"


class Unread(Refused):
    """Some lines cannot be read, so nothing was imported."""

    def __init__(self, troubles: list[tuple[int, str]]) -> None:
        self.troubles = troubles
        super().__init__()


class NothingIn(Refused):
    """No money came in according to this file, as it is read now. Check which column is which."""


@dataclass(frozen=True)
class Preview:
    """What a file says, and which of its entries are known from an earlier one."""

    reading: Reading
    known: frozenset[str]

    @property
    def new(self) -> list[Line]:
        """The entries that an import would add."""
        return [line for line in self.reading.lines if line.fingerprint not in self.known]


class Imported(NamedTuple):
    """How many entries a file had, how many of them were new, and how many of these are thought to pay something."""

    read: int
    new: int
    matched: int


def columns_of(community: Community, file: BankFile) -> Columns | None:
    """Which column is which, as it was said before or can be guessed; None where the file is no table."""
    if file.table is None:
        return None
    return mapping.remembered(community.id, file.table) or guess(file.table)


def preview(community: Community, file: BankFile, columns: Columns | None, *, by: User) -> Preview:
    """Read a statement without storing anything; only a table has columns. Raises NotAllowed, KnownFile, BadTable."""
    access.require(by, Action.RECORD_PAYMENT, community)
    if db.session.scalars(queries.statement_with(community.id, file.sha256)).one_or_none() is not None:
        raise KnownFile()
    reading = file.read(columns or columns_of(community, file), community.currency)
    reading.lines, known = tell_apart(community.id, reading.lines)
    return Preview(reading, known)


def store(
    community: Community,
    file: BankFile,
    columns: Columns | None,
    *,
    by: User,
    whole: bool = False,
    watch: Watch = unwatched,
) -> Imported:
    """Import a statement: a file once, an entry once; what each pays is proposed.

    Rows of a table that could not be read are left out, as the preview said, or with `whole` keep all of it out;
    money that went out is left out. Raises NotAllowed, KnownFile, BadTable, Unread, NothingIn.
    """
    access.require(by, Action.RECORD_PAYMENT, community)
    hold(community.id)
    statement, read = _keep(community, preview(community, file, columns, by=by), file.sha256, by, watch, whole=whole)
    if file.table is not None and columns is not None:
        mapping.remember(community.id, file.table, columns)
    propose(community.id, watch)
    audit.record(by, "payment.statement_imported", statement, entries=statement.entry_count)
    matched = db.session.scalars(queries.matched_in(statement.id)).one()
    return Imported(read, statement.entry_count, matched)


def _keep(
    community: Community, seen: Preview, sha256: str, by: User, watch: Watch, *, whole: bool
) -> tuple[BankStatement, int]:
    """The statement, its new entries stored, and how many it has; what was read is let go with this."""
    if whole and seen.reading.troubles:
        raise Unread(seen.reading.troubles)
    if not seen.reading.lines:
        raise NothingIn()
    new = seen.new
    statement = BankStatement(organisation_id=community.id, sha256=sha256, imported_by_id=by.id, entry_count=len(new))
    db.session.add(statement)
    db.session.flush()
    for batch in watch("Storing", list(batches(new))):
        db.session.execute(db.insert(BankEntry), [_entry(line, statement) for line in batch])
    return statement, len(seen.reading.lines)


def _entry(line: Line, statement: BankStatement) -> dict[str, Any]:
    return {
        "organisation_id": statement.organisation_id,
        "statement_id": statement.id,
        "fingerprint": line.fingerprint,
        "booked_on": line.booked_on,
        "amount": line.money.amount,
        "currency": line.money.currency,
        "payer": line.payer or None,
        "remittance": line.text,
        "state": EntryState.UNMATCHED,
    }
