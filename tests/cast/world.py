"""One of everything, and everybody: what the walks over all addresses need.

It is built once a worker, on a database of its own, and put back from a copy whenever something has changed it.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pysqlite3.dbapi2 as sqlite
import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from campaigns.app import create_app
from campaigns.kit import clock, crypto, db
from campaigns.kit.web import VouchApp
from tests.cast.browser import Browser

CSRF = "0123456789abcdef0123456789abcdef01234567"
METRICS_TOKEN = "metrics-token"


@dataclass
class Person:
    """Somebody, what they are (role names, their own name), and a session's token for each thing shown or not."""

    name: str
    roles: frozenset[str] = frozenset()
    sessions: dict[str, str] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)  # what `{my_…}` in an address stands for


@dataclass
class World:
    """Everybody by name, what `{…}` in an address stands for, and what must not be seen, by what it is."""

    people: dict[str, Person]
    refs: dict[str, Any]
    canaries: dict[str, str]


class Stage:
    """The app that the walks use, with the world as it was built, or as a request has left it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.copy = folder / "instance", folder / "copy"
        self.app: VouchApp
        self.world: World
        self._watch: Any = None

    def build(self, app: VouchApp, make: Callable[[], World], settings: Callable[..., Any]) -> None:
        """Keep what `make` puts into the database and files of `app`."""
        self.world = make()
        db.session.commit()
        db.session.remove()
        db.sql.engine.dispose()
        shutil.copytree(app.instance_path, self.copy)
        shutil.copytree(self.copy, self.folder)
        self.app = create_app(settings(self.folder, metrics_token=METRICS_TOKEN))
        self.app.test_client_class = Browser
        self._open()

    def _open(self) -> None:
        self._watch = sqlite.connect(self.folder / "vouch.sqlite")
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def changed(self) -> bool:
        """Whether anything was written since this was asked last, or since the world was put back."""
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def restore(self) -> None:
        """Put the world back as it was built."""
        self._watch.close()
        with self.app.app_context():
            db.sql.engine.dispose()
        for name in ("vouch.sqlite-wal", "vouch.sqlite-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.copy / "vouch.sqlite", self.folder / "vouch.sqlite")
        shutil.copytree(self.copy / "uploads", self.folder / "uploads", dirs_exist_ok=True)
        shutil.rmtree(self.app.extensions["mail.inbox"], ignore_errors=True)
        self._open()

    def close(self) -> None:
        """Let go of the database."""
        self._watch.close()
        with self.app.app_context():
            db.sql.engine.dispose()

    def browser(self, person: Person | None, shown: str = "everything", **held: Any) -> FlaskClient:
        """The browser of a person (None: of nobody), whose session has shown everything or less."""
        cookie: dict[str, Any] = {"csrf_token": CSRF} | held
        if person is not None and person.sessions:
            cookie |= {"_user_id": person.sessions[shown], "_fresh": True}
        client = self.app.test_client()
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], signer.dumps(cookie))
        return client

    def student(self) -> FlaskClient:
        """The browser of a student who is filling in an application."""
        return self.browser(None, application=self.world.refs["begun"], application_seen=int(clock.now().timestamp()))

    def ask(
        self, client: FlaskClient, method: str, path: str, data: dict[str, Any] | None = None, *, token: bool = True
    ) -> TestResponse:
        """Send a request, with the form's token unless told otherwise."""
        if method in {"GET", "HEAD"}:
            return client.open(path, method=method, buffered=True)
        signer = URLSafeTimedSerializer(self.app.config["SECRET_KEY"], salt="wtf-csrf-token")
        form = {"csrf_token": signer.dumps(CSRF)} if token else {}
        return client.open(path, method=method, data=form | (data or {}))

    def fill(self, text: str, person: Person | None = None, **others: Any) -> str:
        """`text` with `{…}` filled in from the world, for this person."""
        names = dict.fromkeys(re.findall(r"{(my_\w+)}", text), "0")
        return text.format(**(names | self.world.refs | (person.own if person else {}) | others))

    def endpoint(self, method: str, path: str) -> str:
        """The endpoint behind an address. Raises werkzeug's NotFound or MethodNotAllowed."""
        adapter = self.app.url_map.bind("localhost")
        return str(adapter.match(urlsplit(path).path, method)[0])


@pytest.fixture(scope="session")
def kept_stage(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The stage of this worker, empty until a test builds it."""
    stage = Stage(tmp_path_factory.mktemp("world"))
    yield stage
    if hasattr(stage, "app"):
        stage.close()


@pytest.fixture
def stage(request: pytest.FixtureRequest, kept_stage: Stage) -> Stage:
    """The stage, with the world as it was built."""
    from tests.conftest import settings_for
    from tests.grants.build import build

    if hasattr(kept_stage, "app"):
        kept_stage.restore()
        crypto.use_keys(kept_stage.app.config["SECRET_KEY"])  # another test's app may have used others
    else:
        get = request.getfixturevalue
        kept_stage.build(get("app"), lambda: build(get), settings_for)
    return kept_stage
