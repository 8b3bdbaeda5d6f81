"""The cast and the stage: an app on a database of its own for each test, and people who are always the same."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from campaigns.app import create_app
from campaigns.config import Settings
from campaigns.kit import db
from campaigns.kit.web import VouchApp
from tests import postgres, quick
from tests.cast.browser import Browser

quick.remember_addresses()

MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 2**30:
    # Databases are synced at every commit; in memory that costs nothing.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

BYTECODE = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="vouch-templates-"))

pytest_plugins = ["tests.cast.people", "tests.cast.things", "tests.cast.cards", "tests.cast.world"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[postgres.CLUSTER] = postgres.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if postgres.CLUSTER in config.stash:
        postgres.stop(config.stash[postgres.CLUSTER])


def pytest_collection_finish() -> None:
    quick.collect_rarely()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("backend", ["sqlite", "postgresql"], indirect=True)


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings of a test app whose files are all in `folder`."""
    given = {
        "vouch_env": "test",
        "instance_path": folder,
        "queue_url": "memory:",
        "mail_url": "inbox:",
        "public_url": "http://localhost",
        "stripe_webhook_secret": "",
    }
    return Settings(**(given | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, made once a worker and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(settings_for(folder))
    with app.app_context():
        db.sql.create_all()
        db.sql.engine.dispose()
    return folder / "vouch.sqlite"


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", os.environ.get("TEST_BACKEND", "sqlite"))


@pytest.fixture
def settings(backend: str, empty_database: Path, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a fresh database; a test that needs others overrides this fixture."""
    if backend == "postgresql":
        with postgres.fresh_database() as url:
            yield settings_for(tmp_path, database_url=url)
    else:
        shutil.copy(empty_database, tmp_path / "vouch.sqlite")
        yield settings_for(tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[VouchApp]:
    """The app, inside its context, so that a test can use the database session directly."""
    app = create_app(settings)
    db.set_reading(False)  # the last request of the test before may only have read
    app.jinja_env.bytecode_cache = BYTECODE  # compiling every template anew for each test takes most of its time
    app.test_client_class = Browser
    with app.app_context():
        quick.remember_statements(db.sql.engine)
        yield app
        db.session.remove()
        db.sql.engine.dispose()


@pytest.fixture
def client(app: VouchApp) -> FlaskClient:
    """A browser that is nobody yet."""
    return app.test_client()
