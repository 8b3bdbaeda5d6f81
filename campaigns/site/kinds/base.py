"""What the today page knows of a kind of thing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from campaigns.access import Action
from campaigns.account.models import User
from campaigns.site.queries import today

Source = Callable[[User, int], today.Rows]


@dataclass(frozen=True)
class Kind:
    """One kind of thing: who does it, where it is found, what is said of it, where it is done."""

    action: Action
    source: Source
    title: str  # with {title}, {detail} and {total} of the rows
    why: str
    button: str
    endpoint: str
    key: str = ""  # the endpoint's name for the row's ref; without one, all rows are one item
    more: str = ""  # where the others of this kind are listed
    within: timedelta | None = None  # how long after `since` it is late
