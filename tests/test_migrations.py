"""The migrations lead from nothing to what the models say, and back, on both databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from campaigns.app import create_app
from campaigns.config import ROOT
from campaigns.kit import crypto, db
from campaigns.kit.web import VouchApp
from campaigns.migrations import guards
from campaigns.student.models import Application, Consent, Identity
from tests import postgres
from tests.conftest import settings_for

HOME = ROOT / "campaigns" / "migrations"
THERE_ARE_REVISIONS = any((HOME / "versions").glob("*.py"))
APPEND_ONLY = {"audit_entry", "audit_seal", "ledger_movement", "consent"}

pytestmark = pytest.mark.both_databases
with_revisions = pytest.mark.skipif(not THERE_ARE_REVISIONS, reason="no revision has been written yet")


@pytest.fixture
def bare(backend: str, tmp_path: Path) -> Iterator[VouchApp]:
    """An app whose database has no table at all."""
    if backend == "sqlite":
        yield from _in_context(create_app(settings_for(tmp_path)))
        return
    with postgres.fresh_database() as url:
        app = create_app(settings_for(tmp_path, database_url=url))
        with app.app_context(), db.sql.engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        yield from _in_context(app)


def _in_context(app: VouchApp) -> Iterator[VouchApp]:
    with app.app_context():
        yield app
        db.session.remove()
        db.sql.engine.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The migrations' folder without a revision, to write one into."""
    folder = tmp_path / "migrations"
    shutil.copytree(HOME, folder, ignore=shutil.ignore_patterns("__pycache__", "*_*.py"))
    (folder / "versions").mkdir(exist_ok=True)
    return folder


