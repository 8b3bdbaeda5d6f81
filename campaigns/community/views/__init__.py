"""The pages of a community."""

from campaigns.community.views import pages, team
from campaigns.community.views.base import blueprint

__all__ = ["blueprint", "pages", "team"]
