"""What a race over consent needs: a team, a student, something to publish, and both acts."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from bench.data import consents
from campaigns.account.models import Membership, Organisation, User
from campaigns.account.states import OrganisationKind, Role
from campaigns.approval.states import Question
from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import review, words, write
from campaigns.campaign.rules.words import Words
from campaigns.community.models import Community
from campaigns.community.states import CommunityKind
from campaigns.kit import clock, crypto, db, refs
from campaigns.student import rules as students
from campaigns.student.models import Application, Identity, Need
from campaigns.student.rules.needs import note_verified
from campaigns.student.states import How, NeedKind, Purpose, Stage
from campaigns.update import rules as updates
from campaigns.update.models import Update

NO = dict.fromkeys(Question, False)


@dataclass
class Team:
    """The ids of a community, its school, and the author and two readers there."""

    community: int
    school: int
    author: int
    readers: list[int]


def make_team() -> Team:
    """A community with an author, a vetter and an officer."""
    mark = secrets.token_hex(4)
    community = Organisation(kind=OrganisationKind.COMMUNITY, slug=f"races-{mark}", name="Races", country="KE")
    school = Organisation(kind=OrganisationKind.SCHOOL, slug=f"school-{mark}", name="A school", country="KE")
    db.session.add_all([Community(organisation=community, kind=CommunityKind.ADVOCATE, currency="EUR"), school])
    people = [User(email=f"{n}@{mark}.example", email_canonical=f"{n}@{mark}.example", name=n) for n in ("a", "b", "c")]
    for person in people:
        person.password_hash, person.email_confirmed_at = "none", clock.now()
    db.session.add_all(people)
    db.session.flush()
    roles = (Role.ORGANISER, Role.VETTER, Role.SAFEGUARDING_OFFICER)
    for person, role in zip(people, roles, strict=True):
        db.session.add(Membership(user_id=person.id, organisation_id=community.id, role=role))
    db.session.commit()
    return Team(community.id, school.id, people[0].id, [people[1].id, people[2].id])


def person(number: int) -> User:
    """Somebody who has shown everything that can be shown."""
    found = db.session.get_one(User, number)
    found.second_factor = found.reauthenticated = True
    return found


def whole(campaign_id: int) -> Campaign:
    """The campaign with all that its rules look at."""
    return db.session.scalars(queries.whole(campaign_id)).one()


def apply(team: Team) -> Application:
    """An approved minor whose consent was checked."""
    application = Application(
        ref=refs.random_ref(), code_hash=secrets.token_hex(32), organisation_id=team.community, school_id=team.school,
        stage=Stage.APPROVED, alias="Amber Heron", country="KE", submitted_at=clock.now(),
    )  # fmt: skip
    db.session.add(application)
    db.session.flush()
    db.session.add(Identity(application_id=application.id, legal_name="A student", guardian_name="A guardian"))
    need = {"kind": NeedKind.TUITION, "label": "Fees", "term": "Term 1", "amount": 90_000, "currency": "EUR"}
    cost = Need(application_id=application.id, **need)
    db.session.add(cost)
    db.session.flush()
    vetter = db.session.get_one(User, team.readers[0])
    note_verified(application, cost, How.FEE_NOTE, clock.today() + timedelta(days=182), by=vetter)
    for by_guardian in (True, False):
        db.session.add_all(consents(application.id, by_guardian=by_guardian))
    db.session.flush()
    return application


def prepare(team: Team, kind: str) -> tuple[int, int, Callable[[], object]]:
    """Everything up to the second approval, committed; gives application and campaign, and that approval as an act."""
    application = apply(team)
    need = db.session.scalars(sa.select(Need.id).where(Need.application_id == application.id)).one()
    said = Words(f"A nurse {secrets.token_hex(3)}", "Two terms.", "A story.")
    author, deadline = person(team.author), clock.today() + timedelta(days=60)
    community = db.session.get_one(Community, team.community)
    campaign = write.create(community, [need], said, deadline, once=crypto.token(), by=author)
    db.session.flush()
    review.submit(whole(campaign.id), by=author)
    number, first, second = campaign.id, *team.readers
    if kind == "campaign":
        approve(number, first)
        return application.id, number, lambda: approve(number, second)
    for reader in team.readers:
        approve(number, reader)
    if kind == "revision":
        write.edit(whole(number), Words(said.title, said.summary, "Another story."), deadline, by=author)
        approve_revision(number, first)
        return application.id, number, lambda: approve_revision(number, second)
    update = updates.create(campaign, title="News", body="Passed.", minor=True, once=crypto.token(), by=author)
    db.session.flush()
    updates.send_for_review(update, by=author)
    update_id = update.id
    approve_update(update_id, first)
    return application.id, number, lambda: approve_update(update_id, second)


def approve(campaign_id: int, reader: int) -> None:
    """Approve a campaign as it reads now."""
    campaign = whole(campaign_id)
    review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=person(reader))


def approve_revision(campaign_id: int, reader: int) -> None:
    """Approve its proposed words."""
    campaign = whole(campaign_id)
    seen = words.fingerprint(campaign.revision or campaign)
    review.approve_revision(campaign, seen=seen, answers=NO, by=person(reader))


def approve_update(update_id: int, reader: int) -> None:
    """Approve an update as it reads now."""
    update = db.session.get_one(Update, update_id)
    updates.approve(update, seen=update.content_hash, answers=NO, by=person(reader))


def withdraw(application_id: int) -> None:
    """Take back the consent, as the student or guardian does."""
    students.withdraw(db.session.get_one(Application, application_id), Purpose.PUBLISH_TEXT, by=None)
