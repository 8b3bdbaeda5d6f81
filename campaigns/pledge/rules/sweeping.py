"""Working off what is due, one row a transaction."""

from collections.abc import Callable
from typing import ParamSpec

import structlog

from campaigns.kit import db

P = ParamSpec("P")

log = structlog.get_logger()


def one_by_one(work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Do it in a transaction of its own; a fault is logged, and whatever comes after need not wait for it."""
    db.session.commit()
    try:
        with db.transaction():
            work(*args, **kwargs)
    except Exception:  # whatever is wrong with one pledge, those after it must not wait
        log.exception("pledge.sweep_failed", work=work.__name__, row=args[0] if args else None)
