"""From draft to page: two others where a minor is concerned, consent checked in the same transaction."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.approval import rules as approvals
from campaigns.approval.models import Approval
from campaigns.approval.rules import Answers, Text
from campaigns.approval.states import Subject
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
    """It concerns a student who is a minor, so two people have to approve it, one of them a safeguarding officer."""


class TextChanged(Refused):
    """The text has changed since you opened it. Read it again before you approve it."""


class NotInReview(Refused):
    """Its author is not done with it: it has not been sent for review, or was taken back."""


def send_for_review(update: Update, *, by: User) -> None:
    """Ask others to read a draft. Raises NotAllowed or IllegalMove."""
    _require_author(update, by)
    campaign = hold(update)
    update.concerns_minor = concerns_minor(campaign, update.concerns_minor)
    update.returned_note = None
    update.move_to(UpdateState.IN_REVIEW)
    audit.record(by, "update.sent_for_review", update)


def require_reader(by: User, update: Update) -> None:
    """Raise NotAllowed unless this person may approve the update or give it back.

    Where a minor is concerned most of the team may be one of the two; otherwise a safeguarding officer alone.
    """
    if update.concerns_minor:
        approvals.require_reader(by, _text(update))
    else:
        access.require(by, Action.APPROVE_UPDATE, update)


def _text(update: Update) -> Text:
    return Text(Subject.UPDATE, update.id, update.organisation_id, update.content_hash, update.author_id)


def approval_of(update: Update) -> Approval | None:
    """What stands of the update's words: half an approval, a whole one, or none."""
    return approvals.standing(Subject.UPDATE, update.id, update.content_hash)


def give_back(update: Update, *, note: str, by: User) -> None:
    """Return what is in review to its author, saying what to change. Raises NotAllowed or IllegalMove."""
    require_reader(by, update)
    hold(update)
    update.move_to(UpdateState.DRAFT)
    update.returned_note = note
    approvals.void(Subject.UPDATE, update.id)
    audit.record(by, "update.given_back", update)


def approve(update: Update, *, seen: str, by: User, answers: Answers | None = None) -> bool:
    """Approve the very text whose content hash was read; with the last approval it is published, and this is True.

    Where a minor is concerned, two people approve it and answer the checklist. Raises NotAllowed (the author),
    TextChanged, NotInReview, NotPublic, ConsentMissing, or what `approval.rules.approve` raises.
    """
    require_reader(by, update)
    campaign = hold(update)
    if update.state is UpdateState.PUBLISHED and update.approved_by_id == by.id:
        return True  # the second half of a double click
    if not crypto.same(update.content_hash, seen):
        raise TextChanged()
    if update.state is not UpdateState.IN_REVIEW:
        raise NotInReview()
    update.concerns_minor = concerns_minor(campaign, update.concerns_minor)
    _check_public(campaign)
    if update.concerns_minor:
        given = approvals.approve(_text(update), answers=answers or {}, by=by)
        if not given.is_complete:
            return False
        update.approval_id = given.id
    update.approved_by_id, update.approved_hash = by.id, update.content_hash
    _go_live(update, campaign, by)
    return True


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
    _check_public(campaign)
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


def _check_public(campaign: Campaign) -> None:
    if campaign.state not in PUBLIC:
        raise NotPublic()
    consent.require(campaign, picture=False)


def _go_live(update: Update, campaign: Campaign, by: User) -> None:
    update.published_at, update.returned_note = clock.now(), None
    update.move_to(UpdateState.PUBLISHED)
    figures.add(campaign.id, updates=1)
    audit.record(by, "update.published", update, content_hash=update.content_hash)
    nudge(mail_followers)
