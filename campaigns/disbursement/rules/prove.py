"""The school's receipt."""

from datetime import date

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.rules.release import NotYet, add_figures
from campaigns.disbursement.states import MOVES, DisbursementState
from campaigns.file import rules as files
from campaigns.kit import clock, db, images
from campaigns.kit.errors import Refused
from campaigns.kit.states import check_move

READABLE = 2000
"""Pixels across, at which the small print of a photographed receipt can still be read."""


class AlreadyProven(Refused):
    """The school's receipt for this payment is here already."""


def prove(disbursement: Disbursement, *, data: bytes, school_receipt: str, receipt_on: date, by: User) -> None:
    """Keep the school's receipt, privately, and count the payment as proven.

    Raises NotAllowed, AlreadyProven, IllegalMove (not released), NotYet or BadFile.
    """
    access.require(by, Action.PROVE_DISBURSEMENT, disbursement)
    figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state"], with_for_update=True)
    if disbursement.state is DisbursementState.PROVEN:
        raise AlreadyProven()
    if receipt_on > clock.today():
        raise NotYet(field="receipt_on")
    check_move(MOVES, disbursement.state, DisbursementState.PROVEN)
    proof = files.keep_document(clean(data), organisation_id=disbursement.organisation_id, by=by)
    disbursement.proof_id, disbursement.proven_by_id, disbursement.proven_at = proof.id, by.id, clock.now()
    disbursement.school_receipt, disbursement.receipt_on = school_receipt, receipt_on
    disbursement.move_to(DisbursementState.PROVEN)
    add_figures(disbursement, proven=1)
    for receipt in db.session.scalars(queries.open_receipts(disbursement.id)):
        receipt.settled_at, receipt.settled_by_id = disbursement.proven_at, by.id
    audit.record(by, "disbursement.proven", disbursement, sha256=proof.sha256)


def clean(data: bytes) -> bytes:
    """A PDF as it came; a picture drawn anew, large enough to read, so that no place or comment hides in it."""
    images.check_document(data)
    return data if images.is_pdf(data) else images.reencode(data, max_width=READABLE, max_bytes_out=None).data
