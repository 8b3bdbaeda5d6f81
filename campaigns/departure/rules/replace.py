"""Another approved student takes the place that is free in a campaign for a group."""

from collections.abc import Collection

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import figures, funding
from campaigns.campaign.states import CampaignState
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.student import rules as students
from campaigns.student.models import Application, Need
from campaigns.student.states import Purpose

TAKES = frozenset({CampaignState.LIVE, CampaignState.PAUSED, CampaignState.FUNDED})


class OneStudent(Refused):
    """This page tells of one student. Create a campaign for the other one instead."""


class Ended(Refused):
    """This campaign has ended. Create a new one instead."""


class BadNeeds(Refused):
    """Choose at least one need that no campaign asks for."""

    field = "needs"


def replace(campaign: Campaign, need_ids: Collection[int], *, by: User) -> None:
    """Let a campaign for a group ask for these needs of another approved student as well; its goal grows by them.

    Raises NotAllowed, OneStudent, Ended, BadNeeds, NoConsent.
    """
    access.require(by, Action.EDIT_CAMPAIGN, campaign)
    campaign = figures.lock(campaign.id)
    if not db.session.scalar(sa.select(campaigns.tells_of_several(campaign.id))):
        raise OneStudent()
    if campaign.state not in TAKES:
        raise Ended()
    chosen = campaigns.open_needs(campaign.organisation_id).where(Need.id.in_(need_ids))
    needs = db.session.scalars(chosen.with_for_update(of=Need)).all()
    if not needs or len(needs) < len(set(need_ids)) or {need.currency for need in needs} != {campaign.currency}:
        raise BadNeeds()
    ids = {need.application_id for need in needs}
    students.require_consent(ids, Purpose.PUBLISH_TEXT)
    db.session.add_all(_line(campaign, need) for need in needs)
    figures.add(campaign.id, asked=sum(need.amount for need in needs))
    for application in db.session.scalars(sa.select(Application).where(Application.id.in_(ids))).all():
        students.support(application, by=by)
    funding.follow_pledges(figures.lock(campaign.id))
    audit.record(by, "campaign.student_taken_in", campaign, needs=len(needs))


def _line(campaign: Campaign, need: Need) -> BudgetLine:
    return BudgetLine(
        campaign_id=campaign.id,
        need_id=need.id,
        school_id=need.application.school_id,
        alias=need.application.alias,
        label=need.label,
        kind=need.kind.value,
        term=need.term,
        amount=need.amount,
        currency=need.currency,
    )
