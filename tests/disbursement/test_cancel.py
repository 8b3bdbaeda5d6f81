"""Taking a proposal back, and what never comes after what."""

import pytest

from campaigns.disbursement import rules
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.states import MOVES, DisbursementState
from campaigns.kit import db
from campaigns.kit.errors import IllegalMove, NotAllowed

ABSENT = [
    (here, there) for here in DisbursementState for there in DisbursementState if there not in MOVES.get(here, set())
]


@pytest.mark.parametrize(("here", "there"), ABSENT)
def test_an_absent_arrow_is_refused(here, there):
    with pytest.raises(IllegalMove):
        Disbursement(state=here).move_to(there)


def test_a_cancelled_proposal_keeps_its_reason(a_payment, tomas):
    payment = a_payment()
    rules.cancel(payment, reason="The school lowered its fees.", by=tomas)
    db.session.commit()
    assert (payment.state, payment.cancel_reason) == ("cancelled", "The school lowered its fees.")
    assert payment.cancelled_at is not None


def test_an_organiser_may_stop_a_treasurers_proposal(a_payment, amina):
    payment = a_payment()
    rules.cancel(payment, reason="Wrong school.", by=amina)
    assert payment.state is DisbursementState.CANCELLED


@pytest.mark.parametrize("person", ["marta", "victor", "otto", "rita"])
def test_others_stop_nothing(a_payment, request, person):
    with pytest.raises(NotAllowed):
        rules.cancel(a_payment(), reason="No.", by=request.getfixturevalue(person))


@pytest.mark.parametrize("state", [DisbursementState.RELEASED, DisbursementState.PROVEN])
def test_what_has_left_cannot_be_cancelled(a_payment, tomas, state):
    with pytest.raises(IllegalMove):
        rules.cancel(a_payment(state), reason="Too late.", by=tomas)
