"""Importing a bank's statement: shown first, then stored whole or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import db, refs
from campaigns.kit.errors import Refused
from campaigns.payment import queries
from campaigns.payment.models import BankEntry, BankStatement
from campaigns.payment.rules.columns import Columns
from campaigns.payment.rules.lines import Line, Reading, read_lines
from campaigns.payment.rules.match import Matcher
from campaigns.payment.rules.receive import hold
from campaigns.payment.rules.table import Table
from campaigns.payment.states import EntryState
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import UNPAID

LOOKED_UP_AT_ONCE = 500


class KnownFile(Refused):
    """This very file has been imported before. Nothing was changed."""

    field = "file"


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


def preview(community: Community, table: Table, columns: Columns, *, by: User) -> Preview:
    """Read a statement without storing anything. Raises NotAllowed, KnownFile."""
    access.require(by, Action.RECORD_PAYMENT, community)
    if db.session.scalars(queries.statement_with(community.id, table.sha256)).one_or_none() is not None:
        raise KnownFile()
    reading = read_lines(table, columns, community.currency)
    batches = _batches([line.fingerprint for line in reading.lines])
    known = {each for batch in batches for each in db.session.scalars(queries.known(community.id, batch))}
    return Preview(reading, frozenset(known))


def store(community: Community, table: Table, columns: Columns, *, by: User) -> BankStatement:
    """Import a statement: a file once, an entry once; what each pays is proposed.

    Rows that could not be read and money that went out are left out, as the preview said. Raises
    NotAllowed, KnownFile, NothingIn.
    """
    access.require(by, Action.RECORD_PAYMENT, community)
    hold(community.id)
    seen = preview(community, table, columns, by=by)
    if not seen.reading.lines:
        raise NothingIn()
    statement = BankStatement(
        organisation_id=community.id, sha256=table.sha256, imported_by_id=by.id, entry_count=len(seen.new)
    )
    db.session.add(statement)
    db.session.flush()
    db.session.add_all(_entry(line, statement) for line in seen.new)
    db.session.flush()
    propose(community.id)
    audit.record(by, "payment.statement_imported", statement, entries=statement.entry_count)
    return statement


def propose(organisation_id: int) -> None:
    """Look again at every open entry that no person has matched: new pledges may explain old entries."""
    undecided = queries.waiting(organisation_id).where(BankEntry.state == EntryState.UNMATCHED)
    entries = db.session.scalars(undecided).all()
    matcher = Matcher(_candidates(organisation_id, entries))
    for entry in entries:
        matcher.propose(entry)


def _candidates(organisation_id: int, entries: Sequence[BankEntry]) -> list[Instalment]:
    """All that is due, and what was quoted though it is not due any more: never every payment of the past."""
    quoted = {reference for entry in entries for reference in refs.find_creditor_references(entry.remittance)}
    every = queries.instalments_of(organisation_id)
    found = list(db.session.scalars(every.where(Instalment.state.in_(UNPAID))))
    for batch in _batches(sorted(quoted)):
        settled = every.where(Instalment.reference.in_(batch), Instalment.state.not_in(UNPAID))
        found += db.session.scalars(settled)
    return found


def _batches(values: list[str]) -> Iterator[list[str]]:
    """As many as a statement takes at once."""
    return (values[at : at + LOOKED_UP_AT_ONCE] for at in range(0, len(values), LOOKED_UP_AT_ONCE))


def _entry(line: Line, statement: BankStatement) -> BankEntry:
    return BankEntry(
        organisation_id=statement.organisation_id,
        statement_id=statement.id,
        fingerprint=line.fingerprint,
        booked_on=line.booked_on,
        amount=line.money.amount,
        currency=line.money.currency,
        payer=line.payer or None,
        remittance=line.text,
        state=EntryState.UNMATCHED,
    )
