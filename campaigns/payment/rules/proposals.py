"""What each open entry is thought to pay, for a treasurer to confirm."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from campaigns.kit import db, refs
from campaigns.payment import queries
from campaigns.payment.models import BankEntry, BankEntryShare
from campaigns.payment.rules.match import Due, Found, Matcher, Said
from campaigns.payment.states import EntryState
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import UNPAID

T = TypeVar("T")

AT_ONCE = 500


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many as a statement of the database takes at once."""
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))


def propose(organisation_id: int) -> None:
    """Look again at every open entry that no person has matched: new pledges may explain old entries."""
    entries = [Said(*row) for row in db.session.execute(queries.undecided(organisation_id))]
    matcher = Matcher(_candidates(organisation_id, entries))
    for batch in batches(entries):
        found = [(entry, match) for entry in batch if (match := matcher.find(entry)) is not None]
        if found:
            db.session.execute(sa.update(BankEntry), [_proposal(entry, match) for entry, match in found])
        shares = [_share(entry, each) for entry, (pays, _) in found if len(pays) > 1 for each in pays]
        if shares:
            db.session.execute(sa.insert(BankEntryShare), shares)


def _proposal(entry: Said, match: Found) -> dict[str, Any]:
    pays, because = match
    told = {"instalment_id": pays[0].id, "proposed_because": because}
    return {"id": entry.id, "state": EntryState.PROPOSED, **told}


def _share(entry: Said, instalment: Due) -> dict[str, int]:
    return {"entry_id": entry.id, "instalment_id": instalment.id, "amount": instalment.amount}


def _candidates(organisation_id: int, entries: Sequence[Said]) -> list[Due]:
    """All that is due, and what was quoted though it is not due any more: never every payment of the past."""
    quoted = {reference for entry in entries for reference in refs.find_creditor_references(entry.remittance)}
    every = queries.to_match(organisation_id).execution_options(yield_per=1_000)
    found = [Due.of(row) for row in db.session.execute(every.where(Instalment.state.in_(UNPAID)))]
    for batch in batches(sorted(quoted)):
        settled = every.where(Instalment.reference.in_(batch), Instalment.state.not_in(UNPAID))
        found += [Due.of(row) for row in db.session.execute(settled)]
    return found
