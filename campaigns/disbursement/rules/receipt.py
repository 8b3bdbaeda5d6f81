"""What a school says it received, and who is enrolled: proof where it fits, a question where it does not."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement, ReceiptStudent, SchoolReceipt
from campaigns.disbursement.rules.prove import clean
from campaigns.disbursement.rules.release import NotYet, add_figures
from campaigns.disbursement.states import DisbursementState
from campaigns.file import rules as files
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.errors import Refused
from campaigns.kit.links import LinkSpent
from campaigns.notice import rules as notice
from campaigns.student.rules.enrolled import Enrolled, enrolled


class NothingDiffers(Refused):
    """There is no answer of the school that waits for you."""


class Changed(Refused):
    """Something has changed in the meantime. Load this page again."""


class Received(NamedTuple):
    """What a school says. `amount` is in minor units of the payment's currency, `enrolled` by application id."""

    amount: int
    received_on: date
    number: str
    name: str
    position: str
    enrolled: Mapping[int, bool]
    remark: str = ""
    scan: bytes | None = None


def behind(token: str) -> tuple[Disbursement, bool]:
    """The payment behind a link, and whether it still waits for the school's answer. Raises LinkSpent."""
    answered = db.session.scalars(queries.answered_with(token)).one_or_none()
    if answered is not None:
        return db.session.get_one(Disbursement, answered.disbursement_id), False
    found = db.session.get_one(Disbursement, links.peek(queries.LINK, token).subject_id)
    if found.state is not DisbursementState.RELEASED:
        raise LinkSpent()
    return found, True


def confirm(token: str, said: Received) -> SchoolReceipt:
    """Keep a school's answer, once a link: what fits proves the payment, what differs holds up what comes after it.

    Raises LinkSpent, Changed, NotYet, BadFile.
    """
    disbursement, waits = behind(token)
    figures.lock(disbursement.campaign_id)
    disbursement = db.session.scalars(queries.locked(disbursement.id)).one()
    if not waits or disbursement.state is not DisbursementState.RELEASED:
        raise LinkSpent()
    if said.received_on > clock.today():
        raise NotYet(field="received_on")
    links.consume(queries.LINK, token)
    links.revoke(queries.LINK, disbursement.id)
    receipt = _keep(disbursement, token, said)
    if receipt.differs:
        _tell(disbursement)
    else:
        _prove(disbursement, receipt)
    audit.record(None, "disbursement.school_answered", disbursement, differs=receipt.differs)
    return receipt


def _keep(disbursement: Disbursement, token: str, said: Received) -> SchoolReceipt:
    supported = {each.application_id for each in students(disbursement)}
    if supported != set(said.enrolled):
        raise Changed()
    differs = said.amount != disbursement.kept.amount or not all(said.enrolled.values())
    proof = None
    if said.scan:
        proof = files.keep_document(clean(said.scan), organisation_id=disbursement.organisation_id, by=None)
    receipt = SchoolReceipt(
        disbursement_id=disbursement.id,
        link_hash=crypto.digest(token),
        amount=said.amount,
        currency=disbursement.currency,
        received_on=said.received_on,
        number=said.number,
        name=said.name,
        position=said.position,
        remark=said.remark,
        proof_id=proof.id if proof else None,
        differs=differs,
        settled_at=None if differs else clock.now(),
        students=[ReceiptStudent(application_id=each, enrolled=there) for each, there in said.enrolled.items()],
    )
    db.session.add(receipt)
    db.session.flush()
    return receipt


def students(disbursement: Disbursement) -> list[Enrolled]:
    """The students whom a payment supports, for their own school: nobody who was erased."""
    return enrolled(queries.applications_of(disbursement.id))


def _prove(disbursement: Disbursement, receipt: SchoolReceipt, by: User | None = None) -> None:
    disbursement.school_receipt, disbursement.receipt_on = receipt.number, receipt.received_on
    disbursement.proof_id, disbursement.proven_by_id = receipt.proof_id, by.id if by else None
    disbursement.agreed_at = disbursement.proven_at = clock.now()
    disbursement.move_to(DisbursementState.PROVEN)
    add_figures(disbursement, proven=1)


def accept(disbursement: Disbursement, *, note: str, by: User) -> None:
    """Take what the school said for its receipt although it differs, and say why.

    Raises NotAllowed, NothingDiffers, IllegalMove (not released).
    """
    access.require(by, Action.PROVE_DISBURSEMENT, disbursement)
    figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state", "returned"], with_for_update=True)
    receipt = db.session.scalars(queries.open_receipts(disbursement.id)).first()
    if receipt is None:
        raise NothingDiffers()
    _prove(disbursement, receipt, by)
    receipt.settled_at, receipt.settled_by_id, receipt.settle_note = clock.now(), by.id, note
    audit.record(by, "disbursement.difference_settled", disbursement)


def _tell(disbursement: Disbursement) -> None:
    community = db.session.get_one(Organisation, disbursement.organisation_id)
    school = db.session.get_one(Organisation, disbursement.school_id)
    for person in db.session.scalars(access.holders(Action.PROVE_DISBURSEMENT, community.id)):
        notice.send(
            person.email,
            "disbursement/mail/differs",
            key=f"disbursement.differs:{disbursement.id}:{disbursement.reminders}",
            name=person.name,
            amount=disbursement.kept,
            school_name=school.name,
            url=links.url("disbursement.show", slug=community.slug, ref=disbursement.ref),
            why=f"You get this because you keep the money of {community.name}.",
        )
