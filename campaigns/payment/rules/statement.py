"""Importing a bank's statement: shown first, then stored whole or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import db, refs
from campaigns.kit.errors import Refused
from campaigns.payment import queries
from campaigns.payment.models import BankEntry, BankStatement
from campaigns.payment.rules.files import BankFile
from campaigns.payment.rules.files.columns import Columns
from campaigns.payment.rules.files.reading import Line, Reading
from campaigns.payment.rules.match import Due, Matcher, Said
from campaigns.payment.rules.receive import hold
from campaigns.payment.states import EntryState
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import UNPAID

T = TypeVar("T")

LOOKED_UP_AT_ONCE = 500


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


def preview(community: Community, file: BankFile, columns: Columns | None, *, by: User) -> Preview:
    """Read a statement without storing anything; only a table has columns. Raises NotAllowed, KnownFile, BadTable."""
    access.require(by, Action.RECORD_PAYMENT, community)
    if db.session.scalars(queries.statement_with(community.id, file.sha256)).one_or_none() is not None:
        raise KnownFile()
    reading = file.read(columns, community.currency)
    batches = _batches([line.fingerprint for line in reading.lines])
    known = {each for batch in batches for each in db.session.scalars(queries.known(community.id, batch))}
    return Preview(reading, frozenset(known))


def store(community: Community, file: BankFile, columns: Columns | None, *, by: User, whole: bool = False) -> Imported:
    """Import a statement: a file once, an entry once; what each pays is proposed.

    Rows of a table that could not be read are left out, as the preview said, or with `whole` keep all of it out;
    money that went out is left out. Raises NotAllowed, KnownFile, BadTable, Unread, NothingIn.
    """
    access.require(by, Action.RECORD_PAYMENT, community)
    hold(community.id)
    seen = preview(community, file, columns, by=by)
    if whole and seen.reading.troubles:
        raise Unread(seen.reading.troubles)
    if not seen.reading.lines:
        raise NothingIn()
    statement = BankStatement(
        organisation_id=community.id, sha256=file.sha256, imported_by_id=by.id, entry_count=len(seen.new)
    )
    db.session.add(statement)
    db.session.flush()
    for batch in _batches(seen.new):
        db.session.execute(sa.insert(BankEntry), [_entry(line, statement) for line in batch])
    propose(community.id)
    audit.record(by, "payment.statement_imported", statement, entries=statement.entry_count)
    matched = db.session.scalars(queries.matched_in(statement.id)).one()
    return Imported(len(seen.reading.lines), statement.entry_count, matched)


def propose(organisation_id: int) -> None:
    """Look again at every open entry that no person has matched: new pledges may explain old entries."""
    entries = [Said(*row) for row in db.session.execute(queries.undecided(organisation_id))]
    matcher = Matcher(_candidates(organisation_id, entries))
    found = ((entry.id, matcher.find(entry)) for entry in entries)
    rows = [
        {"id": number, "state": EntryState.PROPOSED, "instalment_id": match[0].id, "proposed_because": match[1]}
        for number, match in found
        if match is not None
    ]
    if rows:
        db.session.execute(sa.update(BankEntry), rows)


def _candidates(organisation_id: int, entries: Sequence[Said]) -> list[Due]:
    """All that is due, and what was quoted though it is not due any more: never every payment of the past."""
    quoted = {reference for entry in entries for reference in refs.find_creditor_references(entry.remittance)}
    every = queries.to_match(organisation_id)
    found = [Due(*row) for row in db.session.execute(every.where(Instalment.state.in_(UNPAID)))]
    for batch in _batches(sorted(quoted)):
        settled = every.where(Instalment.reference.in_(batch), Instalment.state.not_in(UNPAID))
        found += [Due(*row) for row in db.session.execute(settled)]
    return found


def _batches(values: list[T]) -> Iterator[list[T]]:
    """As many as a statement takes at once."""
    return (values[at : at + LOOKED_UP_AT_ONCE] for at in range(0, len(values), LOOKED_UP_AT_ONCE))


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
