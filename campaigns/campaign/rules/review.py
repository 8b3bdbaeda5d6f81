"""Others than those who wrote it read what is to be published: two people, one of them a safeguarding officer,
where a student is a minor; one officer where all are of age."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.approval import rules as approvals
from campaigns.approval.models import Approval
from campaigns.approval.rules import Answers, Text
from campaigns.approval.states import Subject
from campaigns.audit import rules as audit
from campaigns.campaign import queries
from campaigns.campaign.models import Campaign, Revision
from campaigns.campaign.rules import consent, costs, figures, tell, words, write
from campaigns.campaign.states import MOVES, CampaignState
from campaigns.file import rules as files
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed, Refused
from campaigns.kit.states import check_move
from campaigns.student import rules as students


class Changed(Refused):
    """Somebody has changed this since you opened it. Read it again."""


def submit(campaign: Campaign, *, by: User) -> None:
    """Hand a draft, with the costs that are confirmed, to the community's safeguarding officers.

    Raises NotAllowed, IllegalMove, BadDeadline, NothingConfirmed.
    """
    access.require(by, Action.EDIT_CAMPAIGN, campaign)
    _hold(campaign)
    write.check_deadline(campaign.deadline)
    campaign.move_to(CampaignState.IN_REVIEW)
    costs.keep_confirmed(campaign)
    campaign.returned_note, campaign.concerns_minor = None, concerns_minor(campaign)
    audit.record(by, "campaign.submitted", campaign)
    tell.officers(campaign, by)


def take_back(campaign: Campaign, *, by: User) -> None:
    """Make it a draft again, before anybody has decided. Raises NotAllowed, IllegalMove."""
    access.require(by, Action.EDIT_CAMPAIGN, campaign)
    campaign.move_to(CampaignState.DRAFT)
    approvals.void(Subject.CAMPAIGN, campaign.id)
    audit.record(by, "campaign.taken_back", campaign)


def concerns_minor(campaign: Campaign) -> bool:
    """Whether one of its students is a minor now."""
    return db.session.scalars(queries.minors_of(campaign.id)).first() is not None


def require_reviewer(by: User, campaign: Campaign) -> None:
    """Raise NotAllowed unless this person, who wrote none of its words, may review the campaign.

    Where a student is a minor most of the team may be one of the two; otherwise a safeguarding officer reviews alone.
    """
    if campaign.concerns_minor:
        approvals.require_reader(by, _text(campaign, campaign, ""))
        return
    access.require(by, Action.REVIEW_CAMPAIGN, campaign)
    if by.id in set(db.session.scalars(queries.writers_of(campaign))):
        raise NotAllowed("You wrote some of this, so somebody else has to review it.")


def approve(campaign: Campaign, *, seen: str, by: User, answers: Answers | None = None) -> bool:
    """Approve a campaign as read: `seen` is the fingerprint of what was shown. True once the public sees it.

    Where a student is a minor, `answers` are to the checklist, and the first of two approvals publishes nothing yet.
    With the last one costs that are not confirmed stay behind, and its students count as supported. Raises
    NotAllowed, IllegalMove, Changed, ConsentMissing, BadDeadline, NothingConfirmed, or what `approval.rules.approve`
    raises.
    """
    require_reviewer(by, campaign)
    _hold(campaign)
    campaign.concerns_minor = campaign.concerns_minor or concerns_minor(campaign)
    _same(campaign, seen)
    write.check_deadline(campaign.deadline)
    check_move(MOVES, campaign.state, CampaignState.LIVE)
    consent.require(campaign, picture=campaign.cover_shows_student)
    if not _approved(campaign, campaign, seen, answers, by):
        return False
    costs.keep_confirmed(campaign)
    campaign.reviewed_by_id, campaign.published_at = by.id, clock.now()
    campaign.content_hash, campaign.returned_note = seen, None
    campaign.move_to(CampaignState.LIVE)
    if campaign.cover is not None:
        files.publish(campaign.cover)
    for application in db.session.scalars(queries.applications_of(campaign.id)).all():
        students.support(application, by=by)
    figures.touch(campaign.id)
    audit.record(by, "campaign.approved", campaign)
    tell.author(campaign, campaign.author_id, "approved")
    return True


def _text(campaign: Campaign, said: Campaign | Revision, seen: str) -> Text:
    writers = frozenset(each for each in db.session.scalars(queries.writers_of(campaign)) if each is not None)
    return Text(Subject.CAMPAIGN, campaign.id, campaign.organisation_id, seen, said.author_id, writers)


def _approved(campaign: Campaign, said: Campaign | Revision, seen: str, answers: Answers | None, by: User) -> bool:
    """Take down one person's approval; whether no other is missing."""
    if not campaign.concerns_minor:
        return True
    given = approvals.approve(_text(campaign, said, seen), answers=answers or {}, by=by)
    if not given.is_complete:
        tell.second_reader(campaign, given)
        return False
    campaign.approval_id = given.id
    return True


