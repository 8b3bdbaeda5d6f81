"""What the worker does for asks."""

from campaigns.ask import rules
from campaigns.kit import db
from campaigns.kit.queue import sweep


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
