"""What a campaign takes: the refusals that a sponsor may meet, when promising and when confirming."""

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import OPEN_FOR_PLEDGES, CampaignState
from campaigns.kit import amounts, clock
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money


class Closed(Refused):
    """This campaign takes no pledges any more. Nothing was promised; what you typed is still here."""


class Paused(Closed):
    """This campaign is paused and takes no pledges at the moment. Nothing was promised; please try again later."""


class FullyCovered(Closed):
    """Others have just covered everything this campaign asks for. Thank you: nothing more is needed here."""


class Reserved(Closed):
    """What others have not covered is reserved for a company for some weeks. Nothing was promised; please try again."""


class TooSmall(Refused):
    """The pledge is under the smallest one."""

    field = "amount"

    def __init__(self, floor: Money) -> None:
        super().__init__(f"The smallest pledge is {floor}.")


class MoreThanUncovered(Refused):
    """The pledge is more than the campaign still needs; `left` says what would be taken."""

    field = "amount"

    def __init__(self, left: Money) -> None:
        self.left = left
        super().__init__(f"Only {left} is still uncovered. Pledge that or less.")


def floor(currency: str) -> Money:
    """The smallest pledge: one whole unit of the currency."""
    return Money(10 ** amounts.digits(currency), currency)


def is_open(campaign: Campaign) -> bool:
    """Whether the campaign takes pledges at all now."""
    return campaign.state in OPEN_FOR_PLEDGES and campaign.deadline >= clock.today()


def check_running(campaign: Campaign) -> None:
    """Return quietly where the campaign takes pledges at all now. Raises Closed (Paused, FullyCovered)."""
    if campaign.state is CampaignState.PAUSED:
        raise Paused()
    if campaign.state is CampaignState.FUNDED:
        raise FullyCovered()
    if not is_open(campaign):
        raise Closed()


def check_taken(campaign: Campaign, amount: Money) -> None:
    """Return quietly where the campaign takes a pledge of this amount now.

    Raises Closed (Paused, FullyCovered, Reserved), MoreThanUncovered, TooSmall; the last cent may always be pledged.
    """
    check_open(campaign, amount)
    if amount < min(floor(amount.currency), campaign.uncovered):
        raise TooSmall(floor(amount.currency))


def check_open(campaign: Campaign, amount: Money) -> None:
    """The same for so much more of a pledge that stands already, however small. Raises Closed, MoreThanUncovered."""
    check_running(campaign)
    if not campaign.uncovered:
        raise Reserved() if campaign.held else FullyCovered()
    if amount > campaign.uncovered:
        raise MoreThanUncovered(campaign.uncovered)