def approval_of(campaign: Campaign) -> Approval | None:
    """What stands of the words that wait now; `campaign` comes from `queries.for_page`."""
    said = campaign.revision or campaign
    return approvals.standing(Subject.CAMPAIGN, campaign.id, words.fingerprint(said))


def send_back(campaign: Campaign, *, note: str, by: User) -> None:
    """Return a campaign to its author, saying why. Raises NotAllowed, IllegalMove, Refused without a note."""
    require_reviewer(by, campaign)
    _need_note(note)
    campaign.move_to(CampaignState.DRAFT)
    campaign.returned_note = note
    approvals.void(Subject.CAMPAIGN, campaign.id)
    audit.record(by, "campaign.sent_back", campaign)
    tell.author(campaign, campaign.author_id, "sent_back", note=note)


def approve_revision(campaign: Campaign, *, seen: str, by: User, answers: Answers | None = None) -> bool:
    """Approve proposed words and cover, as `approve` does; with the last approval they take the public ones' place.

    Raises NotAllowed, Changed, ConsentMissing, IllegalMove where nothing waits, or what `approval.rules.approve`
    raises.
    """
    require_reviewer(by, campaign)
    _hold(campaign)
    campaign.concerns_minor = campaign.concerns_minor or concerns_minor(campaign)
    revision = _waiting(campaign)
    _same(revision, seen)
    consent.require(campaign, picture=revision.cover_shows_student)
    if not _approved(campaign, revision, seen, answers, by):
        return False
    before = campaign.cover
    _take_over(campaign, revision, seen, by)
    if campaign.cover is not None:
        files.publish(campaign.cover)
    _forget(campaign, revision)
    if before is not None and before is not campaign.cover:
        files.discard(before)
    approvals.void(Subject.CAMPAIGN, campaign.id, keep=seen)
    figures.touch(campaign.id)
    audit.record(by, "campaign.revision_approved", campaign)
    tell.author(campaign, campaign.author_id, "approved")
    return True


def _take_over(campaign: Campaign, revision: Revision, seen: str, by: User) -> None:
    with db.session.no_autoflush:  # words and hash reach the database together
        for name in ("title", "summary", "story", "cover", "cover_alt", "cover_shows_student"):
            setattr(campaign, name, getattr(revision, name))
        words.render(campaign)
        campaign.reviewed_by_id, campaign.author_id, campaign.content_hash = by.id, revision.author_id, seen


def send_revision_back(campaign: Campaign, *, note: str, by: User) -> None:
    """Return a revision to its author, saying why; the public words stay. Raises as `send_back` does."""
    require_reviewer(by, campaign)
    _need_note(note)
    revision = _waiting(campaign)
    revision.returned_note = note
    approvals.void(Subject.CAMPAIGN, campaign.id, keep=campaign.content_hash)
    audit.record(by, "campaign.revision_sent_back", campaign)
    tell.author(campaign, revision.author_id, "sent_back", note=note)


def drop_revision(campaign: Campaign, *, by: User) -> None:
    """Give up the proposed words. Raises NotAllowed; IllegalMove where there are none."""
    access.require(by, Action.EDIT_CAMPAIGN, campaign)
    revision = campaign.revision
    if revision is None:
        raise IllegalMove("There are no proposed changes.")
    proposed = revision.cover
    _forget(campaign, revision)
    approvals.void(Subject.CAMPAIGN, campaign.id, keep=campaign.content_hash)
    if proposed is not None and proposed is not campaign.cover:
        files.discard(proposed)
    audit.record(by, "campaign.revision_dropped", campaign)


def _hold(campaign: Campaign) -> None:
    """Read it again, and let no other writer at it until this transaction ends."""
    figures.lock(campaign.id)
    db.session.scalars(queries.whole(campaign.id)).one()


def _waiting(campaign: Campaign) -> Revision:
    revision = campaign.revision
    if revision is None or revision.returned_note is not None:
        raise IllegalMove("There are no changes waiting for a review.")
    return revision


def _same(said: Campaign | Revision, seen: str) -> None:
    if words.fingerprint(said) != seen:
        raise Changed()


def _need_note(note: str) -> None:
    if not note:
        raise Refused("Say what should be changed.", field="note")


def _forget(campaign: Campaign, revision: Revision) -> None:
    campaign.revision = None
    db.session.delete(revision)
    db.session.flush()
