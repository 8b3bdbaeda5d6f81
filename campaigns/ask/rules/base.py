"""What the other rules of an ask share."""

import sqlalchemy as sa

from campaigns.ask import queries
from campaigns.ask.models import Ask, Letter
from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money


class CampaignNotLive(Refused):
    """This campaign is not live, so nobody can be asked to support it now."""


class TooMuch(Refused):
    """More was asked or accepted than the campaign still needs."""

    field = "amount"

    def __init__(self, uncovered: Money) -> None:
        still = f"This campaign still needs {uncovered}; the amount can be up to that."
        super().__init__(still if uncovered else "Every need of this campaign has been covered in the meantime.")


def lock(ask: Ask) -> None:
    """Hold the ask against other writers until this transaction ends, and read it again, with its campaign,
    company, community and reply."""
    db.session.execute(sa.select(Ask.id).where(Ask.id == ask.id).with_for_update())
    # A statement of its own: PostgreSQL would take the reply from before the wait for the lock.
    db.session.scalars(queries.by_ref(ask.ref).execution_options(populate_existing=True)).one()


def letter_of(ask: Ask) -> Letter:
    """The letter as it reads now."""
    return db.session.scalars(queries.letter_of(ask.id)).one()


def check_live(campaign: Campaign) -> None:
    """Raise CampaignNotLive where it is not."""
    if campaign.state is not CampaignState.LIVE:
        raise CampaignNotLive()


def check_needed(amount: Money, campaign: Campaign) -> None:
    """Raise TooMuch where the campaign does not need so much any more."""
    if amount > campaign.uncovered:
        raise TooMuch(campaign.uncovered)
