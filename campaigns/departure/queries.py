"""Finding departures, and what each pledge stands for and has paid."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries import hidden
from campaigns.campaign.states import CampaignState
from campaigns.departure.models import Departure, Share
from campaigns.departure.states import OPEN, Choice, DepartureState
from campaigns.disbursement.models import Disbursement, DisbursementPart
from campaigns.disbursement.states import UNDERWAY
from campaigns.kit import clock, db
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.states import COUNTED, InstalmentState
from campaigns.student.models import Need

SUGGESTED = 5


def open_of(application_id: int) -> sa.Select[Departure]:
    """The departure of a student that is not settled."""
    return (
        sa.select(Departure)
        .where(Departure.application_id == application_id, Departure.state.in_(OPEN))
        .options(joinedload(Departure.application), joinedload(Departure.new_school))
    )


def visible_to(user: User) -> sa.Select[Departure]:
    """Departures from communities in which this person settles what becomes of the money."""
    mine = access.organisations_of(user, Action.SETTLE_DEPARTURE)
    return sa.select(Departure).where(Departure.organisation_id.in_(mine), Departure.confirmed_at.is_not(None))


def listed(user: User, organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of the list, for `paging.page` by id: nothing of the student."""
    waiting = sa.select(sa.func.count()).where(Share.departure_id == Departure.id, Share.done_at.is_(None))
    return (
        visible_to(user)
        .where(Departure.organisation_id == organisation_id)
        .with_only_columns(
            *(Departure.id, Departure.ref, Departure.kind, Departure.state, Departure.confirmed_at),
            Departure.choose_by,
            waiting.scalar_subquery().label("waiting"),
        )
    )


def for_page(user: User, organisation_id: int, ref: str) -> sa.Select[Departure]:
    """One departure with all that sponsors were asked and chose."""
    shares = selectinload(Departure.shares)
    return (
        visible_to(user)
        .where(Departure.organisation_id == organisation_id, Departure.ref == ref)
        .options(
            shares.joinedload(Share.pledge),
            shares.joinedload(Share.campaign),
            shares.joinedload(Share.target),
            shares.selectinload(Share.kept),
        )
    )


def locked(departure_id: int) -> sa.Select[Departure]:
    """The departure as it is now, held until this transaction ends."""
    return (
        sa.select(Departure)
        .where(Departure.id == departure_id)
        .options(selectinload(Departure.application))
        .with_for_update(of=Departure)
        .execution_options(populate_existing=True)
    )


def locked_share(share_id: int) -> sa.Select[Share]:
    """What is left of a pledge, as it is now, held until this transaction ends."""
    return (
        sa.select(Share)
        .where(Share.id == share_id)
        .options(selectinload(Share.kept), selectinload(Share.departure), selectinload(Share.campaign))
        .with_for_update(of=Share)
        .execution_options(populate_existing=True)
    )


def share_of(pledge_ref: str, share_id: int) -> sa.Select[Share]:
    """What is left of a pledge whose signed link was followed."""
    return (
        sa.select(Share)
        .join(Share.pledge)
        .where(Pledge.ref == pledge_ref, Share.id == share_id)
        .options(
            joinedload(Share.pledge),
            joinedload(Share.departure),
            joinedload(Share.campaign).joinedload(Campaign.organisation),
            joinedload(Share.target),
            selectinload(Share.kept),
        )
    )


def not_done(departure_id: int) -> sa.Select[int]:
    """The shares of a departure of which nothing has become yet."""
    return sa.select(Share.id).where(Share.departure_id == departure_id, Share.done_at.is_(None)).order_by(Share.id)


def unsettled_of(pledge_id: int) -> sa.Select[int]:
    """The ids of what is left of a pledge and has become nothing yet."""
    return sa.select(Share.id).where(Share.pledge_id == pledge_id, Share.done_at.is_(None)).order_by(Share.id)


def silent(departure_id: int) -> sa.Select[Share]:
    """The shares of a departure whose sponsors have chosen nothing, with their pledges."""
    unanswered = sa.select(Share).where(Share.departure_id == departure_id, Share.choice.is_(None))
    return unanswered.options(joinedload(Share.pledge), joinedload(Share.campaign)).order_by(Share.id)


def choosing(until: "sa.ColumnElement[bool]") -> sa.Select[int]:
    """The ids of departures whose sponsors are being asked, and for which this holds too."""
    return sa.select(Departure.id).where(Departure.state == DepartureState.CHOOSING, until).order_by(Departure.id)


