"""The life of a campaign."""

from enum import StrEnum

from campaigns.kit.states import Moves


class CampaignState(StrEnum):
    """Where a campaign is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    LIVE = "live"
    PAUSED = "paused"
    FUNDED = "funded"
    CLOSED_SHORT = "closed_short"
    SETTLING = "settling"
    REPORTING = "reporting"
    CLOSED = "closed"
    CANCELLED = "cancelled"


MOVES: Moves[CampaignState] = {
    CampaignState.DRAFT: {CampaignState.IN_REVIEW, CampaignState.CANCELLED},
    CampaignState.IN_REVIEW: {CampaignState.LIVE, CampaignState.DRAFT, CampaignState.CANCELLED},
    CampaignState.LIVE: {
        CampaignState.PAUSED,
        CampaignState.FUNDED,
        CampaignState.CLOSED_SHORT,
        CampaignState.CANCELLED,
    },
    CampaignState.PAUSED: {CampaignState.LIVE, CampaignState.CLOSED_SHORT, CampaignState.CANCELLED},
    CampaignState.FUNDED: {CampaignState.LIVE, CampaignState.SETTLING, CampaignState.REPORTING},
    CampaignState.CLOSED_SHORT: {CampaignState.SETTLING, CampaignState.REPORTING},
    CampaignState.SETTLING: {CampaignState.REPORTING},
    CampaignState.REPORTING: {CampaignState.CLOSED},
}

PUBLIC = frozenset(set(CampaignState) - {CampaignState.DRAFT, CampaignState.IN_REVIEW, CampaignState.CANCELLED})
"""What a visitor may see."""

OPEN_FOR_PLEDGES = frozenset({CampaignState.LIVE})

ASKING = frozenset({CampaignState.LIVE, CampaignState.PAUSED})
"""It asks, or may ask again, for what nobody has pledged yet."""

OPEN_ENDED = frozenset({CampaignState.DRAFT, CampaignState.LIVE, CampaignState.PAUSED})
"""The deadline may still be moved."""

REVISABLE = PUBLIC - {CampaignState.CLOSED}
"""The public reads it, and other words may be proposed for it."""

ENDED_EARLY = frozenset({CampaignState.CLOSED_SHORT, CampaignState.CANCELLED})
"""Needs that nobody has pledged for are free for another campaign."""

FILTERS = {
    "preparing": frozenset({CampaignState.DRAFT, CampaignState.IN_REVIEW}),
    "open": frozenset({CampaignState.LIVE, CampaignState.PAUSED}),
    "reached": frozenset({CampaignState.FUNDED, CampaignState.SETTLING, CampaignState.REPORTING}),
    "ended": frozenset({CampaignState.CLOSED_SHORT, CampaignState.CLOSED, CampaignState.CANCELLED}),
}
"""How the team's list can be narrowed."""
