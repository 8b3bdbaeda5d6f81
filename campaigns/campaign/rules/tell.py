"""E-mails about a campaign to those in the team who have to do something, or wait to hear."""

from typing import Any

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.account.states import Role
from campaigns.approval.models import Approval
from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.kit import db, links
from campaigns.notice import rules as notice


def officers(campaign: Campaign, by: User) -> None:
    """Ask the community's safeguarding officers to read what `by` has submitted."""
    for officer in db.session.scalars(access.holders(Action.REVIEW_CAMPAIGN, campaign.organisation_id)):
        if officer.id != by.id:
            _to_reader(campaign, officer, "review", author_name=by.name)


def second_reader(campaign: Campaign, approval: Approval) -> None:
    """Ask those who can be the second to read what the first has approved: officers, where the first was none."""
    officer = approval.first_role is Role.SAFEGUARDING_OFFICER
    action = Action.READ_FOR_PUBLICATION if officer else Action.REVIEW_CAMPAIGN
    for person in db.session.scalars(access.holders(action, campaign.organisation_id)):
        if person.email_canonical not in {approval.first_email, approval.author_email}:
            _to_reader(campaign, person, "second")


def _to_reader(campaign: Campaign, person: User, template: str, **more: Any) -> None:
    community = db.session.get_one(Organisation, campaign.organisation_id)
    notice.send(
        person.email,
        f"campaign/mail/{template}",
        key=f"campaign.{template}:{campaign.id}:{_steps(campaign)}",
        name=person.name,
        title=campaign.title,
        community_name=community.name,
        url=links.url("campaign.review", slug=community.slug, campaign_slug=campaign.slug),
        **more,
    )


def author(campaign: Campaign, author_id: int, outcome: str, note: str = "") -> None:
    """Tell the author that it was approved or sent back."""
    community = db.session.get_one(Organisation, campaign.organisation_id)
    wrote = db.session.get_one(User, author_id)
    notice.send(
        wrote.email,
        f"campaign/mail/{outcome}",
        key=f"campaign.{outcome}:{campaign.id}:{campaign.version}:{_steps(campaign)}",
        name=wrote.name,
        title=campaign.title,
        note=note,
        community_name=community.name,
        url=links.url("campaign.manage", slug=community.slug, campaign_slug=campaign.slug),
        public_url=links.url("site.campaign", slug=campaign.slug),
    )


def _steps(campaign: Campaign) -> int:
    """How often this has gone back and forth; a number for the keys of its e-mails."""
    return db.session.scalars(queries.steps_of(campaign)).one()
