"""Pages of a pledge: giving it, its own page, and the team's list."""

from campaigns.pledge.views import changes, give, own, plan, several, team, ways
from campaigns.pledge.views.base import blueprint

__all__ = ["blueprint", "changes", "give", "own", "plan", "several", "team", "ways"]
