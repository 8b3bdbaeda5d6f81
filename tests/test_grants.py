"""Every address for people who are signed in, asked for by everybody.

The table stands in `tests/grants/table.py`; whoever adds an address, or lets another role in, writes it there.
"""

from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from campaigns.kit import web
from tests.cast.world import Person, Stage
from tests.grants import sent
from tests.grants.table import ROWS, TEAM, Row

SIGN_IN, FACTOR, PASSWORD = "/sign-in", "/account/second-factor", "/account/reauthenticate"
ASKED_FOR_MORE = {SIGN_IN, FACTOR, PASSWORD}
ALWAYS_FACTOR = frozenset({"vetter", "officer", "treasurer", "moderator", "administrator"})
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LETTERS = "/a/{slug}/asks/{"  # a moderator may know of every letter, wherever it was written


@pytest.fixture
def backend() -> str:
    return "sqlite"


def answered(response: TestResponse) -> str:
    """What somebody was told: "in", where they were sent to show more, or the status that kept them out."""
    if response.status_code in {301, 302, 303, 307, 308}:
        path = urlsplit(response.headers["Location"]).path
        return path if path in ASKED_FOR_MORE else "in"
    return "in" if response.status_code == 200 else str(response.status_code)


def knock(
    stage: Stage, row: Row, person: Person | None, shown: str = "everything", slug: str = "lantern"
) -> tuple[str, bool]:
    """What one person is told at one address, and whether it has changed anything; the world is as before."""
    path = stage.fill(row.path, person, slug=slug)
    client = stage.browser(person, shown)
    data = sent.form(stage, row.path, person, slug) if row.method == "POST" else None
    response = stage.ask(client, row.method, path, data)
    changed = stage.changed()
    if changed:
        stage.restore()
    return answered(response), changed


def expected_outside(row: Row, person: Person) -> set[str]:
    """What somebody is told who may not: in the own community "you may not", elsewhere that there is nothing."""
    mine = person.roles & TEAM or ("moderator" in person.roles and row.path.startswith(LETTERS))
    return {"404"} if "{slug}" in row.path and not mine else {"403", "404"}


def report(stage: Stage, row: Row, person: str, expected: object, got: str, changed: bool) -> str:
    """One wrong cell."""
    endpoint = stage.endpoint(row.method, stage.fill(row.path))
    wrote = ", and changed something" if changed else ""
    return f"{endpoint} {row.method} ({row.path}) {person}: expected {expected}, got {got}{wrote}"


def test_every_address_for_the_signed_in_is_in_the_table(stage):
    walked = {(stage.endpoint(row.method, stage.fill(row.path)), row.method) for row in ROWS}
    routes = {
        (rule.endpoint, method)
        for rule in stage.app.url_map.iter_rules()
        if web.access_of(stage.app, rule.endpoint) is web.Access.SIGNED_IN
        for method in (rule.methods or set()) & set(METHODS)
    }
    assert walked == routes, f"not in the table: {routes - walked}; not a route: {walked - routes}"
    assert len({row.name for row in ROWS}) == len(ROWS), "an address stands in the table twice"


def test_what_is_sent_belongs_to_an_address_of_the_table():
    assert set(sent.SENT) <= {row.path for row in ROWS if row.method == "POST"}


def test_every_line_of_the_table_is_an_address(stage):
    for row in ROWS:
        try:
            endpoint = stage.endpoint(row.method, stage.fill(row.path))
        except HTTPException as fault:
            pytest.fail(f"{row.name}: {fault}")
        assert web.access_of(stage.app, endpoint) is web.Access.SIGNED_IN, row.name


def test_the_walk_is_as_wide_as_it_says(stage):
    """Every address times everybody and nobody; `-s` prints how many that are."""
    people = stage.world.people.values()
    yes = sum(row.allows(person.roles) for row in ROWS for person in people)
    cells = len(ROWS) * (len(people) + 1)
    print(f"{len(ROWS)} addresses, {len(people) + 1} people, {cells} cells: {yes} in, {cells - yes} out")
    held = {role for person in people for role in person.roles}
    assert held >= TEAM | {"moderator", "administrator", "harbour"}
    assert cells > 2_000
    assert 0 < yes < cells / 2


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_only_who_may_gets_in(stage, row):
    """Those who may not come first, all on the same world, which none of them changes."""
    wrong = []
    everybody = stage.world.people.values()
    for person in (None, *(each for each in everybody if not row.allows(each.roles))):
        outside = person is None or person.name == "half"
        expected = {SIGN_IN} if outside else expected_outside(row, person)
        got, changed = knock(stage, row, person)
        if got not in expected or changed:
            wrong.append(report(stage, row, person.name if person else "nobody", expected, got, changed))
    for person in (each for each in everybody if row.allows(each.roles)):
        got, changed = knock(stage, row, person)
        if got != "in" or (row.method == "GET" and changed):
            wrong.append(report(stage, row, person.name, "in", got, changed))
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in ROWS if "anyone" not in row.who], ids=lambda row: row.name)
def test_a_role_that_asks_for_a_second_factor_does_nothing_without_it(stage, row):
    wrong = []
    for person in (each for each in stage.world.people.values() if row.allows(each.roles)):
        needed = row.needs_factor(person.roles, ALWAYS_FACTOR)
        if not needed and row.method == "POST":
            continue  # the walk above has done it
        got, changed = knock(stage, row, person, "no second factor")
        expected = {FACTOR} if needed else {"in", PASSWORD}
        if got not in expected or changed:
            wrong.append(report(stage, row, person.name, expected, got, changed))
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in ROWS if "fresh" in row.asks], ids=lambda row: row.name)
def test_money_and_identities_ask_for_a_fresh_password(stage, row):
    people = [each for each in stage.world.people.values() if row.allows(each.roles)]
    found = {person.name: knock(stage, row, person, "password long ago") for person in people}
    assert people
    assert found == dict.fromkeys(found, (PASSWORD, False))


FOREIGN = [
    row for row in ROWS if "{slug}" in row.path and urlsplit(row.path).path.count("{") > 1 and "{my_" not in row.path
]


@pytest.mark.parametrize("row", FOREIGN, ids=lambda row: row.name)
def test_nothing_of_another_community_is_reached_through_the_own_one(stage, row):
    wrong = []
    for person in (each for each in stage.world.people.values() if "harbour" in each.roles):
        got, changed = knock(stage, row, person, slug="harbour")
        if got not in {"403", "404"} or changed:
            wrong.append(report(stage, row, person.name, "404", got, changed))
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=lambda row: row.name)
def test_no_form_is_taken_without_its_token(stage, row):
    person = next((each for each in stage.world.people.values() if row.allows(each.roles)), stage.world.people["sara"])
    path, data = stage.fill(row.path, person), sent.form(stage, row.path, person)
    response = stage.ask(stage.browser(person), row.method, path, data, token=False)
    assert response.status_code == 400
    assert not stage.changed()
