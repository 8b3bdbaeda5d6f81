"""Panels at work in the sample data: score sheets, conflicts, a waiting list, an appeal."""

from datetime import timedelta

from campaigns.account.models import User
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.kit import db
from campaigns.student import queries, rules
from campaigns.student.models import Application
from campaigns.student.rules import Mark
from campaigns.student.states import ConflictKind, Criterion, Reason, Verdict

WHY = {
    Criterion.NEED: "Five at home live on one harvest; the fees are a third of it.",
    Criterion.PLACE: "The office confirmed the place by telephone.",
    Criterion.PLAN: "Knows the next two steps and has begun the first.",
    Criterion.DIFFERENCE: "Would have to leave at the end of the term.",
    Criterion.COSTS: "The amounts are those of the fee note.",
    Criterion.SAFETY: "An aunt looks after it; no worry.",
}
LEVELS = {Verdict.APPROVE: 4, Verdict.WAITLIST: 3, Verdict.DECLINE: 1}
DOUBTED = {Criterion.PLAN, Criterion.COSTS}  # a level lower by the second one who scores
REASONS = {
    "waitlisted": Reason.OTHERS_FIRST,
    "second_on_list": Reason.OTHERS_FIRST,
    "third_on_list": Reason.OTHERS_FIRST,
    "declined": Reason.SCHOOL_NOT_CONFIRMED,
    "appealed": Reason.NEED_NOT_SHOWN,
}
WORDS = "Thank you for the care with which you wrote. We read every line."


def whole(application: Application) -> Application:
    """The application as it is now, with all that the rules look at."""
    select = queries.in_full(queries.before_panel(application.id)).execution_options(populate_existing=True)
    return db.session.scalars(select).one()


def panel(cast: Cast, application: Application) -> list[User]:
    """Who is asked to score it and has not."""
    found = whole(application)
    asked = found.assigned_ids - found.scored_ids
    return sorted((person for person in cast.people.values() if person.id in asked), key=lambda person: person.id)


def score(cast: Cast, application: Application, verdict: Verdict, *, most: int = 2, lower: int = 0) -> None:
    """As many sheets as said, by those who are asked; `lower` takes points from each."""
    for at, person in enumerate(panel(cast, application)[:most]):
        levels = {each: LEVELS[verdict] - lower - (at if each in DOUBTED else 0) for each in WHY}
        marks = {each: Mark(max(levels[each], 0), why) for each, why in WHY.items()}
        rules.score(application, marks, verdict, by=person)


def decide(cast: Cast, application: Application, reason: Reason, ago: int, *, lower: int = 0) -> None:
    """Two score and one of them confirms, within two days."""
    verdict = rules.verdict_of(reason)
    with db.transaction(), day(ago):
        rules.take_into_review(whole(application), by=cast["Victor"])
    with db.transaction(), day(ago, later=timedelta(hours=20)):
        score(cast, application, verdict, lower=lower)
    with db.transaction(), day(ago, later=timedelta(hours=24)):
        shown = rules.preview(whole(application), reason, WORDS)
        rules.decide(whole(application), reason, paragraph=WORDS, seen=shown.seen, by=cast["Vera"])


def bring_to(cast: Cast, application: Application, stage: str, ago: int) -> None:
    """Take an application to where it waits today."""
    if stage in REASONS:
        lower = {"second_on_list": 1, "third_on_list": 2}.get(stage, 0)
        decide(cast, application, REASONS[stage], ago, lower=lower)
        if stage == "appealed":
            _appeal(application, ago - 2)
        return
    with db.transaction(), day(ago):
        rules.take_into_review(whole(application), by=cast["Victor"])
        _within_review(cast, application, stage)


def _within_review(cast: Cast, application: Application, stage: str) -> None:
    if stage == "in_review":
        score(cast, application, Verdict.APPROVE, most=1)
    elif stage == "ready":
        score(cast, application, Verdict.APPROVE)
    elif stage == "conflict":
        rules.declare(whole(application), ConflictKind.KNOWS_STUDENT, "We sing in the same choir.", by=cast["Vera"])
    elif stage == "more_info":
        rules.ask(whole(application), "Which term does the boarding house fee cover?", by=cast["Victor"])


def _appeal(application: Application, ago: int) -> None:
    with db.transaction(), day(ago):
        rules.appeal(whole(application), "The fee note came a week after you decided. My school has it now.")
