"""The team's pages about campaigns."""

from campaigns.campaign.views import manage, review, write
from campaigns.campaign.views.base import blueprint

__all__ = ["blueprint", "manage", "review", "write"]
