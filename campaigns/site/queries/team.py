"""Sources of the today page: the team and what it is late with."""

from campaigns.account.models import User
from campaigns.community import queries as communities
from campaigns.community.models import Invitation
from campaigns.site.queries.today import NOTHING, Rows, rows
from campaigns.student import queries as applications
from campaigns.student.models import Application


def late(_user: User, organisation_id: int) -> Rows:
    """Applications with which the community is late; the student was told."""
    waiting = applications.late(organisation_id).with_only_columns(Application.id)
    return rows(Application.ref, NOTHING, Application.stage_since).where(Application.id.in_(waiting))


def invitations(_user: User, organisation_id: int) -> Rows:
    """Invitations that nobody has taken yet."""
    pending = communities.open_invitations(organisation_id).with_only_columns(Invitation.id).order_by(None)
    return rows(NOTHING, NOTHING, Invitation.created_at).where(Invitation.id.in_(pending))
