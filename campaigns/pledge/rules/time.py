"""More time to pay."""

from datetime import date

import sqlalchemy as sa

from campaigns.campaign.rules import figures
from campaigns.kit import db
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.status import derive
from campaigns.pledge.states import UNPAID, InstalmentState


def give_time(instalment_id: int, until: date) -> None:
    """Let an amount be due on this day where that is later, as was agreed with its sponsor."""
    of_instalment = sa.select(Pledge.id, Pledge.campaign_id).join(Pledge.instalments)
    pledge_id, campaign_id = db.session.execute(of_instalment.where(Instalment.id == instalment_id)).one()
    figures.lock(campaign_id)
    pledge = db.session.scalars(queries.whole(pledge_id)).one()
    instalment = next(each for each in pledge.instalments if each.id == instalment_id)
    if instalment.state not in UNPAID or instalment.due_on >= until:
        return
    instalment.due_on, instalment.reminded_at = until, None
    if instalment.state is InstalmentState.OVERDUE:
        instalment.move_to(InstalmentState.DUE)
    pledge.status = derive(pledge)
    db.session.flush()
