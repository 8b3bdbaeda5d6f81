"""What an application still lacks, group by group."""

from campaigns.student.aliases import gives_away
from campaigns.student.models import Application, Identity
from campaigns.student.rules.consent import Standing
from campaigns.student.states import Group, Purpose

Standings = dict[Purpose, Standing]


def groups(application: Application) -> list[Group]:
    """The parts this student is asked for, in order; `questions` must be loaded."""
    left_out = set()
    if not application.is_minor:
        left_out.add(Group.GUARDIAN)
    if application.open_question is None:
        left_out.add(Group.ANSWER)
    return [group for group in Group if group not in left_out]


def missing(application: Application, identity: Identity, standings: Standings) -> dict[Group, str]:
    """For each part that is not complete, what it lacks in a few words; `needs` and `questions` must be loaded."""
    found = {
        Group.ABOUT: _about(identity),
        Group.GUARDIAN: _guardian(identity),
        Group.SCHOOL: _school(application),
        Group.PLACE: "" if application.country and application.region else "Your country and region are missing.",
        Group.DOCUMENTS: "",
        Group.NEEDS: "" if application.needs else "Tell us at least one cost.",
        Group.STORY: "" if application.story else "Your story is missing.",
        Group.APPEARANCE: _appearance(application, identity),
        Group.PEOPLE: "",  # nobody has to be named
        Group.CONSENT: _consent(application, standings),
        Group.ANSWER: _answer(application),
    }
    return {group: found[group] for group in groups(application) if found[group]}


def _about(identity: Identity) -> str:
    if not identity.legal_name:
        return "Your name is missing."
    return "" if identity.birth_date else "Your date of birth is missing."


def _guardian(identity: Identity) -> str:
    if identity.guardian_name and identity.guardian_relation:
        return ""
    return (
        "You are under 18: name your guardian." if identity.birth_date else "If you are under 18, name your guardian."
    )


def _school(application: Application) -> str:
    if not (application.school_id or application.school_name):
        return "Your school is missing."
    return "" if application.level else "Your level is missing."


def _appearance(application: Application, identity: Identity) -> str:
    given_away = gives_away(application.alias, identity.legal_name or "")
    return "Your alias holds a part of your name: choose another." if given_away else ""


def guardian_owes(application: Application, standings: Standings) -> bool:
    """Whether the student has agreed that the application is read, and only a guardian's word is missing."""
    standing = standings[Purpose.APPLY]
    return standing.student and not standing.given(minor=application.is_minor)


def _consent(application: Application, standings: Standings) -> str:
    if standings[Purpose.APPLY].given(minor=application.is_minor):
        return ""
    if guardian_owes(application, standings):
        return "Your guardian has not agreed yet. Send them a link, or let them tick their boxes."
    return "Without your agreement nobody may read your application."


def _answer(application: Application) -> str:
    question = application.open_question
    return "Answer the question you were asked." if question and not question.answer else ""
