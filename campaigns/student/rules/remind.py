"""Nobody is left waiting in silence: who is late is reminded, and who waits is told so."""

from collections.abc import Iterable

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import clock, db, links
from campaigns.kit.queue import sweep
from campaigns.notice import rules as notice
from campaigns.student import queries
from campaigns.student.models import Application
from campaigns.student.rules import consent, standing, tell
from campaigns.student.states import ESCALATE_AFTER, REMIND_EVERY, Actor

BATCH = 100
ACTIONS = {
    Actor.VETTERS: Action.VET,
    Actor.OFFICERS: Action.CHECK_CONSENT,
    Actor.ADVOCATES: Action.CREATE_CAMPAIGN,
}


@sweep
def remind_of_applications() -> None:
    """Remind whoever is late with an application, once a week, and say so to the student who waits for it."""
    last = 0
    while batch := db.session.scalars(queries.overdue(last, BATCH)).all():
        last = batch[-1]
        for application_id in batch:
            db.session.commit()
            with db.transaction():
                remind(db.session.scalars(queries.locked(application_id)).one())


def remind(application: Application) -> None:
    """Remind whoever is late now; nothing happens where nobody is, or where it was done within the week."""
    community = db.session.scalars(queries.community(application.organisation_id)).one()
    step = standing.next_step(application, community, consent.standings(application))
    lately = application.reminded_at and application.reminded_at > clock.now() - REMIND_EVERY
    if not step.late or lately:
        return
    application.reminded_at, application.reminders = clock.now(), application.reminders + 1
    if step.actor is Actor.STUDENT:
        tell.letter(application, "student/mail/your_turn", key=_key("turn", application), does=step.wait.does)
    else:
        _remind_team(application, community, step)
        tell.letter(application, "student/mail/delayed", key=_key("delayed", application), by=step.by)
    audit.record(None, "application.reminded", application, actor=step.actor.value, times=application.reminders)


def _remind_team(application: Application, community: Community, step: standing.Next) -> None:
    for person in _late_ones(application, step.actor):
        notice.send(
            person.email,
            "student/mail/late",
            key=_key("late", application),
            ref=application.ref,
            does=step.wait.does,
            by=step.by,
            times=application.reminders,
            url=links.url("student.application", slug=community.slug, ref=application.ref),
            community_name=community.name,
            why=f"You are of the team of {community.name}.",
        )


def _late_ones(application: Application, actor: Actor) -> Iterable[User]:
    people = _assigned(application) if actor is Actor.VETTERS else []
    people = people or list(db.session.scalars(access.holders(ACTIONS[actor], application.organisation_id)))
    if application.reminders > ESCALATE_AFTER:
        people += db.session.scalars(access.holders(Action.MANAGE_TEAM, application.organisation_id))
    return {person.id: person for person in people if not access.is_applicant(person, application)}.values()


def _assigned(application: Application) -> list[User]:
    """The vetters who were asked to score it and have not; all who may vet are meant where there are none."""
    return list(db.session.scalars(queries.still_to_score(application)))


def _key(what: str, application: Application) -> str:
    return f"application.{what}:{application.id}:{application.stage_since:%Y%m%d%H%M%S}:{application.reminders}"
