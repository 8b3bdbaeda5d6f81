"""An application comes in, for the first time or again."""

from campaigns.student.models import Application
from campaigns.student.rules.vetting import conflicts, diff, parties
from campaigns.student.states import ConflictKind


def arrive(application: Application) -> None:
    """Keep what was sent and note who keeps out of it; what an earlier panel found counts no more."""
    application.score = application.recommended = None
    diff.keep(application)
    if application.helper_email:
        conflicts.has_part(application, ConflictKind.HELPER, parties.prints_of(application.helper_email))
    conflicts.find(application)
