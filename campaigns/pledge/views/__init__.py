"""Pages of a pledge: giving it, its own page, and the team's list."""

from campaigns.pledge.views import give, own, team
from campaigns.pledge.views.base import blueprint

__all__ = ["blueprint", "give", "own", "team"]
