"""What the worker does for asks."""

from campaigns.ask import rules
from campaigns.kit import db
from campaigns.kit.queue import sweep, sweep_first


@sweep_first
def call_back() -> None:
    """Call back letters about students who do not consent to that any more."""
    with db.transaction():
        rules.call_back_without_consent()


@sweep
def remind() -> None:
    """Remind companies whose quiet period is about to end, once each."""
    with db.transaction():
        rules.remind_companies()


@sweep
def forget() -> None:
    """Delete signatures that were never confirmed."""
    with db.transaction():
        rules.forget_unconfirmed()
