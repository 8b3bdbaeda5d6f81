"""What each open entry is thought to pay, for a treasurer to confirm."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from campaigns.kit import db, refs
from campaigns.kit.watch import Watch, unwatched
from campaigns.payment import queries
from campaigns.payment.models import BankEntry, BankEntryShare
from campaigns.payment.rules.match import Due, Found, Matcher, Said
from campaigns.payment.states import EntryState
from campaigns.pledge.models import Instalment
from campaigns.pledge.queries import groups
from campaigns.pledge.states import UNPAID
from campaigns.remittance import queries as remittances

T = TypeVar("T")

AT_ONCE = 500


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many as a statement of the database takes at once."""
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))


def propose(organisation_id: int, watch: Watch = unwatched) -> None:
    """Look again at every open entry that no person has matched: new pledges may explain old entries."""
    numbers = db.session.scalars(queries.undecided_ones(organisation_id)).all()
    every = list(batches(numbers))
    matcher = Matcher(_candidates(organisation_id, every), _orders(organisation_id))
    for entries in watch("Matching", every):
        _note([(entry, match) for entry in _said(entries) if (match := matcher.find(entry)) is not None])


def _orders(organisation_id: int) -> dict[str, list[str]]:
    """What is paid by one transfer: put together by companies, or pledged over several campaigns at once."""
    found: dict[str, list[str]] = defaultdict(list)
    for select in (remittances.opened(organisation_id), groups.due_together(organisation_id)):
        for order, instalment in db.session.execute(select):
            found[order].append(instalment)
    return found


def _said(numbers: Sequence[int]) -> list[Said]:
    """What these entries say: read a few at a time, for there may be many."""
    return [Said(*row) for row in db.session.execute(queries.said_by(numbers))]


def _note(found: Sequence[tuple[Said, Found]]) -> None:
    shares = [_share(entry, each) for entry, (pays, _) in found if len(pays) > 1 for each in pays]
    if found:
        db.session.execute(sa.update(BankEntry), [_proposal(entry, match) for entry, match in found])
    if shares:
        db.session.execute(sa.insert(BankEntryShare), shares)


def _proposal(entry: Said, match: Found) -> dict[str, Any]:
    pays, because = match
    told = {"instalment_id": pays[0].id, "proposed_because": because}
    return {"id": entry.id, "state": EntryState.PROPOSED, **told}


def _share(entry: Said, instalment: Due) -> dict[str, int]:
    return {"entry_id": entry.id, "instalment_id": instalment.id, "amount": instalment.amount}


def _candidates(organisation_id: int, every: Sequence[Sequence[int]]) -> Iterator[Due]:
    """All that is due, and what was quoted though it is not due any more: never every payment of the past."""
    told = queries.to_match(organisation_id).execution_options(yield_per=1_000)
    yield from (Due.of(row) for row in db.session.execute(told.where(Instalment.state.in_(UNPAID))))
    for numbers in every:
        quoted = [each for entry in _said(numbers) for each in refs.find_creditor_references(entry.remittance)]
        settled = told.where(Instalment.reference.in_(set(quoted)), Instalment.state.not_in(UNPAID))
        yield from (Due.of(row) for row in db.session.execute(settled))
