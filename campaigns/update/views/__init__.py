"""Pages of updates: the team's, the public's, and those of followers."""

from campaigns.update.views import follow, public, team
from campaigns.update.views.base import blueprint

__all__ = ["blueprint", "follow", "public", "team"]
