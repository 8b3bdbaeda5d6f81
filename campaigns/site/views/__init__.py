"""Pages that span domains."""

from campaigns.site.views import campaign, campaigns, ledger
from campaigns.site.views.base import blueprint

__all__ = ["blueprint", "campaign", "campaigns", "ledger"]
