"""Whose a company is, and what becomes of what its people propose."""

from enum import StrEnum

from campaigns.kit.states import Moves


class ClaimState(StrEnum):
    """What became of somebody's word that they speak for a company."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


MOVES: Moves[ClaimState] = {ClaimState.ASKED: {ClaimState.GRANTED, ClaimState.REFUSED}}


class ProposalState(StrEnum):
    """Where a pledge that somebody of a company proposes is."""

    PROPOSED = "proposed"
    SECONDED = "seconded"  # approved by the first of two
    APPROVED = "approved"  # the pledge is made
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


UNDECIDED = frozenset({ProposalState.PROPOSED, ProposalState.SECONDED})
ENDS = {ProposalState.APPROVED, ProposalState.DECLINED, ProposalState.WITHDRAWN}

PROPOSAL_MOVES: Moves[ProposalState] = {
    ProposalState.PROPOSED: {ProposalState.SECONDED, *ENDS},
    ProposalState.SECONDED: {*ENDS},
}
