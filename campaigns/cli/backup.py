"""A backup: the database as it is at one moment, every stored file, and what is needed to verify both."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import URL

from campaigns.file.models import File
from campaigns.kit import clock, crypto, db, storage

MANIFEST = "manifest.json"
DATABASE = "database"
KEYS_NEEDED = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "MAIL_URL")


def fingerprint(key: str) -> str:
    """What a backup keeps of SECRET_KEY: enough to know it again, nothing to open anything with."""
    return crypto.digest(f"vouch backup {key}")[:16]


def libpq(url: URL) -> tuple[str, dict[str, str]]:
    """A PostgreSQL address for its command-line tools, and the environment that holds the password."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return plain, {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}


def run_tool(*command: str, env: dict[str, str]) -> None:
    """Run one of PostgreSQL's programs. Raises ClickException with what it said."""
    try:
        subprocess.run(command, env=env, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    except FileNotFoundError as error:
        raise click.ClickException(f"{command[0]} is not installed here") from error
    except subprocess.CalledProcessError as error:
        raise click.ClickException(f"{command[0]}: {error.stderr.strip()}") from error


def _dump(target: Path) -> None:
    engine = db.sql.engine
    if engine.dialect.name == "postgresql":
        address, env = libpq(engine.url)
        run_tool("pg_dump", "--format=custom", "--no-owner", f"--file={target}", f"--dbname={address}", env=env)
        return
    copy = sqlite.connect(str(target))
    source = engine.raw_connection()
    try:
        source.driver_connection.backup(copy)  # type: ignore[union-attr]  # pysqlite3's own
    finally:
        source.close()
        copy.close()


class Archive:
    """A tar file that is there whole or not at all, and remembers the hash of each member."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.members: dict[str, str] = {}
        self._aside = path.with_name(f".{path.name}.part")

    def __enter__(self) -> "Archive":
        handle = os.open(self._aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w:gz")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if kind is None:
            os.replace(self._aside, self.path)
        else:
            self._aside.unlink()

    def add(self, name: str, data: bytes) -> None:
        """Add a member from memory."""
        self.members[name] = hashlib.sha256(data).hexdigest()
        self._add(name, len(data), io.BytesIO(data))

    def add_file(self, name: str, path: Path) -> None:
        """Add a member from a file of any size."""
        with path.open("rb") as file:
            self.members[name] = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            self._add(name, path.stat().st_size, file)

    def _add(self, name: str, size: int, file: Any) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, int(clock.now().timestamp()), 0o600
        self._tar.addfile(info, file)


def write(folder: Path) -> tuple[Path, list[str]]:
    """Write a backup into `folder`, while Vouch goes on; its path, and the keys of files that are not stored."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"vouch-{clock.now():%Y%m%dT%H%M%SZ}.tar.gz"
    with tempfile.TemporaryDirectory(dir=folder) as scratch, Archive(path) as archive:
        snapshot = Path(scratch) / DATABASE
        # The database first: files are never changed, so that all that it knows of are still there after it.
        _dump(snapshot)
        archive.add_file(DATABASE, snapshot)
        files, missing = _add_uploads(archive)
        archive.add(MANIFEST, json.dumps(_manifest(archive, files), indent=1).encode())
    return path, missing


def _add_uploads(archive: Archive) -> tuple[dict[str, str], list[str]]:
    files, missing, store = {}, [], storage.current()
    with db.reading():
        known = db.session.execute(sa.select(File.key, File.mime).order_by(File.id)).all()
    for key, mime in known:
        try:
            archive.add(f"uploads/{key}", store.get(key))
            files[key] = mime
        except FileNotFoundError:
            missing.append(key)
    return files, missing


def _manifest(archive: Archive, files: dict[str, str]) -> dict[str, Any]:
    settings = current_app.extensions["settings"]
    return {
        "made_at": clock.now().isoformat(),
        "database": db.sql.engine.dialect.name,
        "sha256": archive.members,
        "files": files,
        "secret_key": fingerprint(settings.key),
        "older_keys": [fingerprint(key) for key in settings.secret_key_fallbacks],
        "versions": {"sqlite": sqlite.sqlite_version, "sqlalchemy": version("sqlalchemy")},
    }


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Write a backup of the database and all files into FOLDER; nothing has to stop for it."""
    path, missing = write(folder)
    click.echo(str(path))
    click.echo(f"Not in it, and needed with it: {', '.join(KEYS_NEEDED)}. Keep them somewhere else.", err=True)
    for key in missing:
        click.echo(f"not stored, so not in the backup: {key}", err=True)
    if missing:
        raise click.exceptions.Exit(1)
