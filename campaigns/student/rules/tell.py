"""Letters about an application: to those who vet without anything personal, to the student in plain words."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.rules import BadEmail, normal_email
from campaigns.kit import clock, db, links
from campaigns.notice import rules as notice
from campaigns.student import queries
from campaigns.student.models import Application, Identity
from campaigns.student.states import IN_WORDS, Stage, Verdict


def vetters(application: Application) -> None:
    """Tell everybody who may vet it that an application has arrived, once a round; `organisation` must be loaded."""
    community = application.organisation
    for person in db.session.scalars(access.holders(Action.VET, application.organisation_id)):
        if not access.is_applicant(person, application):
            notice.send(
                person.email,
                "student/mail/arrived",
                key=f"application.arrived:{application.id}:{application.round}",
                ref=application.ref,
                again=application.round > 1,
                url=links.url("student.application", slug=community.slug, ref=application.ref),
                community_name=community.name,
                why=f"You check applications for {community.name}.",
            )


def student(application: Application) -> None:
    """Tell the student, where an e-mail address was given, that there is news; `questions` must be loaded."""
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    try:
        address = normal_email(identity.contact or "")
    except BadEmail:
        return
    question = application.open_question
    declined = [decision for decision in application.current_decisions if decision.verdict is Verdict.DECLINE]
    notice.send(
        address,
        "student/mail/news",
        key=f"application.{application.stage.value}:{application.id}:{application.round}",
        stage=application.stage.value,
        question=question.text if question and application.stage is Stage.MORE_INFO else "",
        reasons=[IN_WORDS[decision.reason] for decision in declined],
        url=links.url("student.resume"),
        community_name=application.organisation.name,
        why="You gave this address when you applied for support.",
    )


def agree_anew(application: Application, identity: Identity, why: str, days: int) -> None:
    """Ask the student, where an e-mail address was given, to agree anew; `organisation` must be loaded."""
    try:
        address = normal_email(identity.contact or "")
    except BadEmail:
        return
    notice.send(
        address,
        "student/mail/agree",
        key=f"consent.{why}:{application.id}:{days}:{clock.today()}",
        reason=why,
        days=days,
        url=links.url("student.resume"),
        community_name=application.organisation.name,
        why="You gave this address when you applied for support.",
    )
