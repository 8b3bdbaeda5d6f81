"""Every write to a campaign."""

from campaigns.campaign.rules.check import problems

__all__ = ["problems"]
