"""What a sponsor may change on the pledge's own page, and what the team shows of it."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock
from campaigns.kit.errors import Refused
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules.confirmation import Wishes, hear


class NoMessage(Refused):
    """This pledge came without a message."""


def change(pledge: Pledge, wishes: Wishes) -> None:
    """Show the sponsor as wished from now on, send updates or not, and keep where what is too much shall go."""
    if pledge.show_name != wishes.show_name:
        pledge.show_name = wishes.show_name
        figures.touch(pledge.campaign_id)
        audit.record(None, "pledge.shown" if wishes.show_name else "pledge.hidden", pledge)
    if pledge.surplus is not wishes.surplus:
        pledge.surplus = wishes.surplus
        audit.record(None, "pledge.surplus_changed", pledge, surplus=wishes.surplus)
    hear(pledge, wishes.updates)


def show_message(pledge: Pledge, shown: bool, *, by: User) -> None:
    """Put a sponsor's message, once somebody of the team has read it, on the campaign's page, or take it off.

    Raises NotAllowed, NoMessage.
    """
    access.require(by, Action.EDIT_CAMPAIGN, pledge)
    if not pledge.message:
        raise NoMessage()
    pledge.message_shown_at = clock.now() if shown else None
    figures.touch(pledge.campaign_id)
    audit.record(by, "pledge.message_shown" if shown else "pledge.message_hidden", pledge)
