"""Pages that span domains."""

from campaigns.site.views import campaign, campaigns, front, inbox, ledger, machines, pages, people, today, trace
from campaigns.site.views.base import blueprint

__all__ = [
    "blueprint",
    "campaign",
    "campaigns",
    "front",
    "inbox",
    "ledger",
    "machines",
    "pages",
    "people",
    "today",
    "trace",
]
