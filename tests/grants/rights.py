"""What Ada opened in an emergency, and a link to what is held about an address."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Membership, User
from campaigns.account.states import Role
from campaigns.kit import clock, db, links
from campaigns.report.models import BreakGlass
from campaigns.report.rules import addresses
from campaigns.report.states import GlassReason
from campaigns.student.models import Application, Document
from campaigns.student.states import Stage

ASKER = "canary.asker@example.org"
CANARIES = {"break-glass reason": "Canary reason for breaking the glass", "address that asks": ASKER}


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make it, open for as long as the tests take; gives what addresses need."""
    papers = sa.select(Application).join(Document).where(Application.stage == Stage.APPROVED)
    application = db.session.scalars(papers).one()
    glass = BreakGlass(
        application_id=application.id,
        organisation_id=application.organisation_id,
        opened_by_id=users["ada"].id,
        reason=GlassReason.SECURITY,
        why=CANARIES["break-glass reason"],
        opened_at=clock.now() + timedelta(days=1),
    )
    db.session.add(glass)
    db.session.flush()
    # Otto is not the last to answer for Harbour, so that he may leave.
    harbour = get("harbour").id
    db.session.add(Membership(user_id=users["hana"].id, organisation_id=harbour, role=Role.ORGANISER))
    link = links.issue(addresses.LINK, 0, lasts=timedelta(days=1), payload={"email": ASKER})
    return {"glass": glass.id, "address_link": link}
