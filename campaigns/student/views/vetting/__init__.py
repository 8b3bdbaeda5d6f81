"""The team's pages: the list, one application, and each thing that can be done with it."""

from campaigns.student.views.vetting import batch, choosing, conflicts, consent, listing, one, scoring

__all__ = ["batch", "choosing", "conflicts", "consent", "listing", "one", "scoring"]
