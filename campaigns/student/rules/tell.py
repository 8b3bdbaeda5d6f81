"""Letters about an application: to those who vet without anything personal, to the student in plain words."""

from typing import Any

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.kit import clock, crypto, db, links
from campaigns.notice import rules as notice
from campaigns.student import queries
from campaigns.student.models import Application
from campaigns.student.rules.address import address_of


def vetters(application: Application) -> None:
    """Tell everybody who may vet it that an application has arrived, once a round; `organisation` must be loaded."""
    community = application.organisation
    for person in db.session.scalars(access.holders(Action.VET, application.organisation_id)):
        if not access.is_recused(person, application):
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


def vetter(application: Application, person: User) -> None:
    """Ask one vetter to score an application."""
    _send_to_team(application, person, "assigned", "You check applications for {}.")


def organisers_of_too_few(application: Application) -> None:
    """Tell those who organise that nobody is left to score an application, once a round."""
    for person in db.session.scalars(access.holders(Action.MANAGE_TEAM, application.organisation_id)):
        _send_to_team(application, person, "too_few", "You organise {}.", page="community.team")


def organisers_of_moving_up(application: Application) -> None:
    """Tell those who organise that an application came off the waiting list."""
    for person in db.session.scalars(access.holders(Action.MANAGE_TEAM, application.organisation_id)):
        _send_to_team(application, person, "moved_up", "You organise {}.", page="community.team")


def _send_to_team(application: Application, person: User, mail: str, why: str, *, page: str | None = None) -> None:
    community = application.organisation
    here = links.url("student.application", slug=community.slug, ref=application.ref)
    notice.send(
        person.email,
        f"student/mail/{mail}",
        key=f"application.{mail}:{application.id}:{application.round}",
        ref=application.ref,
        url=links.url(page, slug=community.slug) if page else here,
        community_name=community.name,
        why=why.format(community.name),
    )


def student(application: Application) -> None:
    """Tell the student, where an e-mail address was given, that there is news: what it is stands with the code."""
    letter(
        application,
        "student/mail/news",
        key=f"application.{application.stage.value}:{application.id}:{application.round}",
    )


def letter(application: Application, template: str, *, key: str, **context: Any) -> bool:
    """Mail the student, where an e-mail address was given; returns whether one was. `organisation` must be loaded."""
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    address = address_of(identity)
    if address is None:
        return False
    notice.send(
        address,
        template,
        key=key,
        url=links.url("student.resume"),
        community_name=application.organisation.name,
        why="You gave this address when you applied for support.",
        **context,
    )
    return True


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


def agree_anew(application: Application, why: str, days: int) -> None:
    """Ask the student, where an e-mail address was given, to agree anew; `organisation` must be loaded."""
    key = f"consent.{why}:{application.id}:{days}:{clock.today()}"
    letter(application, "student/mail/agree", key=key, reason=why, days=days)
