"""Pages of an offer: making and confirming it, its own page, and the team's list."""

from campaigns.offer.views import gift, give, own, team
from campaigns.offer.views.base import blueprint

__all__ = ["blueprint", "gift", "give", "own", "team"]
