"""A group whose student has left with something to choose and to decide, one who is said to leave, an outcome."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.departure import queries, rules
from campaigns.departure.models import Departure
from campaigns.departure.rules import Told
from campaigns.departure.states import Choice, DepartureKind
from campaigns.kit import clock, db, links
from campaigns.student.models import Application, Need
from campaigns.student.rules import Reached
from campaigns.student.states import OutcomeKind, Stage
from tests.cast.approvals import approve_campaign

CANARIES = {
    "note on a departure": "Canary note on a departure",
    "words on an outcome": "Canary words on an outcome",
}


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    group, students = _group(get, users)
    first, second = (get("a_pledge")(group, 20_00, email=f"{name}@example.org") for name in ("first", "second"))
    left, _ = _report(students[0], users["vivian"]), _report(students[1], users["vivian"])
    rules.confirm(left, by=users["victor"])
    shares = {share.pledge_id: share for share in db.session.scalars(queries.silent(left.id))}
    rules.choose(shares[second.id], Choice.COMMUNITY)
    completed = get("an_application")(Stage.SUPPORTED, alias="Grey Lark")
    words = CANARIES["words on an outcome"]
    rules.complete(completed, Reached(OutcomeKind.GRADUATED, clock.today(), words), by=users["vivian"])
    free = get("an_application")(Stage.APPROVED, alias="Pale Dove")
    free_need = db.session.scalars(sa.select(Need.id).where(Need.application_id == free.id)).first()
    return {
        "group": group.slug, "supported": students[2].ref, "leaving": students[1].ref, "completed": completed.ref,
        "departure": left.ref, "undecided": shares[second.id].id, "share": shares[first.id].id,
        "left_pledge": first.ref, "left_key": links.sign("pledge", first.ref), "free_need": free_need,
    }  # fmt: skip


def _report(application: Application, by: User) -> Departure:
    note = CANARIES["note on a departure"]
    return rules.report(application, Told(DepartureKind.LEFT_SCHOOL, clock.today(), note), by=by)


def _group(get: Callable[[str], Any], users: dict[str, User]) -> tuple[Campaign, list[Application]]:
    names = ("Copper Kite", "Quiet Oriole", "River Plover")
    students = [get("an_application")(Stage.SUPPORTED, alias=name, needs=[("Tuition", 40_00)]) for name in names]
    group = get("a_campaign")(CampaignState.LIVE, slug="group", author=users["sara"], title="Form 3 for a class")
    group.concerns_minor = False  # while the rows are made; two have approved it in the end
    db.session.flush()
    for line in db.session.query(BudgetLine).filter_by(campaign_id=group.id):
        db.session.delete(line)
    db.session.flush()
    group.story = group.story_html = "They ask together."
    group.asked, group.level = 3 * 40_00, None
    for student in students:
        need = db.session.scalars(sa.select(Need).where(Need.application_id == student.id)).one()
        said = {"label": need.label, "kind": need.kind.value, "term": need.term, "currency": need.currency}
        line = BudgetLine(campaign_id=group.id, need_id=need.id, school_id=student.school_id, **said)
        line.alias, line.amount = student.alias, need.amount
        db.session.add(line)
    approve_campaign(group)
    db.session.flush()
    group.concerns_minor = True
    db.session.commit()
    return group, students
