"""Seals chain the entries, and show where the trail was changed afterwards."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.audit import rules
from campaigns.audit.models import AuditEntry, AuditSeal
from campaigns.kit import db


@pytest.fixture
def trail(amina, lantern) -> list[int]:
    """Five sealed entries; their numbers."""
    for step in range(5):
        rules.record(amina, "tested", lantern, step=step)
    db.session.commit()
    rules.seal()
    return list(
        db.session.scalars(sa.select(AuditEntry.id).where(AuditEntry.action == "tested").order_by(AuditEntry.id))
    )


def tamper(statement: str, **values: object) -> None:
    """Do what somebody with the database's own password could do, past the triggers."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("SET session_replication_role = replica"))
    else:
        for table in ("audit_entry", "audit_seal"):
            for verb in ("update", "delete"):
                db.session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        db.session.commit()
        with db.sql.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute(statement, values)
            raw.execute("PRAGMA foreign_keys = ON")
        return
    db.session.execute(sa.text(statement), values)
    db.session.commit()
    db.session.execute(sa.text("SET session_replication_role = DEFAULT"))
    db.session.expire_all()


@pytest.mark.both_databases
class TestSealing:
    def test_every_entry_gets_one_seal(self, trail):
        sealed = set(db.session.scalars(sa.select(AuditSeal.entry_id)))
        assert set(trail) <= sealed
        assert len(sealed) == db.session.scalar(sa.select(sa.func.count(AuditEntry.id)))

    def test_sealing_again_changes_nothing(self, trail):
        before = list(db.session.scalars(sa.select(AuditSeal.hash).order_by(AuditSeal.id)))
        rules.seal()
        assert list(db.session.scalars(sa.select(AuditSeal.hash).order_by(AuditSeal.id))) == before

    def test_what_comes_later_is_chained_to_what_was_there(self, trail, amina, lantern):
        rules.record(amina, "tested", lantern, step=9)
        db.session.commit()
        rules.seal()
        last = db.session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id.desc()).limit(2)).all()
        entry = db.session.get_one(AuditEntry, last[0].entry_id)
        assert last[0].hash == rules.chain(last[1].hash, entry)
        assert rules.broken_seals() == []

    def test_an_untouched_trail_is_whole(self, trail):
        db.session.expire_all()
        assert rules.broken_seals() == []

    def test_what_is_not_sealed_yet_breaks_nothing(self, trail, amina, lantern):
        rules.record(amina, "tested", lantern)
        db.session.commit()
        assert rules.broken_seals() == []


@pytest.mark.both_databases
class TestTampering:
    def test_a_changed_word_is_found(self, trail):
        tamper("UPDATE audit_entry SET action = 'other' WHERE id = :id", id=trail[2])
        assert rules.broken_seals() == [trail[2]]

    def test_another_actor_is_found(self, trail, victor):
        tamper("UPDATE audit_entry SET actor_id = :actor WHERE id = :id", id=trail[0], actor=victor.id)
        assert rules.broken_seals() == [trail[0]]

    @pytest.mark.parametrize("which", [1, -1], ids=["in the middle", "the last"])
    def test_a_removed_entry_is_found(self, trail, which):
        tamper("DELETE FROM audit_entry WHERE id = :id", id=trail[which])
        assert trail[which] in rules.broken_seals()

    def test_an_entry_removed_with_its_seal_is_found_by_the_next(self, trail):
        tamper("DELETE FROM audit_seal WHERE entry_id = :id", id=trail[1])
        tamper("DELETE FROM audit_entry WHERE id = :id", id=trail[1])
        assert rules.broken_seals() == [trail[2]]

    def test_a_forged_seal_is_found(self, trail):
        tamper("UPDATE audit_seal SET hash = :forged WHERE entry_id = :id", id=trail[3], forged="f" * 64)
        assert trail[3] in rules.broken_seals()


class TestWhatIsSealed:
    @pytest.fixture
    def entry(self, trail) -> AuditEntry:
        return db.session.get_one(AuditEntry, trail[0])

    def test_every_column_counts(self, entry):
        sealed = rules.chain("0", entry)
        changes = {
            "at": entry.at + timedelta(seconds=1),
            "actor_id": 999,
            "action": "x",
            "subject_type": "x",
            "subject_id": 999,
            "organisation_id": 999,
            "detail": {"step": "x"},
        }
        assert set(changes) | {"id"} == set(AuditEntry.__table__.columns.keys())
        for name, value in changes.items():
            kept = getattr(entry, name)
            setattr(entry, name, value)
            assert rules.chain("0", entry) != sealed, name
            setattr(entry, name, kept)
        assert rules.chain("0", entry) == sealed
        assert rules.chain("1", entry) != sealed
        db.session.rollback()
