"""Pages about money that comes in."""

from campaigns.payment.views.base import blueprint

__all__ = ["blueprint"]
