"""What somebody without an account is asked to confirm, and how that stands."""

from enum import StrEnum

from campaigns.kit.states import Moves
from campaigns.student.states.stages import Stage


class RequestKind(StrEnum):
    """Who is asked."""

    REFEREE = "referee"
    GUARDIAN = "guardian"
    SCHOOL = "school"


class RequestState(StrEnum):
    """Where a request stands; sent again it is open again, under a new link."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


REQUEST_MOVES: Moves[RequestState] = {
    RequestState.OPEN: {
        RequestState.ANSWERED,
        RequestState.DECLINED,
        RequestState.EXPIRED,
        RequestState.WITHDRAWN,
    },
    RequestState.EXPIRED: {RequestState.OPEN, RequestState.WITHDRAWN},
}


class Refusal(StrEnum):
    """Why somebody does not answer what they are asked."""

    CANNOT = "cannot"
    WRONG_PERSON = "wrong_person"  # does not know the student, is not the guardian, is not who answers at the school


class Known(StrEnum):
    """How long a referee has known the student."""

    UNDER_A_YEAR = "under_a_year"
    UP_TO_3_YEARS = "up_to_3_years"
    LONGER = "longer"


class AccountState(StrEnum):
    """Where a school's bank account stands; a second person confirms what the school told."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPLACED = "replaced"
    STOPPED = "stopped"  # somebody of the team objected


ACCOUNT_MOVES: Moves[AccountState] = {
    AccountState.PROPOSED: {AccountState.CONFIRMED, AccountState.REFUSED},
    AccountState.CONFIRMED: {AccountState.REPLACED, AccountState.STOPPED},
}

ASKABLE = frozenset(
    {
        *(Stage.DRAFT, Stage.SUBMITTED, Stage.IN_REVIEW, Stage.MORE_INFO),
        *(Stage.WAITLISTED, Stage.APPEALED, Stage.APPROVED, Stage.SUPPORTED),
    }
)
"""While an application is at one of these, somebody may be asked about it and may answer."""
