"""Files that order transfers at the bank: made once, the same however often downloaded, settled payment by payment."""

from collections.abc import Collection
from datetime import date, timedelta

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.community.models import Community
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement, TransferBatch
from campaigns.disbursement.rules import sepa, turn, where
from campaigns.disbursement.rules.lines import undisputed
from campaigns.disbursement.rules.propose import NotEnoughMoney
from campaigns.disbursement.rules.release import AlreadyReleased, NotYet, leave
from campaigns.disbursement.states import GONE_OUT, DisbursementState
from campaigns.kit import clock, crypto, db, refs
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money

LONGEST_WAIT = timedelta(days=60)


class NothingToOrder(Refused):
    """Choose at least one payment that waits. Perhaps another file orders it already."""


class NoBank(Refused):
    """Enter the community's own IBAN first, under settings: that account pays."""


class BadDay(Refused):
    """Choose a day from today on, within two months."""

    field = "execute_on"


class IsVoid(Refused):
    """This file is void: it was never given to the bank, and must not be."""


class HasLeft(Refused):
    """The bank has made payments of this file, so it was given to the bank."""


class NotOrdered(Refused):
    """Only what both people have approved and the bank has made can be settled."""


def make_batch(
    community: Community, payments: Collection[str], execute_on: date, *, once: str, by: User
) -> TransferBatch:
    """Write a file that orders these payments (by ref). The same `once` again returns what it has made.

    Raises NotAllowed, ReauthenticationNeeded, NoBank, BadDay, NothingToOrder, NotEnoughMoney, CannotBeWritten;
    AccountChanged and the like where a payment must not leave any more.
    """
    access.require(by, Action.ORDER_TRANSFERS, community)
    found = db.session.scalars(queries.to_order_locked(community.id, payments)).all()
    made = db.session.scalars(queries.batch_made_with(once)).one_or_none()
    if made is not None:
        return made
    if not community.iban or not community.payee:
        raise NoBank()
    if not clock.today() <= execute_on <= clock.today() + LONGEST_WAIT:
        raise BadDay()
    if not found or len(found) != len(set(payments)):
        raise NothingToOrder()
    _require_money(found)
    payer = sepa.Payer(community.payee, community.iban.replace(" ", ""), community.bic)
    content, message_id = sepa.write(payer, [_order(each) for each in found], execute_on)
    return _keep(community, found, content, message_id, execute_on, once, by)


def _require_money(found: Collection[Disbursement]) -> None:
    """What a dispute has frozen since two people approved does not leave by a file. Raises NotEnoughMoney."""
    for campaign_id in {each.campaign_id for each in found}:
        held = undisputed(campaign_id)
        if sum(each.amount for each in found if each.campaign_id == campaign_id) > held:
            raise NotEnoughMoney(Money(max(held, 0), "EUR"))


def _order(disbursement: Disbursement) -> sepa.Transfer:
    """What the file says of a payment, to the account that the second person has seen."""
    account = where.pin(disbursement)
    where.require_sepa(disbursement)
    turn.require_turn(disbursement.campaign_id, disbursement.school_id, disbursement.tranche)
    text = f"School fees {disbursement.ref}"
    return sepa.Transfer(account.holder, account.iban or "", disbursement.amount, disbursement.ref, text)


def _keep(
    community: Community,
    found: Collection[Disbursement],
    content: str,
    message_id: str,
    execute_on: date,
    once: str,
    by: User,
) -> TransferBatch:
    batch = TransferBatch(
        ref=refs.random_ref(),
        once=once,
        organisation_id=community.id,
        message_id=message_id,
        content=content,
        sha256=crypto.digest(content),
        amount=sum(each.amount for each in found),
        currency="EUR",
        payments=len(found),
        execute_on=execute_on,
        made_by_id=by.id,
    )
    db.session.add(batch)
    db.session.flush()
    for each in found:
        each.batch_id = batch.id
    audit.record(by, "disbursement.batch_made", batch, payments=len(found), sha256=batch.sha256)
    return batch


def download(batch: TransferBatch, *, by: User) -> str:
    """The file, the same each time; that it was taken is written down. Raises NotAllowed, IsVoid."""
    access.require(by, Action.ORDER_TRANSFERS, batch)
    batch = db.session.scalars(queries.batch_locked(batch.id)).one()
    if batch.voided_at is not None:
        raise IsVoid()
    batch.downloads, batch.downloaded_by_id, batch.downloaded_at = batch.downloads + 1, by.id, clock.now()
    audit.record(by, "disbursement.batch_downloaded", batch, times=batch.downloads)
    return batch.content


def void(batch: TransferBatch, *, reason: str, by: User) -> None:
    """Say, as somebody who did not make it, that a file was never given to the bank: its payments wait for another.

    Raises NotAllowed, SecondFactorNeeded, ReauthenticationNeeded, IsVoid, HasLeft.
    """
    access.require(by, Action.VOID_TRANSFERS, batch)
    batch = db.session.scalars(queries.batch_locked(batch.id)).one()
    if batch.voided_at is not None:
        raise IsVoid()
    found = db.session.scalars(queries.in_batch(batch.id).with_for_update(of=Disbursement)).all()
    if any(each.state in GONE_OUT for each in found):
        raise HasLeft()
    for each in found:
        each.batch_id = None
    batch.voided_at, batch.voided_by_id, batch.void_reason = clock.now(), by.id, reason
    audit.record(by, "disbursement.batch_voided", batch)


def settle(disbursement: Disbursement, *, bank_reference: str, paid_on: date, by: User) -> None:
    """Record that the bank has made a payment that both people approved: from now on it counts as sent.

    Where it goes and whose turn it is was asked before; what the bank has done is booked. Raises NotAllowed,
    AlreadyReleased, NotOrdered, NotYet, NotEnoughMoney.
    """
    access.require(by, Action.ORDER_TRANSFERS, disbursement)
    campaign = figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state", "released_by_id", "settled_by_id"], with_for_update=True)
    if disbursement.state in GONE_OUT:
        if disbursement.settled_by_id == by.id:
            return  # the second half of a double click
        raise AlreadyReleased()
    if disbursement.state is not DisbursementState.APPROVED:
        raise NotOrdered()
    where.require_bank(disbursement)
    if paid_on > clock.today():
        raise NotYet(field="paid_on")
    disbursement.settled_by_id = by.id
    leave(disbursement, campaign, bank_reference=bank_reference, paid_on=paid_on, by=by)
