"""Pages of messages: the sponsor's, the student's, and those of the team."""

from campaigns.message.views import moderate, sponsor, student, team
from campaigns.message.views.base import blueprint

__all__ = ["blueprint", "moderate", "sponsor", "student", "team"]
