"""Nothing that is held about a student can be forgotten in an export or an erasure: every table is accounted for."""

import sqlalchemy as sa

from campaigns.kit import db
from campaigns.kit.held import OnErasure
from campaigns.report import registry
from campaigns.student.models import OfPerson

TABLES = db.Base.metadata.tables


def about_students() -> set[str]:
    """Every table that refers to an application, or to a row that does, and so on; or that names one by a column."""
    found = {"application"} | {name for name, table in TABLES.items() if "application_id" in table.columns}
    while True:
        more = {
            table.name
            for table in TABLES.values()
            if {key.column.table.name for column in table.columns for key in column.foreign_keys} & found
        }
        if more <= found:
            return found
        found |= more


def test_every_table_about_students_is_told_and_erased_or_says_why_not(app):
    named = registry.HELD.keys() | registry.NOT_HELD.keys()

    assert about_students() <= named, "say in campaigns/report/registry.py what becomes of these"
    assert named <= set(TABLES)
    assert not registry.HELD.keys() & registry.NOT_HELD.keys()


def test_what_stays_says_why(app):
    stays = [each for each in registry.HELD.values() if each.on_erasure in {OnErasure.KEEP, OnErasure.NEUTRAL}]

    assert stays
    assert all(each.why for each in stays)
    assert all(registry.NOT_HELD.values())


def test_every_table_that_is_sealed_under_a_students_key_is_told(app):
    sealed = {mapper.local_table.name for mapper in db.Base.registry.mappers if issubclass(mapper.class_, OfPerson)}

    assert sealed <= registry.HELD.keys()


def test_each_is_found_by_a_column_that_it_has(app):
    assert not [name for name, each in registry.HELD.items() if each.owner not in each.table.columns]


def test_only_what_may_be_nothing_is_emptied(app):
    emptied = [each for each in registry.HELD.values() if each.on_erasure is OnErasure.EMPTY]
    for each in emptied:
        kept = [column for column in each.table.columns if not column.nullable]
        assert all(column.primary_key or isinstance(column.type, sa.DateTime) for column in kept), each.table.name
