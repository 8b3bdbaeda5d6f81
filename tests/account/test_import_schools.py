"""Schools from a list."""

import pytest
import sqlalchemy as sa

from campaigns.account import queries
from campaigns.account.models import Organisation, OrganisationDomain
from campaigns.account.rules import import_schools, schools
from campaigns.account.states import OrganisationKind
from campaigns.kit import db
from tests.cast.queries import counting


def a_row(name="Chiba University", *domains, country="JP", **others):
    return {
        "name": name,
        "alpha_two_code": country,
        "domains": list(domains) or ["chiba-u.ac.jp"],
        "web_pages": ["https://www.chiba-u.ac.jp/"],
        "country": "Japan",
        "state-province": None,
    } | others


def stored():
    rows = db.session.scalars(sa.select(Organisation).order_by(Organisation.id)).all()
    return [(row.slug, row.name, row.country) for row in rows]


@pytest.mark.both_databases
def test_a_school_is_added_with_its_domains(app):
    done = import_schools([a_row("Chiba University", "chiba-u.jp", "chiba-u.ac.jp")])
    assert (done.created, done.updated, done.unchanged, done.errors) == (1, 0, 0, [])
    assert stored() == [("chiba-university", "Chiba University", "JP")]
    school = db.session.scalars(queries.schools_of_domain("chiba-u.jp")).one()
    assert (school.kind, school.website) == (OrganisationKind.SCHOOL, "https://www.chiba-u.ac.jp/")


@pytest.mark.both_databases
def test_a_second_run_changes_nothing(app):
    rows = [a_row(), a_row("Keio University", "keio.ac.jp"), a_row("Without a domain", domains=[])]
    import_schools(rows)
    before = stored()
    done = import_schools(rows)
    assert (done.created, done.updated, done.unchanged) == (0, 0, 3)
    assert stored() == before


def test_a_known_school_gains_a_domain(app):
    import_schools([a_row("Chiba University", "chiba-u.ac.jp")])
    done = import_schools([a_row("Chiba University", "chiba-u.ac.jp", "chiba-u.jp")])
    assert (done.created, done.updated, done.unchanged) == (0, 1, 0)
    assert db.session.scalars(sa.select(OrganisationDomain.domain)).all() == ["chiba-u.ac.jp", "chiba-u.jp"]


def test_schools_of_one_name_are_kept_apart_by_domain_and_country(app):
    rows = [
        a_row("Glendale College", "glendale.edu", country="US"),
        a_row("Glendale College", "gccaz.edu", country="US"),
        a_row("Glendale College", "glendale.ac.uk", country="GB"),
        a_row("Glendale College", "glendale.edu", "mail.glendale.edu", country="US"),
    ]
    done = import_schools(rows)
    assert (done.created, done.updated) == (3, 1)
    assert [slug for slug, _, _ in stored()] == ["glendale-college", "glendale-college-us", "glendale-college-gb"]
    assert import_schools(rows).created == 0


def test_a_domain_may_belong_to_two_schools(app):
    import_schools([a_row("One", "shared.edu"), a_row("Two", "shared.edu")])
    assert len(db.session.scalars(queries.schools_of_domain("shared.edu")).all()) == 2


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("just text", "not an object"),
        (None, "not an object"),
        (a_row(""), "name"),
        (a_row("x" * 201), "name"),
        (a_row("Null\x00byte"), "name"),
        (a_row(country="Japan"), "alpha_two_code"),
        (a_row(country=""), "alpha_two_code"),
        (a_row(domains="chiba-u.ac.jp"), "domains"),
        (a_row(domains=[7]), "domains"),
        (a_row(domains=["no domain"]), "domains"),
        (a_row(domains=["x." + "a" * 300]), "domains"),
        (a_row(web_pages={"a": 1}), "web_pages"),
    ],
)
def test_a_bad_row_is_reported_by_its_number_and_the_others_kept(app, row, fault):
    done = import_schools([a_row("First"), row, a_row("Third")])
    assert done.created == 2
    assert [number for number, _ in done.errors] == [2]
    assert fault in done.errors[0][1]


def test_characters_that_nobody_sees_are_left_out(app):
    import_schools([a_row("Chiba\u200b  Univer\xadsity\n")])
    assert stored() == [("chiba-university", "Chiba University", "JP")]


def test_quotes_that_a_wrong_encoding_broke_are_mended(app):
    import_schools([a_row("Academy \x93Karol Marcinkowski\x94")])
    assert stored()[0][1] == "Academy “Karol Marcinkowski”"


def test_an_address_that_is_no_web_page_is_left_out(app):
    import_schools([a_row(web_pages=["javascript:alert(1)", "https://www.chiba-u.jp/"])])
    assert db.session.scalars(sa.select(Organisation.website)).one() == "https://www.chiba-u.jp/"


def test_thousands_are_read_in_batches_not_one_by_one(app, monkeypatch):
    monkeypatch.setattr(schools, "BATCH", 50)
    rows = [a_row(f"School {number}", f"school{number}.edu") for number in range(100)]
    import_schools(rows)
    with counting() as sent:
        done = import_schools(iter(rows))
    assert done.unchanged == 100
    assert len(sent.matching("select")) <= 5