def differences() -> list[object]:
    """What autogeneration would still have to write."""
    with db.sql.engine.connect() as connection:
        metadata = db.sql.metadata
        ours = {"include_name": lambda name, kind, _: guards.is_ours(name, kind, metadata), "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=ours), metadata))


def triggers() -> set[str]:
    """The names of the triggers that the database has."""
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with db.sql.engine.connect() as connection:
        return set(connection.execute(sa.text(found[connection.dialect.name])).scalars())


def promised_triggers() -> set[str]:
    """The names of the triggers that the models attach to their tables."""
    name = db.sql.engine.dialect.name
    pairs = [pair for table in db.sql.metadata.sorted_tables for pair in guards.statements_of(table)]
    return {text.split()[2] for dialect, text in pairs if dialect == name and text.startswith("CREATE TRIGGER")}


def tables() -> set[str]:
    return set(sa.inspect(db.sql.engine).get_table_names())


@with_revisions
def test_an_empty_database_is_brought_in_step_with_the_models(bare):
    flask_migrate.upgrade()
    assert differences() == []
    assert triggers() >= promised_triggers()


def checks(engine: sa.Engine) -> set[tuple[str, str, str]]:
    """Table, name and text of every CHECK that a database holds; autogeneration never looks at them."""
    found = sa.inspect(engine)
    names = set(found.get_table_names()) & set(db.sql.metadata.tables)
    return {
        (name, str(check["name"]), " ".join(check["sqltext"].split()))
        for name in names
        for check in found.get_check_constraints(name)
    }


@pytest.fixture
def as_in_tests(backend: str, empty_database: Path) -> Iterator[sa.Engine]:
    """A database that was made from the models, without any migration."""
    if backend == "sqlite":
        engine = sa.create_engine(f"sqlite:///{empty_database}", module=sqlite)
        yield engine
        engine.dispose()
        return
    with postgres.fresh_database() as url:
        engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        yield engine
        engine.dispose()


@with_revisions
def test_the_database_refuses_after_the_migration_what_it_refuses_in_tests(bare, as_in_tests):
    flask_migrate.upgrade()
    assert checks(db.sql.engine) == checks(as_in_tests)


@with_revisions
def test_all_the_way_back_leaves_no_table_behind(bare):
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert tables() == {"alembic_version"}
    flask_migrate.upgrade()
    assert differences() == []


def as_it_was() -> None:
    """A community with one student, as the first revision kept them."""
    at = "'2026-01-02 03:04:05'"
    sealed = {"name": crypto.seal("Canary Legalname"), "guardian": crypto.seal("Canary Guardian")}
    rows = (
        f"INSERT INTO organisation (id, kind, slug, name, created_at) VALUES (1, 'community', 'l', 'L', {at})",
        "INSERT INTO application (id, ref, code_hash, organisation_id, stage, round, alias, is_minor, story, currency,"
        f" created_at) VALUES (1, 'R', 'H', 1, 'submitted', 1, 'Amber Heron', true, 'A story', 'EUR', {at})",
        "INSERT INTO application_identity (application_id, legal_name) VALUES (1, :name)",
        "INSERT INTO consent (id, application_id, purpose, event, by_guardian, giver_name, relation, wording,"
        " wording_hash, language, at, expires_at)"
        f" VALUES (1, 1, 'apply', 'given', true, :guardian, 'mother', 'w', 'h', 'en', {at}, {at})",
    )
    with db.sql.engine.begin() as connection:
        for row in rows:
            connection.execute(sa.text(row), {key: value for key, value in sealed.items() if f":{key}" in row})


@with_revisions
def test_what_is_known_of_a_student_moves_under_a_key_and_back(bare):
    flask_migrate.upgrade(revision="0001")
    as_it_was()
    flask_migrate.upgrade()
    application = db.session.get_one(Application, 1)
    assert application.story == "A story"
    assert application.stage_since == application.created_at
    assert db.session.get_one(Identity, 1).legal_name == "Canary Legalname"
    assert db.session.get_one(Consent, 1).giver_name == "Canary Guardian"
    db.session.remove()
    flask_migrate.downgrade(revision="0001")
    with db.sql.engine.connect() as connection:
        one = connection.execute(
            sa.text("SELECT story, legal_name FROM application JOIN application_identity ON application_id = id")
        ).one()
    assert (one.story, crypto.unseal(one.legal_name)) == ("A story", "Canary Legalname")


@with_revisions
def test_there_is_one_line_of_revisions(bare):
    directory = ScriptDirectory(str(HOME))
    assert len(directory.get_heads()) == 1
    assert len(directory.get_bases()) == 1


@with_revisions
def test_append_only_tables_refuse_after_the_migration_as_they_do_in_tests(bare):
    flask_migrate.upgrade()
    assert {name.split("_no_")[0] for name in triggers() if "_no_" in name} >= APPEND_ONLY
    with db.sql.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO audit_entry (id, at, action, subject_type, subject_id, detail)"
                " VALUES (1, '2026-01-01 00:00:00', 'x', 'x', 1, '{}')"
            )
        )
    for statement in ("UPDATE audit_entry SET action = 'y'", "DELETE FROM audit_entry"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.sql.engine.begin() as connection:
            connection.execute(sa.text(statement))


def test_a_revision_written_from_the_models_carries_their_triggers(bare, elsewhere):
    flask_migrate.revision(directory=str(elsewhere), message="All of it", autogenerate=True, rev_id="0001")
    written = (elsewhere / "versions" / "0001_all_of_it.py").read_text()
    assert "import campaigns" not in written
    assert "UtcDateTime" not in written
    assert "Sealed" not in written
    flask_migrate.upgrade(directory=str(elsewhere))
    assert differences() == []
    assert triggers() == promised_triggers()
    assert {name.split("_no_")[0] for name in triggers() if "_no_" in name} >= APPEND_ONLY


def test_a_migration_that_fails_leaves_the_database_as_it_was(bare, elsewhere):
    (elsewhere / "versions" / "0001_half.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision, branch_labels, depends_on = '0001', None, None, None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    op.execute('SELECT nonsense')\n"
        "def downgrade():\n    op.drop_table('half')\n"
    )
    with pytest.raises(sa.exc.DBAPIError):
        flask_migrate.upgrade(directory=str(elsewhere))
    assert "half" not in tables()


@pytest.mark.parametrize("kept", [True, False], ids=["with its row", "without its row"])
def test_a_migration_may_not_leave_rows_that_refer_to_nothing(bare, backend, elsewhere, kept):
    if backend == "postgresql":
        pytest.skip("PostgreSQL checks references by itself, at each statement")
    (elsewhere / "versions" / "0001_orphan.py").write_text(
        "from alembic import op\n"
        "revision, down_revision, branch_labels, depends_on = '0001', None, None, None\n"
        "def upgrade():\n    op.execute('CREATE TABLE a (id INTEGER PRIMARY KEY)')\n"
        "    op.execute('CREATE TABLE b (a_id INTEGER REFERENCES a (id))')\n"
        f"    op.execute('INSERT INTO a VALUES (1)') if {kept} else None\n"
        "    op.execute('INSERT INTO b VALUES (1)')\n"
        "def downgrade():\n    pass\n"
    )
    if not kept:
        with pytest.raises(SystemExit):
            flask_migrate.upgrade(directory=str(elsewhere))
    else:
        flask_migrate.upgrade(directory=str(elsewhere))
    assert ("b" in tables()) is kept
