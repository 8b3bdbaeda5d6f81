"""Whose tries are counted together, beside those of one network address."""

from flask import request, session
from flask_limiter.util import get_remote_address

from campaigns.account.rules import email_canonical
from campaigns.kit.limits import limiter

LONGEST = 254


def _typed_address() -> str:
    """Tries for one e-mail address, from wherever they come and however it is spelled."""
    return f"email:{email_canonical(request.form.get('email', '')[:LONGEST])}"


def _account() -> str:
    """Tries of one account that has shown its password, in whatever session."""
    return f"account:{session.get('account') or get_remote_address()}"


def refused(response: object) -> bool:
    """Whether a try failed: only those count against guessing."""
    return getattr(response, "status_code", 0) == 422


GUESSES = "10/10 minutes;30/hour"

guesses_by_address = limiter.limit("30/10 minutes;100/hour", methods=["POST"], deduct_when=refused)
guesses_by_email = limiter.limit(GUESSES, methods=["POST"], key_func=_typed_address, deduct_when=refused)
guesses_by_account = limiter.limit(GUESSES, methods=["POST"], key_func=_account, deduct_when=refused)
letters_by_address = limiter.limit("10/10 minutes;30/hour", methods=["POST"])
letters_by_email = limiter.limit("3/10 minutes;6/hour", methods=["POST"], key_func=_typed_address)
