"""When sample things happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from campaigns.kit import clock


@contextmanager
def day(ago: int, *, later: timedelta = timedelta()) -> Iterator[None]:
    """Within the block it is the forenoon so many days ago, and `later`; never later than now."""
    now = datetime.now(UTC)
    then = now.replace(hour=9, minute=30, second=0, microsecond=0) - timedelta(days=ago) + later
    with clock.at(min(then, now)):
        yield
