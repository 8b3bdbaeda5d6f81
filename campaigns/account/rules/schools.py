"""Schools from a list, such as the one of the world's universities and their domains (Hipo, MIT licence)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from campaigns.account import queries
from campaigns.account.models import Organisation, OrganisationDomain
from campaigns.account.rules.organisations import next_slug
from campaigns.account.states import OrganisationKind
from campaigns.kit import db, refs
from campaigns.kit.text import slugify

BATCH = 500
LONGEST_NAME = 200
# Windows-1252 read as Latin-1: a curly quote became a control character.
WINDOWS_QUOTES = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
SCHOOL = OrganisationKind.SCHOOL


@dataclass(frozen=True)
class School:
    """One good row."""

    name: str
    country: str
    domains: frozenset[str]
    website: str | None


@dataclass
class Imported:
    """What an import did; `errors` are (row, what is wrong with it), rows counted from 1."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


def import_schools(rows: Iterable[Any]) -> Imported:
    """Add the schools that are not there yet and the domains that known ones have gained.

    A row is {"name", "alpha_two_code", "domains", "web_pages"}. Many schools share a name, even within
    a country: a row is a known school where name, country and a domain agree (or where neither has any
    domain). Bad rows are reported and the others kept; a second run changes nothing.
    """
    done, numbered = Imported(), enumerate(rows, start=1)
    taken = set(db.session.scalars(queries.slugs_like(SCHOOL, "")))
    while batch := list(islice(numbered, BATCH)):
        _import_batch(list(_read_all(batch, done)), taken, done)
        db.session.flush()
    return done


def _read_all(batch: Iterable[tuple[int, Any]], done: Imported) -> Iterable[School]:
    for number, row in batch:
        try:
            yield _read(row)
        except ValueError as error:
            done.errors.append((number, str(error)))


def _read(row: Any) -> School:
    if not isinstance(row, Mapping):
        raise ValueError("not an object")
    name = _name(row)
    country = str(row.get("alpha_two_code") or "").strip().upper()
    if not re.fullmatch("[A-Z]{2}", country):
        raise ValueError(f"alpha_two_code: {country!r} is not two letters")
    domains = frozenset(domain.strip().lower() for domain in _texts(row, "domains"))
    if wrong := sorted(domain for domain in domains if not DOMAIN.fullmatch(domain)):
        raise ValueError(f"domains: {wrong[0]!r} is not a domain")
    return School(name, country, domains, _website(row))


def _name(row: Mapping[str, Any]) -> str:
    # Lists copied from web pages carry characters that nobody sees: zero-width spaces, soft hyphens.
    text = str(row.get("name") or "").translate(WINDOWS_QUOTES)
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    name = " ".join(visible.split())
    if not name:
        raise ValueError("name: missing")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"name: not a line of at most {LONGEST_NAME} characters")
    return name


def _texts(row: Mapping[str, Any], key: str) -> list[str]:
    values = row.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{key}: not a list of texts")
    return values


def _website(row: Mapping[str, Any]) -> str | None:
    pages = [page.strip() for page in _texts(row, "web_pages")]
    good = (page for page in pages if page.startswith(("http://", "https://")) and len(page) <= 300)
    return next(good, None)


def _import_batch(schools: list[School], taken: set[str], done: Imported) -> None:
    known, gained = _known({school.name for school in schools}), list[tuple[_Known, str]]()
    for school in schools:
        namesakes = known.setdefault((school.name, school.country), [])
        match = next((found for found in namesakes if _same(found, school)), None)
        if match is None:
            match = _Known(_add(school, taken), set())
            namesakes.append(match)
            done.created += 1
        elif school.domains <= match.domains:
            done.unchanged += 1
        else:
            done.updated += 1
        gained += [(match, domain) for domain in sorted(school.domains - match.domains)]
        match.domains |= school.domains
    db.session.flush()  # all at once; from here on the new ones have their numbers
    db.session.add_all([OrganisationDomain(organisation_id=k.organisation.id, domain=d) for k, d in gained])


@dataclass
class _Known:
    organisation: Organisation
    domains: set[str]


def _same(found: _Known, school: School) -> bool:
    return bool(found.domains & school.domains) or (not found.domains and not school.domains)


def _known(names: set[str]) -> dict[tuple[str, str | None], list[_Known]]:
    known = {o.id: _Known(o, set()) for o in db.session.scalars(queries.schools_named(names))}
    for row in db.session.scalars(queries.domains_of(known)):
        known[row.organisation_id].domains.add(row.domain)
    by_name: dict[tuple[str, str | None], list[_Known]] = {}
    for found in known.values():
        by_name.setdefault((found.organisation.name, found.organisation.country), []).append(found)
    return by_name


def _add(school: School, taken: set[str]) -> Organisation:
    wanted = slugify(school.name) or f"school-{refs.random_ref(6).lower()}"
    slug = next_slug(wanted, taken) if wanted not in taken else next_slug(f"{wanted}-{school.country.lower()}", taken)
    taken.add(slug)
    organisation = Organisation(
        kind=SCHOOL, slug=slug, name=school.name, country=school.country, website=school.website
    )
    db.session.add(organisation)
    return organisation
