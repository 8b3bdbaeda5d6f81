"""The trail says who did what to which row, in the transaction that did it."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from campaigns.audit import rules
from campaigns.audit.models import AuditEntry
from campaigns.kit import clock, db

pytestmark = pytest.mark.both_databases


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "tested").order_by(AuditEntry.id)))


def test_an_entry_names_actor_act_and_row(amina, lantern):
    with clock.at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        rules.record(amina, "tested", lantern, step=2)
        db.session.commit()
    [entry] = entries()
    assert entry.actor_id == amina.id
    assert (entry.subject_type, entry.subject_id) == ("community", lantern.id)
    assert entry.organisation_id == lantern.id
    assert entry.detail == {"step": 2}
    assert entry.at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_job_has_no_actor(lantern):
    rules.record(None, "tested", lantern)
    db.session.commit()
    assert entries()[0].actor_id is None


def test_a_row_of_nobody_has_no_organisation(amina):
    rules.record(amina, "tested", amina)
    db.session.commit()
    assert entries()[0].organisation_id is None


def test_a_row_that_is_new_has_its_number_by_then(amina, school):
    new = type(school)(kind=school.kind, slug="new", name="New")
    db.session.add(new)
    rules.record(amina, "tested", new)
    db.session.commit()
    assert entries()[0].subject_id == new.id


def test_what_is_rolled_back_was_never_done(amina, lantern):
    rules.record(amina, "tested", lantern)
    db.session.rollback()
    assert entries() == []
