"""Bringing in lists that others keep: schools, companies."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from tqdm import tqdm

from campaigns.account import rules as account
from campaigns.ask import rules as ask
from campaigns.kit import db

Numbered = tuple[int, Mapping[str, Any]]
Errors = list[tuple[int, str]]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

# Lists put together from old pages hold Windows' quotes and dashes as control characters; nobody means those.
FROM_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


def read_rows(path: Path, errors: Errors) -> list[Numbered]:
    """The rows of a JSON list (numbered from 1) or of a CSV table (by line); what is not a row goes to `errors`.

    Raises ClickException where the file is neither.
    """
    read: Callable[[Path, Errors], Iterator[Numbered]] = _json if path.suffix.lower() == ".json" else _csv
    try:
        return list(read(path, errors))
    except (ValueError, csv.Error) as error:
        raise click.ClickException(f"{path.name} cannot be read: {error}") from error


def _json(path: Path, errors: Errors) -> Iterator[Numbered]:
    value = json.loads(path.read_text("utf-8-sig").translate(FROM_WINDOWS))
    if not isinstance(value, list):
        raise ValueError("it is not a list")
    for number, row in enumerate(value, start=1):
        if isinstance(row, dict):
            yield number, row
        else:
            errors.append((number, "not an object"))


def _csv(path: Path, errors: Errors) -> Iterator[Numbered]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader((line.translate(FROM_WINDOWS) for line in file), strict=True)
        for row in reader:
            if None in row or None in row.values():
                errors.append((reader.line_num, "more or fewer cells than the heading"))
            else:
                yield reader.line_num, row


def _progress(rows: list[Numbered], what: str) -> Iterable[Numbered]:
    return tqdm(rows, desc=what, unit=" rows")


def _report(summary: str, errors: Errors) -> None:
    for line, message in sorted(errors):
        click.echo(f"line {line}: {message}", err=True)
    click.echo(f"{summary}; {len(errors)} not read.")
    if errors:
        raise click.exceptions.Exit(1)


def _school(row: Mapping[str, Any]) -> dict[str, Any]:
    """A CSV table holds domains and pages in one cell each, apart by spaces."""
    return {
        key: value.split() if key in ("domains", "web_pages") and isinstance(value, str) else value
        for key, value in row.items()
    }


@click.command("import-schools")
@click.argument("file", type=FILE)
@with_appcontext
def import_schools(file: Path) -> None:
    """Bring in schools: {"name", "alpha_two_code", "domains", "web_pages"} each, as JSON or CSV.

    Known schools gain domains and are never doubled. Bad rows are reported by line and the others kept;
    exit 1 where there were any.
    """
    errors: Errors = []
    rows = read_rows(file, errors)
    with db.transaction():
        done = account.import_schools(_school(row) for _, row in _progress(rows, "Schools"))
    errors += [(rows[number - 1][0], message) for number, message in done.errors]
    _report(f"{done.created} schools added, {done.updated} updated, {done.unchanged} known before", errors)


@click.command("import-companies")
@click.argument("file", type=FILE)
@with_appcontext
def import_companies(file: Path) -> None:
    """Bring in companies: Symbol, Security (the name), GICS Sector, Headquarters Location, as CSV or JSON.

    Known companies are brought up to date and never doubled. Bad rows are reported by line and the others
    kept; exit 1 where there were any.
    """
    errors: Errors = []
    rows = [(line, {key: str(value or "") for key, value in row.items()}) for line, row in read_rows(file, errors)]
    with db.transaction():
        done = ask.import_companies(_progress(list(rows), "Companies"))
    _report(f"{done.added} companies added, {done.updated} brought up to date", errors + done.errors)
