"""A pledge ends before all of it is paid: what is unpaid gives its lines back, what was paid stays."""

from collections.abc import Sequence
from typing import Any

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.queries import renewals
from campaigns.pledge.rules.cover import free
from campaigns.pledge.rules.own import page_of
from campaigns.pledge.rules.status import derive
from campaigns.pledge.states import UNPAID, InstalmentState, PledgeStatus, Renewal

NOT_PAID = "not paid in time"


class NothingToEnd(Refused):
    """Nothing of this pledge is open any more."""


def withdraw(pledge: Pledge, reason: str) -> None:
    """Take back what a sponsor has not paid yet, with the reason given. Raises NothingToEnd.

    Whoever does so has answered what they were asked about a changed cost.
    """
    end(pledge, InstalmentState.CANCELLED, reason)
    for asked in db.session.scalars(renewals.open_ones(pledge.id)):
        asked.answer, asked.answered_at = Renewal.TAKEN_BACK, clock.now()
    audit.record(None, "pledge.withdrawn", pledge)
    tell_team(pledge, "withdrawn", reason=reason)
    tell(pledge, "pledge/mail/withdrawn", f"pledge.withdrawn:{pledge.id}")


def let_go(pledge: Pledge, instalments: Sequence[Instalment], state: InstalmentState) -> None:
    """Move some of what is unpaid to `state`, and free so much of the lines; the rest of the pledge goes on.

    The caller holds the campaign's lock and has loaded the pledge whole under it.
    """
    amount = sum((each.money for each in instalments), Money.zero(pledge.currency))
    for instalment in instalments:
        instalment.move_to(state)
    pledge.amount -= amount.amount
    pledge.status = derive(pledge)
    free(pledge, amount)


def end(pledge: Pledge, state: InstalmentState, reason: str) -> None:
    """Move what is overdue to `state` and cancel what was not due yet, free the lines, take back the figures.

    Raises NothingToEnd.
    """
    campaign = figures.lock(pledge.campaign_id)
    db.session.scalars(queries.whole(pledge.id)).one()
    unpaid = [each for each in pledge.instalments if each.state in UNPAID]
    if not unpaid:
        raise NothingToEnd()
    open_amount = Money(sum(each.amount for each in unpaid), campaign.currency)
    counted = pledge.status is not PledgeStatus.PROMISED
    for instalment in unpaid:
        overdue = instalment.state is InstalmentState.OVERDUE
        instalment.move_to(state if overdue else InstalmentState.CANCELLED)
    if open_amount < pledge.money:
        pledge.amount -= open_amount.amount
    pledge.ended_at, pledge.end_reason, pledge.paused_until = clock.now(), reason, None
    pledge.status = derive(pledge)
    if counted:
        free(pledge, open_amount)


def end_quietly(pledge: Pledge, reason: str) -> None:
    """Take back what is not paid, for a rule that tells the sponsor itself. Raises NothingToEnd."""
    end(pledge, InstalmentState.CANCELLED, reason)
    audit.record(None, "pledge.ended", pledge, reason=reason)


def tell_team(pledge: Pledge, what: str, *, reason: str | None = None) -> None:
    """Mail those who receive money what a sponsor has done: `amended`, `paused`, `resumed` or `withdrawn`."""
    community = db.session.get_one(Organisation, pledge.organisation_id)
    for person in db.session.scalars(access.holders(Action.RECORD_PAYMENT, community.id)).all():
        notice.send(
            person.email,
            "pledge/mail/team",
            key=f"pledge.team_{what}:{pledge.id}:{clock.now().isoformat()}",
            community_name=community.name,
            name=person.name,
            pledge=pledge,
            what=what,
            campaign=pledge.campaign.title,
            url=links.url("pledge.mine", slug=community.slug),
            reason=reason,
        )


def tell(pledge: Pledge, template: str, key: str, **context: Any) -> None:
    """Mail the sponsor about the pledge, with its own page."""
    notice.send(
        pledge.email,
        template,
        key=key,
        community_name=db.session.get_one(Organisation, pledge.organisation_id).name,
        pledge=pledge,
        campaign=pledge.campaign.title,
        url=page_of(pledge.ref),
        **context,
    )
