"""The pages of people's rights in their data, of break-glass and of retention."""

from campaigns.report.views import glass, officer, people, retention, student
from campaigns.report.views.base import blueprint

__all__ = ["blueprint", "glass", "officer", "people", "retention", "student"]
