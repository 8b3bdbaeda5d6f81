"""Why a supported student leaves, how far that has come, and what sponsors can choose."""

from enum import StrEnum

from campaigns.kit.states import Moves


class DepartureKind(StrEnum):
    """Why; coded, so that nothing more need be told."""

    LEFT_SCHOOL = "left_school"
    CHANGED_SCHOOL = "changed_school"
    SENSITIVE = "sensitive"
    NO_NEED = "no_need"
    CONSENT_WITHDRAWN = "consent_withdrawn"


class Reporter(StrEnum):
    """Who said so."""

    STUDENT = "student"
    SCHOOL = "school"
    TEAM = "team"


class DepartureState(StrEnum):
    """Where a departure is."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"  # by a second person
    CHOOSING = "choosing"  # sponsors are asked
    SETTLED = "settled"
    DISMISSED = "dismissed"  # it was a mistake


MOVES: Moves[DepartureState] = {
    DepartureState.REPORTED: {DepartureState.CONFIRMED, DepartureState.DISMISSED},
    DepartureState.CONFIRMED: {DepartureState.CHOOSING, DepartureState.SETTLED},
    DepartureState.CHOOSING: {DepartureState.SETTLED},
}

OPEN = frozenset({DepartureState.REPORTED, DepartureState.CONFIRMED, DepartureState.CHOOSING})


class Choice(StrEnum):
    """What a sponsor wants with what is left of a pledge."""

    ANOTHER = "another"  # another campaign of the community
    SAME = "same"  # the others of the same campaign
    BACK = "back"
    COMMUNITY = "community"  # the community decides; also what silence means
    KEEP = "keep"  # the student, at the new school


EFFECTS = frozenset(Choice) - {Choice.COMMUNITY}
"""What can be done with money; "the community decides" waits for one of these."""


def offered(kind: DepartureKind) -> list[Choice]:
    """What sponsors can choose between, in the order in which it is asked."""
    first = [Choice.KEEP] if kind is DepartureKind.CHANGED_SCHOOL else []
    return [*first, Choice.ANOTHER, Choice.SAME, Choice.BACK, Choice.COMMUNITY]


def silence(kind: DepartureKind) -> Choice:
    """What no answer means."""
    return Choice.KEEP if kind is DepartureKind.CHANGED_SCHOOL else Choice.COMMUNITY
