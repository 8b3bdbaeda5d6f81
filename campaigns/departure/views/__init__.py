"""Pages about departures and outcomes: for the student, those who vet, those who settle money, and sponsors."""

from campaigns.departure.views import money, own, sponsor, vetting
from campaigns.departure.views.base import blueprint

__all__ = ["blueprint", "money", "own", "sponsor", "vetting"]
