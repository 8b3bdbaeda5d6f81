"""What may still be paid: by a campaign, and for each of its lines."""

from typing import NamedTuple

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement import queries
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.payment.queries import disputes


class OpenLine(NamedTuple):
    """A budget line, and what may still be proposed for it."""

    line: BudgetLine
    left: Money


def available(campaign: Campaign) -> Money:
    """What a campaign holds that is not proposed for any school, nor disputed by a sponsor's bank; never below zero."""
    proposed = db.session.scalars(queries.proposed_of(campaign.id)).one()
    return Money(max(undisputed(campaign.id) - proposed, 0), campaign.currency)


def undisputed(campaign_id: int) -> int:
    """What a campaign holds, in minor units, less what a sponsor's bank disputes."""
    held = db.session.scalar(queries.balance(campaign_id)) or 0
    return held - db.session.scalars(disputes.frozen(campaign_id)).one()


def open_lines(campaign_id: int, school_id: int | None = None) -> list[OpenLine]:
    """The budget lines of a campaign, or those for one school, with what each still needs."""
    return [
        OpenLine(line, Money(line.amount - line.disbursed - proposed, line.currency))
        for line, proposed in db.session.execute(queries.lines_of(campaign_id, school_id))
    ]
