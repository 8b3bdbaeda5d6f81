"""The pages of a company's workspace."""

from campaigns.sponsor.views import claims, finance, overview, pay, people, proposals
from campaigns.sponsor.views.base import blueprint

__all__ = ["blueprint", "claims", "finance", "overview", "pay", "people", "proposals"]
