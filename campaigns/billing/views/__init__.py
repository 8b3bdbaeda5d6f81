"""Pages about documents: a sponsor's, by signed link, and the team's."""

from campaigns.billing.views import own, team
from campaigns.billing.views.base import blueprint

__all__ = ["blueprint", "own", "team"]
