"""From draft to page: a second person where a minor is concerned, consent checked in the same transaction."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import consent, figures
from campaigns.campaign.states import PUBLIC
from campaigns.kit import clock, crypto
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.kit.queue import nudge
from campaigns.notice import rules as notice
from campaigns.update.models import Update
from campaigns.update.rules.mailing import cause, mail_followers
from campaigns.update.rules.write import NotPublic, concerns_minor, hold
from campaigns.update.states import UpdateState


class NeedsApproval(Refused):
    """It concerns a student who is a minor, so a safeguarding officer has to approve it."""


class TextChanged(Refused):
    """The text has changed since you opened it. Read it again before you approve it."""


class NotInReview(Refused):
    """Its author is not done with it: it has not been sent for review, or was taken back."""


def send_for_review(update: Update, *, by: User) -> None:
    """Ask a safeguarding officer to read a draft. Raises NotAllowed or IllegalMove."""
    _require_author(update, by)
    campaign = hold(update)
    update.concerns_minor = concerns_minor(campaign, update.concerns_minor)
    update.returned_note = None
    update.move_to(UpdateState.IN_REVIEW)
    audit.record(by, "update.sent_for_review", update)


def give_back(update: Update, *, note: str, by: User) -> None:
    """Return what is in review to its author, saying what to change. Raises NotAllowed or IllegalMove."""
    access.require(by, Action.APPROVE_UPDATE, update)
    hold(update)
    update.move_to(UpdateState.DRAFT)
    update.returned_note = note
    audit.record(by, "update.given_back", update)


def approve(update: Update, *, seen: str, by: User) -> None:
    """Approve the very text whose content hash the officer has seen, and publish it.

    Raises NotAllowed (the author), TextChanged, NotInReview, NotPublic, or ConsentMissing.
    """
    access.require(by, Action.APPROVE_UPDATE, update)
    campaign = hold(update)
    if update.state is UpdateState.PUBLISHED and update.approved_by_id == by.id:
        return  # the second half of a double click
    if not crypto.same(update.content_hash, seen):
        raise TextChanged()
    if update.state is not UpdateState.IN_REVIEW:
        raise NotInReview()
    update.approved_by_id, update.approved_hash = by.id, update.content_hash
    _go_live(update, campaign, by)


def publish(update: Update, *, by: User) -> None:
    """Publish one's own update without another's approval, where no minor is concerned.

    Raises NotAllowed, NeedsApproval, IllegalMove, NotPublic, or ConsentMissing.
    """
    _require_author(update, by)
    campaign = hold(update)
    if update.state is UpdateState.PUBLISHED:
        return
    if concerns_minor(campaign, update.concerns_minor):
        raise NeedsApproval()
    _go_live(update, campaign, by)


def withdraw(update: Update, *, by: User) -> None:
    """Take a published update off every page at the next request, and out of e-mails that have not left.

    Those who write updates may, and those who approve them. Raises NotAllowed or IllegalMove.
    """
    writes = access.holds(by, Action.WRITE_UPDATE, update)
    access.require(by, Action.WRITE_UPDATE if writes else Action.APPROVE_UPDATE, update)
    hold(update)
    if update.state is UpdateState.WITHDRAWN:
        return
    update.move_to(UpdateState.WITHDRAWN)
    update.withdrawn_at = clock.now()
    figures.add(update.campaign_id, updates=-1)
    notice.call_back(cause(update.id))
    audit.record(by, "update.withdrawn", update)


def _require_author(update: Update, by: User) -> None:
    access.require(by, Action.WRITE_UPDATE, update)
    if by.id != update.author_id:
        raise NotAllowed("Its author decides when an update is ready.")


def _go_live(update: Update, campaign: Campaign, by: User) -> None:
    if campaign.state not in PUBLIC:
        raise NotPublic()
    consent.require(campaign, picture=False)
    update.published_at, update.returned_note = clock.now(), None
    update.move_to(UpdateState.PUBLISHED)
    figures.add(campaign.id, updates=1)
    audit.record(by, "update.published", update, content_hash=update.content_hash)
    nudge(mail_followers)
