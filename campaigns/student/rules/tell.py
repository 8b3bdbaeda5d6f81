"""Letters about an application: to those who vet without anything personal, to the student in plain words."""

from campaigns import access
from campaigns.access import Action
from campaigns.kit import crypto, db, links
from campaigns.notice import rules as notice
from campaigns.student import queries
from campaigns.student.models import Application
from campaigns.student.rules.address import address_of
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
    address = address_of(identity)
    if address is None:
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


def link(address: str, token: str) -> None:
    """Mail the link by which a student chooses a new secret."""
    notice.send(
        address,
        "student/mail/secret",
        key=f"application.secret:{crypto.digest(token)[:16]}",
        url=links.url("student.new_secret", token=token),
        why="You gave this address when you applied for support, and somebody asked for a new secret.",
    )


def reset_issued(application: Application) -> None:
    """Tell the student, where there is an address, that somebody of the team made a code that opens it once."""
    address = address_of(db.session.scalars(queries.identity_of(application.id)).one())
    if address is not None:
        notice.send(
            address,
            "student/mail/reset_issued",
            key=f"application.reset:{(application.reset_hash or '')[:16]}",
            url=links.url("student.resume"),
            community_name=application.organisation.name,
            why="You gave this address when you applied for support.",
        )
