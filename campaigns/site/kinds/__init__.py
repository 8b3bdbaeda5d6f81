"""Every kind of thing that can wait for a person, and what the today page says of it."""

from campaigns.site.kinds import money, publishing, students, team
from campaigns.site.kinds.base import Kind

__all__ = ["KINDS"]

KINDS: dict[str, Kind] = money.KINDS | students.KINDS | publishing.KINDS | team.KINDS
