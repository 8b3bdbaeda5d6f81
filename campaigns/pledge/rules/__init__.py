"""Every write to a pledge: promised, confirmed, settled, changed, ended, and what no longer adds up."""

from campaigns.pledge.rules.settlement import Overpaid, settle
from campaigns.pledge.rules.status import derive

__all__ = ["Overpaid", "derive", "settle"]
