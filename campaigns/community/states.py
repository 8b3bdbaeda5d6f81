"""What a community brings to a campaign."""

from enum import StrEnum


class CommunityKind(StrEnum):
    """The four kinds of community."""

    ADVOCATE = "advocate"
    INSIGHT = "insight"
    SUPPORT = "support"
    SOCIAL = "social"
