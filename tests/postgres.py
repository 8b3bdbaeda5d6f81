"""A PostgreSQL of the tests' own: one cluster a run, one database a test, copied from a template."""

import contextlib
import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

CLUSTER = pytest.StashKey[Path | None]()
ADMIN = "TEST_POSTGRES_URL"
_template_made = False


def _tool(name: str) -> str | None:
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else shutil.which(name)


def start() -> Path | None:
    """Start a private cluster where the programs are found and no TEST_POSTGRES_URL names another."""
    if os.environ.get(ADMIN) or _tool("initdb") is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="vouch-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    user = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": "postgres"}
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    making = [_tool("initdb"), "-D", folder / "data", "-U", "vouch", "-A", "trust", "-E", "UTF8"]
    subprocess.run(making, **quiet, **user)
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"
    subprocess.run([_tool("pg_ctl"), "-D", folder / "data", "-o", options, "-w", "start"], **quiet, **user)
    os.environ[ADMIN] = f"postgresql://vouch@/postgres?host={folder}"
    return folder


def stop(folder: Path | None) -> None:
    """Stop and remove the cluster that `start` made."""
    if folder is None:
        return
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    subprocess.run(
        [_tool("pg_ctl"), "-D", folder / "data", "-m", "immediate", "stop"],
        check=False,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **user,
    )
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop(ADMIN, None)


@contextlib.contextmanager
def fresh_database() -> Iterator[str]:
    """The address of a new database with every table; dropped afterwards. Skips where there is no PostgreSQL."""
    admin = os.environ.get(ADMIN)
    if not admin:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not here, though CI installs it")
        pytest.skip("no PostgreSQL on this machine")
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(admin, autocommit=True) as connection:
        _make_template(connection, admin)
        connection.execute(f'CREATE DATABASE {name} TEMPLATE "{_template()}"')
        try:
            yield _named(admin, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _template() -> str:
    return f"template_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def _named(admin: str, name: str) -> str:
    return admin.replace("/postgres?", f"/{name}?") if "/postgres?" in admin else f"{admin.rpartition('/')[0]}/{name}"


def _make_template(connection: psycopg.Connection, admin: str) -> None:
    global _template_made
    if _template_made:
        return
    from campaigns.app import create_app
    from campaigns.kit import db
    from tests.conftest import settings_for

    connection.execute(f'DROP DATABASE IF EXISTS "{_template()}"')
    connection.execute(f'CREATE DATABASE "{_template()}"')
    app = create_app(settings_for(Path(tempfile.mkdtemp()), database_url=_named(admin, _template())))
    with app.app_context():
        db.sql.create_all()
        db.sql.engine.dispose()
    _template_made = True
