"""Finding entries, cases, receipts and balances, by what the viewer may see."""

from collections.abc import Sequence
from typing import Any, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from campaigns.access import Action, organisations_of
from campaigns.account.models import User
from campaigns.campaign.models import Campaign
from campaigns.kit import db
from campaigns.ledger.models import LedgerAccount
from campaigns.payment.models import (
    BankColumns,
    BankEntry,
    BankEntryShare,
    BankStatement,
    Dispute,
    PaymentAttempt,
    PaymentCase,
)
from campaigns.payment.states import SURE, EntryState
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import COUNTED, UNPAID, PledgeStatus

S = TypeVarTuple("S")

FEES = ("stripe", "dispute", "covered", "platform")
OPEN_ENTRIES = (EntryState.PROPOSED, EntryState.UNMATCHED)


def entries_of(user: User) -> sa.Select[BankEntry]:
    """The bank entries of communities whose money this person may see, with what they are thought to pay."""
    of_mine = BankEntry.organisation_id.in_(organisations_of(user, Action.SEE_MONEY))
    return sa.select(BankEntry).where(of_mine).options(*_paid())


def waiting(organisation_id: int) -> sa.Select[BankEntry]:
    """Entries that nobody has confirmed or set aside, with what they are thought to pay, newest last."""
    mine = sa.and_(BankEntry.organisation_id == organisation_id, BankEntry.state.in_(OPEN_ENTRIES))
    return sa.select(BankEntry).where(mine).options(*_paid()).order_by(BankEntry.id)


def _paid() -> tuple[ExecutableOption, ExecutableOption]:
    """With an entry, what it pays: one instalment, or several."""
    one = joinedload(BankEntry.instalment).joinedload(Instalment.pledge).joinedload(Pledge.campaign)
    share = selectinload(BankEntry.shares).joinedload(BankEntryShare.instalment)
    return one, share.joinedload(Instalment.pledge).joinedload(Pledge.campaign)


def sure_ones(organisation_id: int) -> sa.Select[BankEntry]:
    """Proposals whose references and amount are right, which may be confirmed all at once."""
    return waiting(organisation_id).where(BankEntry.state == EntryState.PROPOSED, BankEntry.proposed_because.in_(SURE))


def entry(entry_id: int) -> sa.Select[BankEntry]:
    """An entry as it is now, with what it is matched with."""
    parts = selectinload(BankEntry.shares).joinedload(BankEntryShare.instalment)
    select = sa.select(BankEntry).where(BankEntry.id == entry_id).options(joinedload(BankEntry.instalment), parts)
    return select.execution_options(populate_existing=True)


def how_many_sure(organisation_id: int) -> sa.Select[int]:
    """How many proposals may be confirmed all at once."""
    return sa.select(sa.func.count(BankEntry.id)).where(
        BankEntry.organisation_id == organisation_id,
        BankEntry.state == EntryState.PROPOSED,
        BankEntry.proposed_because.in_(SURE),
    )


def named(select: sa.Select[Instalment], words: str) -> sa.Select[Instalment]:
    """Those instalments whose reference, sponsor or organisation has these words."""
    columns = (Instalment.reference, Pledge.name, Pledge.organisation_name)
    return select.where(sa.or_(*(column.icontains(words, autoescape=True) for column in columns)))


def said(select: sa.Select[Instalment], references: Sequence[str], payer: str | None) -> sa.Select[Instalment]:
    """Those instalments with one of these references, or of a sponsor with the payer's name."""
    names = [column.icontains(payer, autoescape=True) for column in (Pledge.name, Pledge.organisation_name) if payer]
    return select.where(sa.or_(Instalment.reference.in_(references), *names))


def nearest(select: sa.Select[Instalment], amount: int) -> sa.Select[Instalment]:
    """Instalments of nearly this amount first, then the longest due."""
    return select.order_by(sa.func.abs(Instalment.amount - amount), Instalment.due_on, Instalment.id).limit(50)


def entry_with(organisation_id: int, fingerprint: str) -> sa.Select[BankEntry]:
    """The entry with this fingerprint."""
    return sa.select(BankEntry).where(
        BankEntry.organisation_id == organisation_id, BankEntry.fingerprint == fingerprint
    )


def known(organisation_id: int, fingerprints: Sequence[str]) -> "sa.Select[*tuple[Any, ...]]":
    """Which of these fingerprints a community has already, and for what: columns only."""
    told = (BankEntry.fingerprint, BankEntry.booked_on, BankEntry.amount, BankEntry.currency)
    return sa.select(*told).where(BankEntry.organisation_id == organisation_id, BankEntry.fingerprint.in_(fingerprints))


def statement_with(organisation_id: int, sha256: str) -> sa.Select[BankStatement]:
    """The import of a file with this hash."""
    return sa.select(BankStatement).where(
        BankStatement.organisation_id == organisation_id, BankStatement.sha256 == sha256
    )


def columns_for(organisation_id: int, heading_hash: str) -> sa.Select[BankColumns]:
    """What a community has said of tables with this heading."""
    mine = BankColumns.organisation_id == organisation_id
    return sa.select(BankColumns).where(mine, BankColumns.heading_hash == heading_hash)


def matched_in(statement_id: int) -> sa.Select[int]:
    """How many entries of a statement are thought to pay something."""
    here = sa.and_(BankEntry.statement_id == statement_id, BankEntry.state == EntryState.PROPOSED)
    return sa.select(sa.func.count(BankEntry.id)).where(here)


def undecided_ones(organisation_id: int) -> sa.Select[int]:
    """The numbers of the entries that nobody has matched yet."""
    mine = sa.and_(BankEntry.organisation_id == organisation_id, BankEntry.state == EntryState.UNMATCHED)
    return sa.select(BankEntry.id).where(mine).order_by(BankEntry.id)


