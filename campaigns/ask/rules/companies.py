"""Companies: named one by one, or brought in as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import sqlalchemy as sa

from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.ask import queries
from campaigns.ask.models import Company
from campaigns.audit import rules as audit
from campaigns.kit import db, refs, text
from campaigns.kit.errors import Refused

BATCH = 500
DETAILS = ("symbol", "sector", "headquarters")
LONGEST = {"Symbol": 12, "Security": 200, "GICS Sector": 80, "Headquarters Location": 120}


class NoName(Refused):
    """Name the company."""

    field = "company"


@dataclass
class Imported:
    """What became of a table: companies added, known ones brought up to date, and a message per bad line."""

    added: int = 0
    updated: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


class Row(NamedTuple):
    """One company as the table gives it."""

    slug: str
    name: str
    symbol: str | None
    sector: str | None
    headquarters: str | None


def name_company(name: str, *, by: User | None = None) -> Organisation:
    """The company of this name, known or made now. Raises NoName.

    Case, accents and punctuation make no other company of it.
    """
    name = text.one_line(name)[: LONGEST["Security"]]
    if not name:
        raise NoName()
    slug = text.slugify(name, 80)
    known = db.session.scalars(queries.company_named(name, slug)).first()
    if known is not None:
        return known
    slug = slug or refs.random_ref().lower()
    added = _add([Row(slug, name, None, None, None)])
    company = db.session.scalars(queries.company(slug)).one()
    if added:
        audit.record(by, "company.named", company)
    return company


def import_companies(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Imported:
    """Take in a table with the columns Symbol, Security, GICS Sector and Headquarters Location, in batches.

    `rows` are line numbers with cells by column, as kit.tables.read_csv gives them. A company that is known is
    brought up to date, never doubled; a bad line is reported, and all others are kept.
    """
    result, seen = Imported(), set[str]()
    pending = iter(rows)
    while batch := list(islice(pending, BATCH)):
        good = [row for line, cells in batch if (row := _read(line, cells, result, seen)) is not None]
        added = _add(good)
        result.added += added
        result.updated += len(good) - added
    return result


def _read(line: int, cells: Mapping[str, str], result: Imported, seen: set[str]) -> Row | None:
    values = {column: text.one_line(cells.get(column) or "") for column in LONGEST}
    slug = text.slugify(values["Security"], 80)
    if not slug:
        result.errors.append((line, "there is no name under Security"))
    elif slug in seen:
        result.errors.append((line, f"{values['Security']} stands in this table twice"))
    elif long := [column for column, value in values.items() if len(value) > LONGEST[column]]:
        result.errors.append((line, f"{long[0]} has more than {LONGEST[long[0]]} characters"))
    else:
        seen.add(slug)
        symbol, name, sector, headquarters = (values[column] or None for column in LONGEST)
        return Row(slug, name or "", symbol, sector, headquarters)
    return None


def _add(rows: list[Row]) -> int:
    """Insert the companies, or bring them up to date, in four statements; how many are new."""
    slugs = [row.slug for row in rows]
    known = _ids(slugs)
    kind = {"kind": OrganisationKind.COMPANY}
    new = [kind | {"slug": row.slug, "name": row.name} for row in rows if row.slug not in known]
    if new:
        organisations = db.insert(Organisation).values(new)
        db.session.execute(organisations.on_conflict_do_nothing(index_elements=["kind", "slug"]))
    if rows:
        _describe(rows, _ids(slugs))
    return len(new)


def _ids(slugs: list[str]) -> dict[str, int]:
    company = sa.and_(Organisation.kind == OrganisationKind.COMPANY, Organisation.slug.in_(slugs))
    found = db.session.execute(sa.select(Organisation.slug, Organisation.id).where(company))
    return dict(found.all())


def _describe(rows: list[Row], ids: dict[str, int]) -> None:
    """Keep what is known beyond the name; an empty cell erases nothing."""
    values = [{"organisation_id": ids[r.slug]} | {name: getattr(r, name) for name in DETAILS} for r in rows]
    details = db.insert(Company).values(values)
    kept = {name: sa.func.coalesce(details.excluded[name], getattr(Company, name)) for name in DETAILS}
    db.session.execute(details.on_conflict_do_update(index_elements=["organisation_id"], set_=kept))
