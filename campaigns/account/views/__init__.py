"""The pages of an account."""

from campaigns.account.views import entrance, profile, second_factor
from campaigns.account.views.base import blueprint

__all__ = ["blueprint", "entrance", "profile", "second_factor"]
