"""A campaign follows its pledges: funded when the last need is covered, open again when one is not any more."""

from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock


def follow_pledges(campaign: Campaign) -> None:
    """Move a live campaign that is pledged in full to funded, and a funded one that is not back to live.

    The caller holds the campaign's lock and has changed its figures.
    """
    full = campaign.pledged >= campaign.asked
    if campaign.state is CampaignState.LIVE and full:
        campaign.move_to(CampaignState.FUNDED)
        campaign.funded_at = clock.now()
        audit.record(None, "campaign.funded", campaign)
    elif campaign.state is CampaignState.FUNDED and not full:
        campaign.move_to(CampaignState.LIVE)
        audit.record(None, "campaign.reopened", campaign)
