"""The database: moments, enums, append-only tables, transactions that only read, work after the commit."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind
from campaigns.audit.models import AuditEntry
from campaigns.kit import db
from campaigns.kit.db import engine

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
pytestmark = pytest.mark.both_databases


def an_organisation(slug: str = "one", **given: object) -> Organisation:
    return Organisation(kind=OrganisationKind.SCHOOL, slug=slug, name="A school", **given)


def an_entry() -> AuditEntry:
    return AuditEntry(action="tried", subject_type="test", subject_id=1)


class TestMoments:
    def test_a_moment_comes_back_in_utc_to_the_microsecond(self, app):
        db.session.add(an_organisation(created_at=NOON))
        db.session.commit()
        assert db.session.scalars(sa.select(Organisation.created_at)).one() == NOON
        assert db.session.scalars(sa.select(Organisation.created_at)).one().tzinfo is UTC

    def test_a_moment_of_another_zone_is_the_same_moment(self, app):
        nairobi = timezone(timedelta(hours=3))
        db.session.add(an_organisation(created_at=NOON.astimezone(nairobi)))
        db.session.commit()
        assert db.session.scalars(sa.select(Organisation).where(Organisation.created_at == NOON)).one()

    def test_a_moment_that_names_no_zone_is_refused(self, app):
        db.session.add(an_organisation(created_at=datetime(2026, 3, 1, 12)))  # noqa: DTZ001 - what is refused
        with pytest.raises(sa.exc.StatementError, match="without a time zone"):
            db.session.flush()


class TestEnums:
    def test_the_value_is_stored_not_the_name(self, app):
        db.session.add(an_organisation())
        db.session.commit()
        assert db.session.scalar(sa.text("SELECT kind FROM organisation")) == "school"

    def test_the_database_refuses_a_value_that_is_none_of_them(self, app):
        db.session.add(an_organisation())
        db.session.commit()
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(sa.text("UPDATE organisation SET kind = 'castle'"))


class TestAppendOnly:
    @pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'other'", "DELETE FROM audit_entry"])
    def test_what_is_written_stays(self, app, statement):
        db.session.add(an_entry())
        db.session.commit()
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            db.session.execute(sa.text(statement))
        db.session.rollback()
        assert db.session.scalars(sa.select(AuditEntry.action)).one() == "tried"

    def test_it_cannot_be_emptied_either(self, app, backend):
        if backend == "sqlite":
            pytest.skip("SQLite knows no TRUNCATE")
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            db.session.execute(sa.text("TRUNCATE audit_entry CASCADE"))

    def test_more_can_always_be_added(self, app):
        db.session.add_all([an_entry(), an_entry()])
        db.session.commit()
        assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 2


class TestReading:
    def test_what_only_reads_waits_for_no_writer(self, app, backend, tmp_path):
        if backend == "postgresql":
            pytest.skip("nobody waits for readers on PostgreSQL")
        db.session.rollback()
        writer = sqlite.connect(str(tmp_path / "vouch.sqlite"), isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with db.reading():
            assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 0
            db.session.rollback()
        writer.execute("ROLLBACK")
        writer.close()

    def test_what_writes_takes_the_lock_at_once(self, app, backend, tmp_path, monkeypatch):
        if backend == "postgresql":
            pytest.skip("PostgreSQL locks rows")
        db.session.execute(sa.text("SELECT 1"))
        other = sqlite.connect(str(tmp_path / "vouch.sqlite"), isolation_level=None, timeout=0)
        with pytest.raises(sqlite.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()

    def test_each_connection_is_set_up_to_keep_what_it_acknowledges(self, app, backend):
        if backend == "postgresql":
            pytest.skip("pragmas are SQLite's")
        read = {
            name: db.session.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

    def test_a_reference_to_nothing_is_refused(self, app):
        lost = sa.text("INSERT INTO organisation_domain (organisation_id, domain) VALUES (9, 'x.org')")
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(lost)


class TestTransaction:
    def test_it_commits_at_its_end(self, app):
        with db.transaction():
            db.session.add(an_organisation())
        db.session.rollback()
        assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 1

    def test_it_leaves_nothing_of_what_fails(self, app):
        with pytest.raises(KeyError):
            _write_and_fail()
        assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 0


class TestAfterCommit:
    def test_work_is_done_once_after_the_commit_however_often_it_was_named(self, app):
        done: list[str] = []
        db.session.execute(sa.text("SELECT 1"))
        db.after_commit("one", lambda: done.append("one"))
        db.after_commit("one", lambda: done.append("one"))
        assert done == []
        db.session.commit()
        assert done == ["one"]
        db.session.commit()
        assert done == ["one"]

    def test_work_of_what_was_rolled_back_is_never_done(self, app):
        done: list[str] = []
        db.session.execute(sa.text("SELECT 1"))
        db.after_commit("one", lambda: done.append("one"))
        db.session.rollback()
        db.session.commit()
        assert done == []

    def test_work_waits_for_the_whole_transaction_not_for_a_part_of_it(self, app):
        done: list[str] = []
        db.session.add(an_organisation())
        with db.session.begin_nested():
            db.session.add(an_organisation("two"))
            db.after_commit("one", lambda: done.append("one"))
        assert done == []
        db.session.commit()
        assert done == ["one"]


class TestOneOr404:
    def test_the_row(self, app):
        db.session.add(an_organisation())
        db.session.commit()
        assert db.one_or_404(sa.select(Organisation)).slug == "one"

    def test_nothing_there_is_not_found(self, app):
        with pytest.raises(NotFound):
            db.one_or_404(sa.select(Organisation))


class TestInsert:
    def test_a_row_that_is_there_is_left_alone_on_both_databases(self, app):
        for _ in range(2):
            new = db.insert(Organisation).values(
                kind=OrganisationKind.SCHOOL, slug="same", name="Same", created_at=NOON
            )
            db.session.execute(new.on_conflict_do_nothing(index_elements=["kind", "slug"]))
        assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 1


class TestTransience:
    def test_a_refused_row_does_not_pass_by_itself_whatever_its_words(self, app):
        db.session.add(an_organisation("timeout-locked-full"))
        db.session.commit()
        db.session.add(an_organisation("timeout-locked-full"))
        with pytest.raises(sa.exc.IntegrityError) as refused:
            db.session.flush()
        assert not db.is_transient(refused.value)

    def test_a_wrong_statement_does_not_either(self, app):
        with pytest.raises(sa.exc.DBAPIError) as wrong:
            db.session.execute(sa.text("SELECT 1 FROM nowhere"))
        assert not db.is_transient(wrong.value)

    def test_a_lock_that_is_not_given_does(self, app, backend, tmp_path):
        db.session.add(an_organisation())
        db.session.commit()
        db.session.execute(sa.text("UPDATE organisation SET name = 'held'"))
        with pytest.raises(sa.exc.OperationalError) as waited:
            _ask_for_the_same(backend, tmp_path)
        assert db.is_transient(waited.value)


def _write_and_fail() -> None:
    with db.transaction():
        db.session.add(an_organisation())
        db.session.flush()
        raise KeyError


def _ask_for_the_same(backend: str, folder: Path) -> None:
    """Another connection, which does not wait long, wants the row that this one holds."""
    arguments = {"options": "-c lock_timeout=20"} if backend == "postgresql" else {"timeout": 0.02}
    options = {"connect_args": arguments} | ({"module": sqlite} if backend == "sqlite" else {})
    engine = sa.create_engine(db.sql.engine.url, **options)
    try:
        with engine.begin() as other:
            other.execute(sa.text("UPDATE organisation SET name = 'wanted'"))
    finally:
        engine.dispose()


def test_an_old_sqlite_is_refused_at_the_start(app, backend, monkeypatch):
    if backend == "postgresql":
        assert db.prepare(db.sql.engine) is None
        return
    monkeypatch.setattr(engine, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(RuntimeError, match="too old"):
        db.prepare(db.sql.engine)
