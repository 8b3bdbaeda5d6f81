"""Pausing, ending and winding up a campaign; what its deadline and figures make of it."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import consent, figures, write
from campaigns.campaign.states import ENDED_EARLY, CampaignState
from campaigns.file import rules as files
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused


class HasSponsors(Refused):
    """Sponsors have pledged for this already. Close it instead: what was promised can still arrive."""


class MoneyUnderway(Refused):
    """First pay out what was received, and add the schools' receipts."""


def pause(campaign: Campaign, *, by: User) -> None:
    """Take no pledges for a while. Raises NotAllowed, IllegalMove. A safeguarding officer may, too."""
    edits = access.holds(by, Action.EDIT_CAMPAIGN, campaign)
    access.require(by, Action.EDIT_CAMPAIGN if edits else Action.REVIEW_CAMPAIGN, campaign)
    _move(campaign, CampaignState.PAUSED, by)


def resume(campaign: Campaign, *, by: User) -> None:
    """Take pledges again. Raises NotAllowed, IllegalMove, ConsentMissing, BadDeadline."""
    access.require(by, Action.EDIT_CAMPAIGN, campaign)
    write.check_deadline(campaign.deadline)
    consent.require(campaign, picture=campaign.cover_shows_student)
    _move(campaign, CampaignState.LIVE, by)
    step(campaign)


def close_short(campaign: Campaign, *, by: User) -> None:
    """End it before its goal is reached; needs without a pledge are free again. Raises NotAllowed, IllegalMove."""
    access.require(by, Action.CLOSE_CAMPAIGN, campaign)
    _move(campaign, CampaignState.CLOSED_SHORT, by)


def cancel(campaign: Campaign, *, by: User) -> None:
    """Take it from the public for good. Raises NotAllowed, IllegalMove, HasSponsors once there is any pledge."""
    access.require(by, Action.CLOSE_CAMPAIGN, campaign)
    figures.lock(campaign.id)
    if campaign.pledged or campaign.received:
        raise HasSponsors()
    _move(campaign, CampaignState.CANCELLED, by)


def finish(campaign: Campaign, *, by: User) -> None:
    """Close the book once every cent is with the schools and receipted.

    Raises NotAllowed, IllegalMove, MoneyUnderway.
    """
    access.require(by, Action.CLOSE_CAMPAIGN, campaign)
    figures.lock(campaign.id)
    paid_out = campaign.disbursed >= min(campaign.received, campaign.asked)
    if not paid_out or campaign.proven < campaign.disbursed:
        raise MoneyUnderway()
    _move(campaign, CampaignState.CLOSED, by)


def step(campaign: Campaign) -> None:
    """Bring the state in line with the deadline and the figures; call it when pledges were added or taken back.

    The caller holds the campaign's lock.
    """
    target = _due(campaign)
    if target is not None:
        _move(campaign, target, None)


def _due(campaign: Campaign) -> CampaignState | None:
    over = campaign.deadline < clock.today()
    covered = campaign.pledged >= campaign.asked
    arrived = campaign.received >= campaign.pledged
    match campaign.state:
        case CampaignState.LIVE if covered:
            return CampaignState.FUNDED
        case CampaignState.LIVE | CampaignState.PAUSED if over:
            return CampaignState.CLOSED_SHORT
        case CampaignState.FUNDED if not covered and not over:
            return CampaignState.LIVE
        case CampaignState.FUNDED | CampaignState.SETTLING if arrived:
            return CampaignState.REPORTING
        case CampaignState.FUNDED if over:
            return CampaignState.SETTLING
        case CampaignState.CLOSED_SHORT if campaign.pledged:
            return CampaignState.REPORTING if arrived else CampaignState.SETTLING
    return None


def _move(campaign: Campaign, state: CampaignState, by: User | None) -> None:
    fresh = figures.lock(campaign.id)
    fresh.move_to(state)
    if state is CampaignState.FUNDED:
        fresh.funded_at = clock.now()
    if state in ENDED_EARLY:
        figures.release_uncovered(fresh.id)
    figures.touch(fresh.id)
    audit.record(by, f"campaign.{state}", fresh)


def hide_without_consent(campaign: Campaign) -> None:
    """Pause a campaign whose page is hidden because consent to it no longer holds."""
    _move(campaign, CampaignState.PAUSED, None)


def take_out_withdrawn(campaign: Campaign) -> None:
    """Ask no longer for those of a group who do not consent to it any more; what was pledged for them stays."""
    figures.lock(campaign.id)
    lines = queries.unpledged_without_consent(campaign.id).execution_options(populate_existing=True)
    for line in db.session.scalars(lines).all():
        figures.take_out(line)
    audit.record(None, "campaign.student_taken_out", campaign)
    step(figures.lock(campaign.id))


def drop_cover(campaign: Campaign) -> None:
    """Destroy a cover that shows a student who no longer consents to it; `cover` must be loaded."""
    cover = campaign.cover
    if cover is None:
        return
    campaign.cover, campaign.cover_alt, campaign.cover_shows_student = None, "", False
    db.session.flush()
    files.discard(cover)
    figures.touch(campaign.id)
    audit.record(None, "campaign.cover_dropped", campaign)


def hide_cover(campaign: Campaign) -> None:
    """Let nobody fetch the cover of a page that is hidden; `cover` must be loaded."""
    if campaign.cover is not None:
        files.hide(campaign.cover)
        audit.record(None, "campaign.cover_hidden", campaign)


def show_cover(campaign: Campaign) -> None:
    """Let everybody fetch the cover again, once consent to all of it holds; `cover` must be loaded."""
    consent.require(campaign, picture=campaign.cover_shows_student)
    if campaign.cover is not None:
        files.publish(campaign.cover)
        figures.touch(campaign.id)
        audit.record(None, "campaign.cover_shown", campaign)
