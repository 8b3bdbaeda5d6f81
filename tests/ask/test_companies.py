"""Companies are named once, and brought in as a table."""

import pytest

from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind
from campaigns.ask import rules
from campaigns.ask.models import Company
from campaigns.ask.rules import companies
from campaigns.ask.rules.companies import NoName
from campaigns.audit.models import AuditEntry
from campaigns.kit import db
from campaigns.kit.tables import read_csv
from tests.cast.queries import counting

HEAD = "Symbol,Security,GICS Sector,GICS Sub-Industry,Headquarters Location,Date added,CIK,Founded\n"
TABLE = HEAD + (
    'MMM,3M,Industrials,Industrial Conglomerates,"Saint Paul, Minnesota",1957-03-04,66740,1902\n'
    'AOS,A. O. Smith,Industrials,Building Products,"Milwaukee, Wisconsin",2017-07-26,91142,1916\n'
)


def bring_in(table):
    result = rules.import_companies(read_csv(table.encode(), max_rows=10_000))
    db.session.commit()
    return result


def known():
    select = db.session.query(Organisation).filter_by(kind=OrganisationKind.COMPANY).order_by(Organisation.name)
    return [organisation.name for organisation in select]


@pytest.mark.both_databases
def test_a_table_is_brought_in(app):
    result = bring_in(TABLE)
    assert (result.added, result.updated, result.errors) == (2, 0, [])
    assert known() == ["3M", "A. O. Smith"]
    company = db.session.query(Company).join(Company.organisation).filter(Organisation.slug == "3m").one()
    assert (company.symbol, company.sector, company.headquarters) == ("MMM", "Industrials", "Saint Paul, Minnesota")


@pytest.mark.both_databases
def test_the_same_table_again_doubles_nothing(app):
    bring_in(TABLE)
    result = bring_in(TABLE.replace("Milwaukee", "Madison"))
    assert (result.added, result.updated) == (0, 2)
    assert known() == ["3M", "A. O. Smith"]
    assert "Madison, Wisconsin" in [company.headquarters for company in db.session.query(Company)]


def test_an_empty_cell_erases_nothing(app):
    bring_in(TABLE)
    bring_in(HEAD + "MMM,3M,,,,,,\n")
    company = db.session.query(Company).join(Company.organisation).filter(Organisation.slug == "3m").one()
    assert company.sector == "Industrials"


def test_a_company_that_an_advocate_named_is_brought_up_to_date(app):
    named = rules.name_company("3M")
    result = bring_in(TABLE)
    assert (result.added, result.updated) == (1, 1)
    assert db.session.get_one(Company, named.id).symbol == "MMM"


def test_bad_lines_are_reported_and_good_ones_kept(app):
    table = HEAD + (
        "AAA,,Industrials,,Hamburg,,,\n"
        "BBB,Good Works,Industrials,,Hamburg,,,\n"
        "CCC,Good  works,Industrials,,Hamburg,,,\n"
        f"DDD,{'D' * 201},Industrials,,Hamburg,,,\n"
        f"{'E' * 13},Long Symbol,Industrials,,Hamburg,,,\n"
    )
    result = bring_in(table)
    assert known() == ["Good Works"]
    assert [line for line, _ in result.errors] == [2, 4, 5, 6]
    assert "no name" in result.errors[0][1]
    assert "twice" in result.errors[1][1]
    assert "more than 200" in result.errors[2][1]
    assert "more than 12" in result.errors[3][1]


def test_a_table_without_the_right_columns_brings_in_nothing(app):
    result = bring_in("Name,City\nGood Works,Hamburg\n")
    assert (result.added, len(result.errors)) == (0, 1)


def test_a_large_table_is_brought_in_by_batches(app, monkeypatch):
    monkeypatch.setattr(companies, "BATCH", 10)
    rows = "".join(f"S{n},Company {n:03},Industrials,,Hamburg,,,\n" for n in range(25))
    with counting() as sent:
        result = bring_in(HEAD + rows)
    assert result.added == 25
    assert len(sent) == 3 * 4


def test_a_company_is_named_once(app, amina):
    first = rules.name_company("Delphi Mills", by=amina)
    for spelling in ("Delphi Mills", "delphi mills", "  Delphi   Mills ", "Délphi-Mills"):
        assert rules.name_company(spelling, by=amina).id == first.id
    assert db.session.query(AuditEntry).filter_by(action="company.named").count() == 1


def test_names_in_other_scripts_are_kept_apart(app):
    first, second = rules.name_company("株式会社あさひ"), rules.name_company("مطاحن دلفي")
    assert first.id != second.id
    assert rules.name_company("株式会社あさひ").id == first.id


def test_a_school_of_the_same_name_is_no_company(app, school):
    company = rules.name_company("Mwangaza Secondary")
    assert company.id != school.id
    assert company.kind is OrganisationKind.COMPANY


@pytest.mark.parametrize("name", ["", "   ", "\u202e\n"])
def test_a_company_needs_a_name(app, name):
    with pytest.raises(NoName):
        rules.name_company(name)
