"""Lists of schools and companies: good rows are kept, bad ones reported by line, nothing is doubled."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result

from campaigns.account.models import Organisation, OrganisationDomain
from campaigns.account.states import OrganisationKind
from campaigns.kit import db

pytestmark = pytest.mark.both_databases

SCHOOLS = [
    {"name": "Mwangaza Secondary", "alpha_two_code": "KE", "domains": ["mwangaza.ac.ke"], "web_pages": []},
    {"name": "", "alpha_two_code": "KE", "domains": [], "web_pages": []},
    "not a school",
    {"name": "Szkoła Główna", "alpha_two_code": "PL", "domains": ["sg.edu.pl"], "web_pages": ["https://sg.edu.pl"]},
]
COMPANIES = """Symbol,Security,GICS Sector,Headquarters Location
MF,Meridian Freight,Industrials,"Hamburg, Germany"
,,Industrials,Nowhere
XX,"Too, many",cells,here,there
NB,Nordbank,Financials,Oslo
"""


@pytest.fixture
def bring_in(app, tmp_path: Path) -> Callable[..., Result]:
    """Write a file, and run a command on it."""

    def run(command: str, name: str, content: str | bytes) -> Result:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return app.test_cli_runner().invoke(args=[command, str(path)])

    return run


def names(kind: OrganisationKind) -> list[str]:
    db.session.rollback()
    select = sa.select(Organisation.name).where(Organisation.kind == kind)
    return list(db.session.scalars(select.order_by(Organisation.id)))


class TestSchools:
    def test_good_rows_are_kept_and_bad_ones_named_by_line(self, bring_in):
        result = bring_in("import-schools", "schools.json", json.dumps(SCHOOLS))
        assert names(OrganisationKind.SCHOOL) == ["Mwangaza Secondary", "Szkoła Główna"]
        assert "line 2: name" in result.output
        assert "line 3: not an object" in result.output
        assert "2 schools added, 0 updated, 0 known before; 2 not read." in result.output
        assert result.exit_code == 1

    def test_there_is_progress_to_see(self, bring_in):
        result = bring_in("import-schools", "schools.json", json.dumps(SCHOOLS[:1]))
        assert "Schools: 100%" in result.output
        assert result.exit_code == 0

    def test_a_second_time_changes_nothing(self, bring_in):
        bring_in("import-schools", "schools.json", json.dumps(SCHOOLS[:1]))
        again = bring_in("import-schools", "schools.json", json.dumps(SCHOOLS[:1]))
        assert "0 schools added, 0 updated, 1 known before; 0 not read." in again.output
        assert names(OrganisationKind.SCHOOL) == ["Mwangaza Secondary"]

    def test_a_table_will_do_as_well(self, bring_in):
        table = "name,alpha_two_code,domains,web_pages\nMwangaza,KE,mwangaza.ac.ke mw.ke,https://mw.ke\n"
        assert bring_in("import-schools", "schools.csv", table).exit_code == 0
        domains = db.session.scalars(sa.select(OrganisationDomain.domain).order_by(OrganisationDomain.domain))
        assert list(domains) == ["mw.ke", "mwangaza.ac.ke"]

    def test_quotes_of_old_pages_become_quotes(self, bring_in):
        row = SCHOOLS[0] | {"name": "Medical Academy \x93Rydygier\x94"}
        assert bring_in("import-schools", "schools.json", json.dumps([row])).exit_code == 0
        assert names(OrganisationKind.SCHOOL) == ["Medical Academy “Rydygier”"]


class TestCompanies:
    def test_good_rows_are_kept_and_bad_ones_named_by_line(self, bring_in):
        result = bring_in("import-companies", "companies.csv", COMPANIES)
        assert names(OrganisationKind.COMPANY) == ["Meridian Freight", "Nordbank"]
        assert "line 3: there is no name" in result.output
        assert "line 4: more or fewer cells" in result.output
        assert "2 companies added, 0 brought up to date; 2 not read." in result.output
        assert result.exit_code == 1

    def test_a_second_time_doubles_nobody(self, bring_in):
        bring_in("import-companies", "companies.csv", COMPANIES)
        bring_in("import-companies", "companies.csv", COMPANIES)
        assert names(OrganisationKind.COMPANY) == ["Meridian Freight", "Nordbank"]

    def test_a_list_will_do_as_well(self, bring_in):
        rows = json.dumps([{"Security": "Meridian Freight", "Symbol": None}, ["x"]])
        result = bring_in("import-companies", "companies.json", rows)
        assert names(OrganisationKind.COMPANY) == ["Meridian Freight"]
        assert "line 2: not an object" in result.output


@pytest.mark.parametrize("command", ["import-schools", "import-companies"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", "{"),
        ("list.json", '{"name": "one"}'),
        ("list.json", b"\xff\xfe\x00"),
        ("list.csv", b"name,alpha_two_code\n\xff\xff\n"),
        ("list.csv", 'name\n"never closed\n'),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(bring_in, command, name, content):
    result = bring_in(command, name, content)
    assert result.exit_code == 1
    assert f"{name} cannot be read" in result.output
    assert names(OrganisationKind.SCHOOL) == names(OrganisationKind.COMPANY) == []


def test_a_file_that_is_not_there_is_said_to_be(app):
    result = app.test_cli_runner().invoke(args=["import-schools", "/nowhere.json"])
    assert result.exit_code == 2
    assert "does not exist" in result.output
