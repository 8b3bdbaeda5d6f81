"""Writing an update."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.approval import rules as approvals
from campaigns.approval.states import Subject
from campaigns.audit import rules as audit
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.campaign.states import PUBLIC
from campaigns.kit import db, text
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.update import queries
from campaigns.update.models import Update
from campaigns.update.states import UpdateState


class NotPublic(Refused):
    """Updates are about campaigns that are public; this one is not."""


class Closed(Refused):
    """What has been published is not rewritten. Withdraw it and write another."""


def concerns_minor(campaign: Campaign, said: bool) -> bool:
    """Whether two people must read an update: where the author says so, and always where a student is a minor."""
    return said or db.session.scalars(campaigns.minors_of(campaign.id)).first() is not None


def create(campaign: Campaign, *, title: str, body: str, minor: bool, once: str, by: User) -> Update:
    """Begin an update on a public campaign, as a draft; `minor` is what the author says of its subject.

    The same `once` again returns the draft that it has made. Raises NotAllowed or NotPublic.
    """
    access.require(by, Action.WRITE_UPDATE, campaign)
    made = db.session.scalars(queries.made_with(once)).one_or_none()
    if made is not None:
        return made
    if campaign.state not in PUBLIC:
        raise NotPublic()
    update = Update(
        once=once, organisation_id=campaign.organisation_id, campaign_id=campaign.id, author_id=by.id, campaign=campaign
    )
    _write(update, campaign, title, body, minor)
    db.session.add(update)
    audit.record(by, "update.created", update)
    return update


def hold(update: Update) -> Campaign:
    """The campaign, and the update as it is now, held in this order against others until the transaction ends."""
    campaign = figures.lock(update.campaign_id)
    now = ["state", "content_hash", "concerns_minor", "approved_by_id", "approved_hash", "approval_id"]
    db.session.refresh(update, now, with_for_update=True)
    return campaign


def save(update: Update, *, title: str, body: str, minor: bool, by: User) -> None:
    """Change a draft. One that is being reviewed becomes a draft again, and no approval outlives the change.

    Only its author does, so that nobody approves words of their own. Raises NotAllowed or Closed.
    """
    access.require(by, Action.WRITE_UPDATE, update)
    if by.id != update.author_id:
        raise NotAllowed("Only its author changes an update; give it back with a note instead.")
    campaign = hold(update)
    if update.state not in {UpdateState.DRAFT, UpdateState.IN_REVIEW}:
        raise Closed()
    if update.state is UpdateState.IN_REVIEW:
        update.move_to(UpdateState.DRAFT)
    update.approved_by_id = update.approved_hash = None
    approvals.void(Subject.UPDATE, update.id)
    _write(update, campaign, title, body, minor)
    audit.record(by, "update.edited", update)


def _write(update: Update, campaign: Campaign, title: str, body: str, minor: bool) -> None:
    update.title, update.body, update.body_html = title, body, str(text.markdown(body))
    update.content_hash = text.content_hash(title, body)
    update.concerns_minor = concerns_minor(campaign, minor)
