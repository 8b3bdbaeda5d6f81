"""The pages of asks: the team's, everybody's, and the company's."""

from campaigns.ask.views import company, everyone, team
from campaigns.ask.views.base import blueprint

__all__ = ["blueprint", "company", "everyone", "team"]
