"""Putting a backup into a fresh place, and making sure that it is whole."""

import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from campaigns.cli import check, rights
from campaigns.cli.backup import DATABASE, MANIFEST, fingerprint, libpq, run_tool
from campaigns.kit import db, journal, storage


def _refuse(message: str) -> None:
    raise click.ClickException(message)


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack an archive's members into `folder` under their hashes, all of them verified; returns its manifest."""
    with tarfile.open(path, "r:gz") as archive:
        manifest = _manifest(archive)
        for name, sha256 in manifest["sha256"].items():
            member = _member(archive, name)
            with (folder / sha256).open("wb") as copy:
                shutil.copyfileobj(member, copy)
            with (folder / sha256).open("rb") as copy:
                if hashlib.file_digest(copy, "sha256").hexdigest() != sha256:
                    _refuse(f"{name} is not what it was when the backup was made")
    return manifest


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    manifest = json.load(_member(archive, MANIFEST))
    if not isinstance(manifest, dict) or not isinstance(manifest.get("sha256"), Mapping):
        _refuse("the manifest is damaged")
    return dict(manifest)


def _member(archive: tarfile.TarFile, name: str) -> Any:
    try:
        return archive.extractfile(name)
    except KeyError as error:
        raise click.ClickException(f"this is no backup of Vouch, or not all of it: {name} is missing") from error


def _refuse_unfit(manifest: Mapping[str, Any]) -> None:
    engine, settings = db.sql.engine, current_app.extensions["settings"]
    if manifest["database"] != engine.dialect.name:
        _refuse(f"the backup is of {manifest['database']}, DATABASE_URL names {engine.dialect.name}")
    if sa.inspect(engine).get_table_names():
        _refuse("there are tables here already; restore into an empty database")
    known = {fingerprint(key) for key in (settings.key, *settings.secret_key_fallbacks)}
    if not {manifest["secret_key"], *manifest["older_keys"]} <= known:
        _refuse("SECRET_KEY (or SECRET_KEY_FALLBACKS) is not what it was: sealed columns could not be opened")
    stored = [key for key in manifest["files"] if storage.current().exists(key)]
    if stored:
        _refuse(f"there are files here already, such as {stored[0]}")


def _load(dump: Path) -> None:
    engine = db.sql.engine
    if engine.dialect.name == "postgresql":
        address, env = libpq(engine.url)
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        run_tool("pg_restore", *options, f"--dbname={address}", str(dump), env=env)
        return
    source, target = sqlite.connect(str(dump)), engine.raw_connection()
    try:
        source.backup(target.driver_connection)
    finally:
        target.close()
        source.close()


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(archive: Path) -> None:
    """Put a backup into an empty database and storage, then check all of it; exit 1 where something is wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            manifest = unpack(archive, Path(scratch))
        except (tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise click.ClickException(f"{archive.name} cannot be read: {error}") from error
        _refuse_unfit(manifest)
        members = manifest["sha256"]
        _load(Path(scratch) / members[DATABASE])
        for key, mime in manifest["files"].items():
            storage.current().put(key, (Path(scratch) / members[f"uploads/{key}"]).read_bytes(), mime)
    db.sql.engine.dispose()
    again = rights.again(journal.read())
    found = check.problems()
    for problem in found:
        click.echo(problem)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"Restored what was saved at {manifest['made_at']}: {len(manifest['files'])} files. All is well.")
    click.echo(f"{again} people who were erased since then are erased again.")
