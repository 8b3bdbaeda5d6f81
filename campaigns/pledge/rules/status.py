"""What a pledge has come to, from its instalments."""

from campaigns.pledge.models import Pledge
from campaigns.pledge.states import UNPAID, InstalmentState, PledgeStatus


def derive(pledge: Pledge) -> PledgeStatus:
    """The status that the instalments (which must be loaded) and the confirmation add up to.

    A pledge whose unpaid part has ended counts as fulfilled by what was paid.
    """
    if pledge.confirmed_at is None:
        return PledgeStatus.PROMISED if pledge.ended_at is None else PledgeStatus.CANCELLED
    states = {instalment.state for instalment in pledge.instalments}
    paid = InstalmentState.PAID in states
    if InstalmentState.OVERDUE in states:
        return PledgeStatus.OVERDUE
    if states & UNPAID:
        return PledgeStatus.IN_PROGRESS if paid else PledgeStatus.CONFIRMED
    if paid:
        return PledgeStatus.FULFILLED
    return PledgeStatus.LAPSED if InstalmentState.LAPSED in states else PledgeStatus.WITHDRAWN
