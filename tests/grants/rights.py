"""What Ada opened in an emergency, of the application that is approved."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.kit import clock, db
from campaigns.report.models import BreakGlass
from campaigns.report.states import GlassReason
from campaigns.student.models import Application, Document

CANARIES = {"break-glass reason": "Canary reason for breaking the glass"}


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make it, open for as long as the tests take; gives what addresses need."""
    application = db.session.scalars(sa.select(Application).join(Document)).one()
    later = clock.now() + timedelta(days=1)
    glass = BreakGlass(
        application_id=application.id,
        organisation_id=application.organisation_id,
        opened_by_id=users["ada"].id,
        reason=GlassReason.SECURITY,
        why=CANARIES["break-glass reason"],
        opened_at=later,
        until=BreakGlass.ends(later),
    )
    db.session.add(glass)
    db.session.flush()
    return {"glass": glass.id}
