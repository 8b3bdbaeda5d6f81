"""What of a student can be found in a text that is to be published, without saying it."""

import re
from collections.abc import Collection, Iterator
from datetime import date

from campaigns.kit import db
from campaigns.student import queries
from campaigns.student.aliases import words
from campaigns.student.models import Application, Identity

SHORTEST = 3
COMMON = frozenset(
    {"school", "secondary", "primary", "high", "college", "academy", "institute", "university", "technical"}
    | {"vocational", "training", "centre", "center", "nursing", "boys", "girls", "mixed", "boarding", "national"}
    | {"international", "saint", "the", "and", "for", "of"}
)
"""Words of schools' names that say nothing."""


def traces(application_ids: Collection[int], *texts: str) -> list[str]:
    """What of these students occurs in the texts, in words that a reader may see: never the name itself."""
    said = " ".join(texts)
    identities = db.session.scalars(queries.identities_of(application_ids)).all()
    applications = db.session.scalars(queries.with_schools(application_ids)).all()
    found = {what for identity in identities for what in _of_person(identity, said)}
    return sorted(found | {what for application in applications for what in _of_school(application, said)})


def _of_person(identity: Identity, said: str) -> Iterator[str]:
    spoken = set(words(said))
    if spoken & _telling(identity.legal_name):
        yield "A part of the legal name occurs in the text."
    if spoken & _telling(identity.guardian_name):
        yield "A part of the guardian’s name occurs in the text."
    if _holds_contact(said, identity.contact) or _holds_contact(said, identity.guardian_contact):
        yield "A telephone number or address of the student or guardian occurs in the text."
    if identity.born and any(form in said for form in _written(identity.born)):
        yield "The date of birth occurs in the text."


def _of_school(application: Application, said: str) -> Iterator[str]:
    if set(words(said)) & (_telling(application.school_label) - COMMON):
        yield "A word of the school’s name occurs in the text."


def _telling(name: str | None) -> set[str]:
    return {word for word in words(name or "") if len(word) >= SHORTEST}


def _holds_contact(said: str, contact: str | None) -> bool:
    if not contact:
        return False
    digits = re.sub(r"\D", "", contact)
    if len(digits) >= 7:  # as it is dialled at home: without the country's code
        return digits[-7:] in re.sub(r"[\s().\-/]", "", said)
    return contact.casefold() in said.casefold()


def _written(day: date) -> list[str]:
    """A date as people write it."""
    short = [f"{day.day}{mark}{day.month}{mark}{day.year}" for mark in "./-"]
    long = [day.strftime(f"%d{mark}%m{mark}%Y") for mark in "./-"]
    named = [f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}"]
    return [day.isoformat(), *short, *long, *named]
