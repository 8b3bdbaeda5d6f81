"""Making a campaign from approved needs, and changing what it says.

A draft is changed in place. What the public reads was approved by a second person, so a change to
it waits as a revision; only the deadline, which concerns nobody's safety, changes at once.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action, Owned
from campaigns.account.models import User
from campaigns.approval import rules as approval
from campaigns.approval.states import Subject
from campaigns.audit import rules as audit
from campaigns.campaign import queries
from campaigns.campaign.models import BudgetLine, Campaign, Revision
from campaigns.campaign.rules import figures, words
from campaigns.campaign.rules.words import Words
from campaigns.campaign.states import OPEN_ENDED, REVISABLE, CampaignState
from campaigns.file import rules as files
from campaigns.kit import clock, db, refs, text
from campaigns.kit.errors import IllegalMove, Refused
from campaigns.student.models import Application, Need

LONGEST = timedelta(days=731)


class BadNeeds(Refused):
    """Choose at least one need."""

    field = "needs"


class BadDeadline(Refused):
    """The deadline must be after today."""

    field = "deadline"


def create(
    community: Owned, need_ids: Collection[int], said: Words, deadline: date, *, once: str, by: User
) -> Campaign:
    """A draft that asks for these needs of one community; its goal is their sum.

    The same `once` again returns the draft that it has made. Raises NotAllowed, BadNeeds (none,
    unknown, asked for already, several currencies), BadDeadline, or what `words.write` raises.
    """
    access.require(by, Action.CREATE_CAMPAIGN, community)
    needs = _hold(need_ids)
    made = db.session.scalars(sa.select(Campaign).where(Campaign.once == once)).one_or_none()
    if made is not None:
        access.require(by, Action.EDIT_CAMPAIGN, made)
        return made
    organisation_id = community.organisation_id or 0
    _check_needs(needs, need_ids, organisation_id)
    check_deadline(deadline)
    campaign = _draft(organisation_id, needs, said, deadline, by)
    campaign.once = once
    words.write(campaign, said, by=by)
    words.render(campaign)
    audit.record(by, "campaign.created", campaign, needs=len(needs))
    return campaign


def edit(campaign: Campaign, said: Words, deadline: date, *, by: User) -> Revision | None:
    """Change a draft; of a public campaign, change the deadline and propose the words as a revision.

    Returns that revision, None where nothing waits. `campaign` comes from `queries.for_page`.
    Raises NotAllowed, BadDeadline, IllegalMove in any other state, or what `words.write` raises.
    """
    access.require(by, Action.EDIT_CAMPAIGN, campaign)
    if campaign.state is not CampaignState.DRAFT and campaign.state not in REVISABLE:
        raise IllegalMove("What is being reviewed or has ended cannot be changed.")
    words.require_unnamed(said, {line.alias for line in campaign.lines})
    if deadline != campaign.deadline:
        _move_deadline(campaign, deadline)
    approval.void(Subject.CAMPAIGN, campaign.id, keep=campaign.content_hash)
    if campaign.state is CampaignState.DRAFT:
        replaced = words.write(campaign, said, by=by)
        words.render(campaign)
        if replaced is not None:
            files.discard(replaced)
    elif _differs(campaign, said):
        _propose(campaign, said, by)
    audit.record(by, "campaign.edited", campaign)
    return campaign.revision


def check_deadline(deadline: date) -> None:
    """Raise BadDeadline unless it is after today and within two years."""
    if deadline <= clock.today():
        raise BadDeadline()
    if deadline > clock.today() + LONGEST:
        raise BadDeadline("The deadline may be at most two years away.")


def _hold(need_ids: Collection[int]) -> Sequence[Need]:
    """The needs, held so that of two who choose the same at once, one waits."""
    select = sa.select(Need).where(Need.id.in_(need_ids)).order_by(Need.id).with_for_update()
    return db.session.scalars(select).all()


def _check_needs(needs: Sequence[Need], need_ids: Collection[int], organisation_id: int) -> None:
    if not need_ids:
        raise BadNeeds()
    open_ones = set(db.session.scalars(queries.open_needs(organisation_id).with_only_columns(Need.id)))
    if len(needs) < len(set(need_ids)) or not {need.id for need in needs} <= open_ones:
        raise BadNeeds("One of these is in another campaign already, or can no longer be asked for.")
    if len({need.currency for need in needs}) > 1:
        raise BadNeeds("A campaign has one currency; choose needs of the same one.")


def _draft(organisation_id: int, needs: Sequence[Need], said: Words, deadline: date, by: User) -> Campaign:
    ids = {need.application_id for need in needs}
    students = {each.id: each for each in db.session.scalars(sa.select(Application).where(Application.id.in_(ids)))}
    countries = {student.country for student in students.values()}
    words.require_unnamed(said, {student.alias for student in students.values()})
    campaign = Campaign(
        slug=_free_slug(said.title),
        organisation_id=organisation_id,
        author_id=by.id,
        state=CampaignState.DRAFT,
        title=said.title,
        summary=said.summary,
        story=said.story,
        country=countries.pop() if len(countries) == 1 else None,
        level=next(iter(students.values())).level if len(students) == 1 else None,  # of a group, only the country
        deadline=deadline,
        currency=needs[0].currency,
        concerns_minor=any(student.is_minor for student in students.values()),
        asked=sum(need.amount for need in needs),
        lines=[_line(need, students[need.application_id]) for need in needs],
        cover=None,
        revision=None,
    )
    db.session.add(campaign)
    return campaign


def _line(need: Need, student: Application) -> BudgetLine:
    return BudgetLine(
        need_id=need.id,
        school_id=student.school_id,
        alias=student.alias,
        label=need.label,
        kind=need.kind.value,
        term=need.term,
        amount=need.amount,
        currency=need.currency,
    )


def _free_slug(title: str) -> str:
    slug = text.slugify(title)
    taken = slug == "new" or db.session.scalar(sa.select(Campaign.id).where(Campaign.slug == slug))
    return f"{slug or 'campaign'}-{refs.random_ref(5).lower()}" if taken or not slug else slug


def _move_deadline(campaign: Campaign, deadline: date) -> None:
    if campaign.state not in OPEN_ENDED:
        raise BadDeadline("This campaign has ended, so its deadline stays.")
    check_deadline(deadline)
    campaign.deadline = deadline
    figures.touch(campaign.id)


def _differs(campaign: Campaign, said: Words) -> bool:
    kept = campaign.revision or campaign
    cover = (kept.cover_alt, kept.cover_shows_student) != (said.cover_alt, said.cover_shows_student)
    return (
        (kept.title, kept.summary, kept.story) != (said.title, said.summary, said.story)
        or said.picture is not None
        or (kept.cover_id is not None and (said.drop_cover or cover))
    )


def _propose(campaign: Campaign, said: Words, by: User) -> None:
    revision = campaign.revision
    if revision is None:
        revision = Revision(
            campaign_id=campaign.id, organisation_id=campaign.organisation_id, cover=campaign.cover, author_id=by.id
        )
        campaign.revision = revision
        revision.title, revision.summary, revision.story = said.title, said.summary, said.story
        db.session.flush()
    revision.author_id, revision.proposed_at, revision.returned_note = by.id, clock.now(), None
    replaced = words.write(revision, said, by=by)
    if replaced is not None and replaced.id != campaign.cover_id:
        files.discard(replaced)
