"""What went to schools for which budget lines, for the sponsors behind them."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from campaigns.disbursement.models import Disbursement, DisbursementPart
from campaigns.disbursement.states import GONE_OUT
from campaigns.file.models import File
from campaigns.ledger.models import Movement


def sent_for(line_ids: Collection[int]) -> "sa.Select[*tuple[Any, ...]]":
    """The payments to schools behind these lines, in their order.

    Columns: line_id, ref, amount (of the payment that is for the line), currency, paid_on, state, receipt_on,
    agreed_at, sha256 (of the school's receipt), number (of the movement in the book).
    """
    booked = sa.and_(Movement.kind == "disbursement", Movement.external_id == Disbursement.ref)
    return (
        sa.select(
            *(DisbursementPart.line_id, DisbursementPart.amount, Disbursement.ref, Disbursement.currency),
            *(Disbursement.paid_on, Disbursement.state, Disbursement.receipt_on, Disbursement.agreed_at),
            *(File.sha256, Movement.id.label("number")),
        )
        .join(Disbursement, Disbursement.id == DisbursementPart.disbursement_id)
        .outerjoin(File, File.id == Disbursement.proof_id)
        .outerjoin(Movement, booked)
        .where(DisbursementPart.line_id.in_(line_ids), Disbursement.state.in_(GONE_OUT))
        .order_by(DisbursementPart.line_id, Disbursement.paid_on, Disbursement.id)
    )
