"""The team's pages: which companies are asked, the letters, the next step of each."""

from campaigns.ask.views.team import listing, manage, write

__all__ = ["listing", "manage", "write"]
