"""What waits for those who run a community."""

from campaigns.access import Action
from campaigns.site.kinds.base import Kind
from campaigns.site.queries import team

KINDS: dict[str, Kind] = {
    "late": Kind(
        Action.MANAGE_TEAM,
        team.late,
        "Applications that wait too long: {total}",
        "Vetters were reminded, and the students told. Talk with your team.",
        "See the team",
        "community.team",
    ),
    "invitations": Kind(
        Action.MANAGE_TEAM,
        team.invitations,
        "Invitations that nobody has taken yet: {total}",
        "Send them again, or invite somebody else.",
        "See the team",
        "community.team",
    ),
}
