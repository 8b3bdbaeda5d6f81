"""Limits on how often somebody may try: counted in one shared store, per address."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, headers_enabled=False, strategy="fixed-window")