def said_by(numbers: Sequence[int]) -> "sa.Select[*tuple[Any, ...]]":
    """What entries say: columns in the order of `match.Said`."""
    told = (BankEntry.id, BankEntry.amount, BankEntry.currency, BankEntry.payer, BankEntry.remittance)
    return sa.select(*told).where(BankEntry.id.in_(numbers)).order_by(BankEntry.id)


def to_match(organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The instalments of every confirmed pledge to a community: columns in the order of `match.Due`."""
    told = (Instalment.id, Instalment.reference, Instalment.state, Instalment.amount, Instalment.currency)
    return _confirmed(organisation_id, sa.select(*told, Pledge.name, Pledge.organisation_name))


def _confirmed(organisation_id: int, select: "sa.Select[*S]") -> "sa.Select[*S]":
    return (
        select.join(Instalment.pledge)
        .where(Pledge.organisation_id == organisation_id, Pledge.status != PledgeStatus.PROMISED)
        .where(Pledge.confirmed_at.is_not(None))
    )


def instalments_of(organisation_id: int) -> sa.Select[Instalment]:
    """The instalments of every confirmed pledge to a community, with their pledges."""
    pledge = joinedload(Instalment.pledge)
    return _confirmed(organisation_id, sa.select(Instalment)).options(pledge.joinedload(Pledge.campaign))


def payable_to(user: User, organisation_id: int) -> sa.Select[Instalment]:
    """The same, due or not, for somebody who may see the community's money."""
    mine = Pledge.organisation_id.in_(organisations_of(user, Action.SEE_MONEY))
    return instalments_of(organisation_id).where(mine)


def due_to(user: User, organisation_id: int) -> sa.Select[Instalment]:
    """What the community still expects, for somebody who may see its money."""
    return payable_to(user, organisation_id).where(Instalment.state.in_(UNPAID))


def cases_of(user: User) -> sa.Select[PaymentCase]:
    """What a person must look at, in communities whose money this person may see."""
    return sa.select(PaymentCase).where(PaymentCase.organisation_id.in_(organisations_of(user, Action.SEE_MONEY)))


def unclaimed_cases(user: User) -> sa.Select[PaymentCase]:
    """What concerns no one community, for administrators; nothing for anyone else."""
    administers = organisations_of(user, Action.ADMINISTER).exists()
    return sa.select(PaymentCase).where(PaymentCase.organisation_id.is_(None), administers)


def open_cases(organisation_id: int) -> sa.Select[PaymentCase]:
    """The cases of a community that nobody has closed, oldest first."""
    open_ones = sa.select(PaymentCase).where(
        PaymentCase.organisation_id == organisation_id, PaymentCase.closed_at.is_(None)
    )
    return open_ones.order_by(PaymentCase.id)


def fees(organisation_id: int) -> sa.Select[LedgerAccount]:
    """The accounts on which a community's fees stand: below zero what it carries, above what sponsors have added."""
    kinds = [LedgerAccount.code.startswith(f"fee:{kind}:{organisation_id}:") for kind in FEES]
    return sa.select(LedgerAccount).where(sa.or_(*kinds), LedgerAccount.balance != 0).order_by(LedgerAccount.code)


def dispute_of(case: PaymentCase) -> sa.Select[Dispute]:
    """The dispute that a case is about."""
    return sa.select(Dispute).where(sa.literal("dispute:") + Dispute.ref == case.key)


def attempt_of(cause: str) -> sa.Select[int]:
    """The id of the attempt whose charge moved money for this cause; no row for a bank transfer."""
    charge = cause.removeprefix("stripe:").partition(":")[0]
    return sa.select(PaymentAttempt.id).where(PaymentAttempt.charge_ref == charge)


def balances(organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """Each campaign of a community that has pledges: its figures, and what its ledger account holds now."""
    code = sa.literal("campaign:") + sa.cast(Campaign.id, sa.String)
    return (
        sa.select(
            *(Campaign.slug, Campaign.title, Campaign.currency),
            *(Campaign.pledged, Campaign.received, Campaign.disbursed),
            sa.func.coalesce(LedgerAccount.balance, 0).label("balance"),
        )
        .outerjoin(LedgerAccount, LedgerAccount.code == code)
        .where(Campaign.organisation_id == organisation_id, sa.or_(Campaign.pledged > 0, Campaign.received > 0))
        .order_by(Campaign.id.desc())
    )


def expected(organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """What is due and what is overdue, by currency: (currency, state, amount, how many)."""
    return (
        sa.select(Instalment.currency, Instalment.state, db.total(Instalment.amount), sa.func.count())
        .join(Instalment.pledge)
        .where(Pledge.organisation_id == organisation_id, Pledge.status.in_(COUNTED), Instalment.state.in_(UNPAID))
        .group_by(Instalment.currency, Instalment.state)
    )


def set_aside(organisation_id: int) -> sa.Select[LedgerAccount]:
    """The accounts of money that belongs to no open pledge."""
    return sa.select(LedgerAccount).where(
        LedgerAccount.code.startswith(f"suspense:{organisation_id}:"), LedgerAccount.balance != 0
    )


def how_many_wait(organisation_id: int) -> "sa.Select[int, int]":
    """How many entries and how many cases wait for somebody."""
    entries = sa.select(sa.func.count(BankEntry.id)).where(
        BankEntry.organisation_id == organisation_id, BankEntry.state.in_(OPEN_ENTRIES)
    )
    cases = sa.select(sa.func.count(PaymentCase.id)).where(
        PaymentCase.organisation_id == organisation_id, PaymentCase.closed_at.is_(None)
    )
    return sa.select(entries.scalar_subquery(), cases.scalar_subquery())
