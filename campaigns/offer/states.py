"""The kinds of an offer, and how far each has come."""

from enum import StrEnum

from campaigns.kit.states import Moves


class OfferKind(StrEnum):
    """What is offered."""

    HOLD = "hold"  # a company reserves needs while its purchase order is clearing
    CONDITION = "condition"  # a pledge, once something has come true
    MATCH = "match"  # so much for every 1.00 that others pledge, up to a cap
    GIFT = "gift"  # a thing, or a place, instead of money


class ConditionKind(StrEnum):
    """What has to come true."""

    RAISED = "raised"  # others have pledged so much
    COMPANIES = "companies"  # so many other companies have pledged
    SIGNATURES = "signatures"  # so many people have signed the campaign's letters


class Otherwise(StrEnum):
    """Where what an offer is not needed for goes, as its maker chose beforehand."""

    LET_GO = "let_go"  # nothing is due
    WAITING = "waiting"  # to another campaign of the community, for students who wait
    NEXT_TERM = "next_term"  # they are asked again when the same students' next campaign opens


class OfferState(StrEnum):
    """Where an offer is."""

    ASKED = "asked"  # the address is not confirmed yet; counts nowhere
    STANDING = "standing"
    ACCEPTED = "accepted"  # a gift that the team has looked at and expects
    RECEIVED = "received"  # a gift that is at the school
    DONE = "done"  # it has become a pledge
    TAKEN_BACK = "taken_back"  # by whoever made it
    ENDED = "ended"  # by the team, or because the campaign has ended
    EXPIRED = "expired"  # its time ran out
    DROPPED = "dropped"  # never confirmed


MOVES: Moves[OfferState] = {
    OfferState.ASKED: {OfferState.STANDING, OfferState.DROPPED},
    OfferState.STANDING: {
        OfferState.DONE,
        OfferState.ACCEPTED,
        OfferState.TAKEN_BACK,
        OfferState.ENDED,
        OfferState.EXPIRED,
    },
    OfferState.ACCEPTED: {OfferState.RECEIVED, OfferState.TAKEN_BACK, OfferState.ENDED},
}

OPEN = frozenset({OfferState.STANDING, OfferState.ACCEPTED})
"""It stands, and can still be ended."""
