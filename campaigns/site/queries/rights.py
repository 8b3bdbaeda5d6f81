"""Sources of the today page: what was opened in an emergency, and money of students who were erased."""

from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.report.models import BreakGlass
from campaigns.site.queries.today import NOTHING, Rows, rows
from campaigns.student import queries as students
from campaigns.student.models import Application, Need, PersonKey


def unacknowledged(user: User, organisation_id: int) -> Rows:
    """What somebody else opened, and nobody has acknowledged yet."""
    return (
        rows(BreakGlass.id, Application.ref, BreakGlass.opened_at)
        .select_from(BreakGlass)
        .join(Application, Application.id == BreakGlass.application_id)
        .where(
            BreakGlass.organisation_id == organisation_id,
            BreakGlass.acknowledged_at.is_(None),
            BreakGlass.opened_by_id != user.id,
        )
    )


def money_of_erased(_user: User, organisation_id: int) -> Rows:
    """Costs of students who were erased for which more is pledged than was sent."""
    return (
        rows(NOTHING, NOTHING, PersonKey.destroyed_at)
        .select_from(BudgetLine)
        .join(Campaign, Campaign.id == BudgetLine.campaign_id)
        .join(Need, Need.id == BudgetLine.need_id)
        .join(PersonKey, PersonKey.application_id == Need.application_id)
        .where(
            Campaign.organisation_id == organisation_id,
            Need.application_id.in_(students.erased()),
            BudgetLine.pledged > BudgetLine.disbursed,
        )
    )
