"""A second person, a safeguarding officer who wrote none of it, reads what is to be published."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign import queries
from campaigns.campaign.models import Campaign, Revision
from campaigns.campaign.rules import consent, costs, figures, words, write
from campaigns.campaign.states import CampaignState
from campaigns.file import rules as files
from campaigns.kit import clock, db, links
from campaigns.kit.errors import IllegalMove, NotAllowed, Refused
from campaigns.notice import rules as notice
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
    campaign.returned_note = None
    audit.record(by, "campaign.submitted", campaign)
    _tell_officers(campaign, by)


def take_back(campaign: Campaign, *, by: User) -> None:
    """Make it a draft again, before anybody has decided. Raises NotAllowed, IllegalMove."""
    access.require(by, Action.EDIT_CAMPAIGN, campaign)
    campaign.move_to(CampaignState.DRAFT)
    audit.record(by, "campaign.taken_back", campaign)


def require_reviewer(by: User, campaign: Campaign) -> None:
    """Raise NotAllowed unless this person may review the campaign: an officer who wrote none of its words."""
    access.require(by, Action.REVIEW_CAMPAIGN, campaign)
    if by.id in set(db.session.scalars(queries.writers_of(campaign))):
        raise NotAllowed("You wrote some of this, so somebody else has to review it.")


def approve(campaign: Campaign, *, seen: str, by: User) -> None:
    """Put a campaign before the public, as read: `seen` is the fingerprint of what was shown.

    Costs that are not confirmed stay behind. Its students count as supported from now on. Raises NotAllowed,
    IllegalMove, Changed, ConsentMissing, BadDeadline, NothingConfirmed.
    """
    require_reviewer(by, campaign)
    _hold(campaign)
    _same(campaign, seen)
    write.check_deadline(campaign.deadline)
    consent.require(campaign, picture=campaign.cover_shows_student)
    campaign.move_to(CampaignState.LIVE)
    costs.keep_confirmed(campaign)
    campaign.reviewed_by_id, campaign.published_at = by.id, clock.now()
    campaign.content_hash, campaign.returned_note = seen, None
    if campaign.cover is not None:
        files.publish(campaign.cover)
    for application in db.session.scalars(queries.applications_of(campaign.id)).all():
        students.support(application, by=by)
    figures.touch(campaign.id)
    audit.record(by, "campaign.approved", campaign)
    _tell_author(campaign, campaign.author_id, "approved")


def send_back(campaign: Campaign, *, note: str, by: User) -> None:
    """Return a campaign to its author, saying why. Raises NotAllowed, IllegalMove, Refused without a note."""
    require_reviewer(by, campaign)
    _need_note(note)
    campaign.move_to(CampaignState.DRAFT)
    campaign.returned_note = note
    audit.record(by, "campaign.sent_back", campaign)
    _tell_author(campaign, campaign.author_id, "sent_back", note=note)


def approve_revision(campaign: Campaign, *, seen: str, by: User) -> None:
    """Let the proposed words and cover take the place of the public ones.

    Raises NotAllowed, Changed, ConsentMissing; IllegalMove where nothing waits.
    """
    require_reviewer(by, campaign)
    _hold(campaign)
    revision = _waiting(campaign)
    _same(revision, seen)
    consent.require(campaign, picture=revision.cover_shows_student)
    before = campaign.cover
    for name in ("title", "summary", "story", "cover", "cover_alt", "cover_shows_student"):
        setattr(campaign, name, getattr(revision, name))
    words.render(campaign)
    campaign.reviewed_by_id, campaign.author_id = by.id, revision.author_id
    campaign.content_hash = seen
    if campaign.cover is not None:
        files.publish(campaign.cover)
    _forget(campaign, revision)
    if before is not None and before is not campaign.cover:
        files.discard(before)
    figures.touch(campaign.id)
    audit.record(by, "campaign.revision_approved", campaign)
    _tell_author(campaign, campaign.author_id, "approved")


def send_revision_back(campaign: Campaign, *, note: str, by: User) -> None:
    """Return a revision to its author, saying why; the public words stay. Raises as `send_back` does."""
    require_reviewer(by, campaign)
    _need_note(note)
    revision = _waiting(campaign)
    revision.returned_note = note
    audit.record(by, "campaign.revision_sent_back", campaign)
    _tell_author(campaign, revision.author_id, "sent_back", note=note)


def drop_revision(campaign: Campaign, *, by: User) -> None:
    """Give up the proposed words. Raises NotAllowed; IllegalMove where there are none."""
    access.require(by, Action.EDIT_CAMPAIGN, campaign)
    revision = campaign.revision
    if revision is None:
        raise IllegalMove("There are no proposed changes.")
    proposed = revision.cover
    _forget(campaign, revision)
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


def _tell_officers(campaign: Campaign, by: User) -> None:
    community = db.session.get_one(Organisation, campaign.organisation_id)
    for officer in db.session.scalars(access.holders(Action.REVIEW_CAMPAIGN, campaign.organisation_id)):
        if officer.id != by.id:
            notice.send(
                officer.email,
                "campaign/mail/review",
                key=f"campaign.review:{campaign.id}:{_times_submitted(campaign)}",
                name=officer.name,
                author_name=by.name,
                title=campaign.title,
                community_name=community.name,
                url=links.url("campaign.review", slug=community.slug, campaign_slug=campaign.slug),
            )


def _tell_author(campaign: Campaign, author_id: int, outcome: str, note: str = "") -> None:
    community = db.session.get_one(Organisation, campaign.organisation_id)
    author = db.session.get_one(User, author_id)
    notice.send(
        author.email,
        f"campaign/mail/{outcome}",
        key=f"campaign.{outcome}:{campaign.id}:{campaign.version}:{_times_submitted(campaign)}",
        name=author.name,
        title=campaign.title,
        note=note,
        community_name=community.name,
        url=links.url("campaign.manage", slug=community.slug, campaign_slug=campaign.slug),
        public_url=links.url("site.campaign", slug=campaign.slug),
    )


def _times_submitted(campaign: Campaign) -> int:
    """How often this has gone back and forth; a number for the keys of its e-mails."""
    return db.session.scalars(queries.steps_of(campaign)).one()