def undecided(organisation_id: int) -> sa.Select[Departure]:
    """Departures of which the community has to decide something."""
    left_to_it = sa.exists().where(
        Share.departure_id == Departure.id, Share.choice == Choice.COMMUNITY, Share.done_at.is_(None)
    )
    return sa.select(Departure).where(Departure.organisation_id == organisation_id, left_to_it)


def lines_of(application_id: int) -> sa.Select[BudgetLine]:
    """The budget lines of a student that campaigns still ask or hold money for."""
    return (
        sa.select(BudgetLine)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(Need.application_id == application_id, BudgetLine.released_at.is_(None), BudgetLine.left_at.is_(None))
        .order_by(BudgetLine.id)
        .execution_options(populate_existing=True)
    )


def proposed_for(line_ids: "list[int]") -> sa.Select[int]:
    """Payments to a school that are proposed for one of these lines and have not left."""
    return (
        sa.select(Disbursement.id)
        .join(DisbursementPart, DisbursementPart.disbursement_id == Disbursement.id)
        .where(DisbursementPart.line_id.in_(line_ids), Disbursement.state.in_(UNDERWAY))
        .limit(1)
    )


def stakes(campaign_id: int) -> "sa.Select[int, int, int, int]":
    """What stands for what in a campaign: (pledge, line, amount, what has gone to the school for that line)."""
    return (
        sa.select(Allocation.pledge_id, Allocation.line_id, Allocation.amount, BudgetLine.disbursed)
        .join(BudgetLine, BudgetLine.id == Allocation.line_id)
        .where(BudgetLine.campaign_id == campaign_id)
        .order_by(Allocation.line_id, Allocation.pledge_id)
    )


def paid_of(campaign_id: int) -> "sa.Select[int, int]":
    """What each pledge to a campaign has paid."""
    return (
        sa.select(Instalment.pledge_id, db.total(Instalment.amount))
        .join(Pledge, Pledge.id == Instalment.pledge_id)
        .where(Pledge.campaign_id == campaign_id, Pledge.status.in_(COUNTED))
        .where(Instalment.state == InstalmentState.PAID)
        .group_by(Instalment.pledge_id)
    )


def open_campaigns(share: Share, least: int) -> sa.Select[Campaign]:
    """Other campaigns of the community that take so much (minor units) now, those that lack least first."""
    lacks = Campaign.asked - Campaign.pledged - Campaign.held
    community = sa.select(Pledge.organisation_id).where(Pledge.id == share.pledge_id)
    return (
        sa.select(Campaign)
        .where(
            Campaign.organisation_id == community.scalar_subquery(),
            Campaign.id != share.campaign_id,
            Campaign.state == CampaignState.LIVE,
            Campaign.currency == share.currency,
            Campaign.deadline >= clock.today(),
            lacks >= least,
            ~hidden(),
        )
        .order_by(lacks, Campaign.id)
    )


def takes(share: Share, least: int, campaign_id: int) -> sa.Select[int]:
    """The id of this campaign, where it takes so much (minor units) now."""
    return open_campaigns(share, least).where(Campaign.id == campaign_id).with_only_columns(Campaign.id)


def room_in(campaign_id: int, but: "list[int]") -> sa.Select[int]:
    """What a campaign's lines still lack, in minor units, `but` for these lines."""
    lacking = db.total(BudgetLine.amount - BudgetLine.pledged - BudgetLine.held)
    return sa.select(lacking).where(
        BudgetLine.campaign_id == campaign_id,
        BudgetLine.released_at.is_(None),
        BudgetLine.left_at.is_(None),
        BudgetLine.id.not_in(but),
    )


def sponsors_of(application_id: int) -> sa.Select[Pledge]:
    """The pledges that stand for a student, with their campaigns."""
    theirs = (
        sa.select(Allocation.pledge_id)
        .join(BudgetLine, BudgetLine.id == Allocation.line_id)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(Need.application_id == application_id)
    )
    counted = sa.select(Pledge).where(Pledge.id.in_(theirs), Pledge.status.in_(COUNTED))
    return counted.options(joinedload(Pledge.campaign)).order_by(Pledge.id)


def schools_of(ids: "list[int]") -> sa.Select[Organisation]:
    """Schools by their numbers."""
    return sa.select(Organisation).where(Organisation.id.in_(ids))


def left_lines(line_ids: "list[int]") -> sa.Select[BudgetLine]:
    """Those of these lines whose student has left, as they are now."""
    left = sa.select(BudgetLine).where(BudgetLine.id.in_(line_ids), BudgetLine.left_at.is_not(None))
    return left.order_by(BudgetLine.id).execution_options(populate_existing=True)
