"""Messages between sponsors and students, and students' own work, with everything private marked."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.kit import crypto, db, refs
from campaigns.message import rules as messages
from campaigns.message.models import Thread
from campaigns.message.states import Side
from campaigns.pledge.models import Pledge
from campaigns.student import rules
from campaigns.student.models import Application, ShowcaseName, Work
from campaigns.student.states import Purpose, WorkKind
from tests.cast.consent import agree
from tests.cast.pictures import a_photo

CANARIES = {
    "community's held message": "Canary words of the community",
    "sponsor's held message": "Canary words of a sponsor",
    "student's held message": "Canary words of a student",
    "number in a message": "+254 711 222 333",
    "work in review": "Canary work that waits",
    "student's draft work": "Canary work of a draft",
    "a minor's chosen name": "Canary Chosenname",
}
SPONSOR, DRAFT = CANARIES["sponsor's held message"], CANARIES["student's draft work"]


def build(get: Callable[[str], Any], users: dict[str, User], refs_so_far: dict[str, Any]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    live = db.session.scalars(sa.select(Campaign).where(Campaign.slug == "live")).one()
    student = db.session.scalars(campaigns.applications_of(live.id)).one()
    agree(student, Purpose.SHARE_WITH_SPONSOR, Purpose.SHOWCASE)
    begun = db.session.get_one(Application, refs_so_far["begun"])
    return (
        _with_student(refs_so_far["paid_pledge"], users)
        | _with_begun(get, live, begun, users)
        | _works(student, begun, users)
    )


def _with_student(pledge_ref: str, users: dict[str, User]) -> dict[str, Any]:
    """Sponsor and community have written, and nobody has read it."""
    thread = messages.begin(db.session.scalars(sa.select(Pledge).where(Pledge.ref == pledge_ref)).one())
    messages.write(thread, SPONSOR, sender=Side.SPONSOR, once=crypto.token())
    said, once = CANARIES["community's held message"], crypto.token()
    held = messages.write(thread, said, sender=Side.COMMUNITY, once=once, by=users["sara"])
    return {"held": held.id, "held_seen": crypto.digest(held.shown), "with_student": thread.ref}


def _with_begun(
    get: Callable[[str], Any], live: Campaign, begun: Application, users: dict[str, User]
) -> dict[str, Any]:
    """A conversation of the student whose browser the doors know: one message passed on, an own one held."""
    mine, group = (_thread(get("a_pledge")(live, 10_00), begun, is_group) for is_group in (False, True))
    said = f"Call {CANARIES['number in a message']}"
    passed_on = messages.write(mine, said, sender=Side.SPONSOR, once=crypto.token())
    messages.approve(passed_on, seen=crypto.digest(passed_on.shown), by=users["safiya"])
    messages.write(mine, CANARIES["student's held message"], sender=Side.STUDENT, once=crypto.token())
    return {"begun_thread": mine.ref, "with_group": group.ref}


def _thread(pledge: Pledge, application: Application, is_group: bool) -> Thread:
    thread = Thread(ref=refs.random_ref(), organisation_id=pledge.organisation_id, pledge_id=pledge.id)
    thread.campaign_id, thread.application_id, thread.is_group = pledge.campaign_id, application.id, is_group
    db.session.add(thread)
    db.session.flush()
    return thread


def _works(student: Application, begun: Application, users: dict[str, User]) -> dict[str, Any]:
    picture = a_photo("PNG", (320, 180))
    shown = rules.add_work(student, rules.Made(WorkKind.DRAWING, "A desk", "", picture, alt="A desk"), once="shown")
    waits = rules.add_work(
        student, rules.Made(WorkKind.POEM, CANARIES["work in review"], "", picture, alt="A desk"), once="waits"
    )
    for work in (shown, waits):
        rules.send_work(work)
        rules.approve_work(work, seen=work.content_hash, by=users["sara"])
    rules.approve_work(shown, seen=shown.content_hash, by=users["safiya"])
    db.session.add(ShowcaseName(application_id=student.id, name=CANARIES["a minor's chosen name"]))
    return {
        "shown_work": shown.ref, "work": waits.ref, "work_seen": waits.content_hash, "own_work": _draft(begun).ref,
    }  # fmt: skip


def _draft(begun: Application) -> Work:
    """As no rule would let it be: who has only begun to apply adds no work."""
    work = Work(application_id=begun.id, organisation_id=begun.organisation_id, ref=refs.random_ref(), once="draft")
    work.kind, work.title, work.text, work.content_hash = WorkKind.POEM, DRAFT, DRAFT, crypto.digest(DRAFT)
    db.session.add(work)
    db.session.flush()
    return work
