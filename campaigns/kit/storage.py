"""Where uploaded bytes are kept: a directory, or any S3-compatible store."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from flask import current_app
from obstore.exceptions import GenericError
from obstore.store import S3Store

from campaigns.kit.errors import Busy

KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
LONGEST_KEY = 255
OPTIONS = {"endpoint", "region"}


class Storage(Protocol):
    """Bytes under keys such as "photo/7k0m1xq9.webp": lower-case ASCII letters, digits and ./_- only.

    Any other key is a ValueError. A store that does not answer within five seconds or so raises Busy.
    """

    def put(self, key: str, data: bytes, mime: str) -> None:
        """Keep the bytes durably and whole, in place of what was there; the type is for stores that serve it."""

    def get(self, key: str) -> bytes:
        """The bytes, or FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Destroy the bytes; nothing happens where there are none."""

    def exists(self, key: str) -> bool:
        """Whether there are bytes under this key."""


def open_storage(url: str, *, root: Path) -> Storage:
    """The store that a URL names; opens no connection.

    "" is the directory `root`; "file:///some/where" another one; "s3://bucket/prefix?endpoint=…&region=…" an
    S3-compatible store, whose credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the
    machine's role). Raises ValueError for anything else.
    """
    parts = urlsplit(url)
    if not url:
        return Directory(root)
    if parts.scheme == "file" and parts.path and parts.netloc in ("", "localhost"):
        return Directory(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.hostname:
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        if options.keys() <= OPTIONS:
            return Bucket(parts.hostname, parts.path.strip("/"), **options)
    raise ValueError(f"not a storage URL: {parts.scheme}:… (file:///directory or s3://bucket/prefix?endpoint=…)")


def current() -> Storage:
    """The store of the app at work."""
    store: Storage = current_app.extensions["storage"]
    return store


def _checked(key: str) -> str:
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


class Directory:
    """Files below one directory, readable by this user only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes, mime: str) -> None:  # noqa: ARG002 - a file system has no place for it
        """Write aside, sync, then rename, so that a crash leaves the old bytes or the new, never half."""
        path = self.root / _checked(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        _sync_directory(path.parent)

    def get(self, key: str) -> bytes:
        """The bytes, or FileNotFoundError."""
        path = self.root / _checked(key)
        if not path.is_file():
            raise FileNotFoundError(key)
        return path.read_bytes()

    def delete(self, key: str) -> None:
        """Remove the file if it is there."""
        if self.exists(key):
            (self.root / key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        return (self.root / _checked(key)).is_file()


def _sync_directory(path: Path) -> None:
    """Without this the new name itself may be lost when the power fails."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Bucket:
    """Objects in a bucket of an S3-compatible store, reached by path-style addresses."""

    def __init__(self, name: str, prefix: str = "", *, endpoint: str = "", region: str = "us-east-1") -> None:
        self._process: int | None = None
        self._store = S3Store(
            name,
            prefix=prefix or None,
            config={"region": region, **({"endpoint": endpoint} if endpoint else {})},
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=1),
                "timeout": timedelta(seconds=4),
            },
            # One retry, and only after a quick failure: a page waits five seconds at most.
            retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=1)},
        )

    def put(self, key: str, data: bytes, mime: str) -> None:
        """Upload in one request; the store acknowledges whole objects only."""
        with self._reached():
            obstore.put(self._store, _checked(key), data, attributes={"Content-Type": mime}, use_multipart=False)

    def get(self, key: str) -> bytes:
        """The bytes, or FileNotFoundError."""
        with self._reached():
            return bytes(obstore.get(self._store, _checked(key)).bytes())

    def delete(self, key: str) -> None:
        """Delete the object; S3 says yes also where there is none."""
        with self._reached():
            obstore.delete(self._store, _checked(key))

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            with self._reached():
                obstore.head(self._store, _checked(key))
        except FileNotFoundError:
            return False
        return True

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Failures of network or store as Busy. The client's threads do not survive a fork and would wait for
        ever, so a process that forked after the first use is told so."""
        self._process = self._process or os.getpid()
        if self._process != os.getpid():
            raise RuntimeError("the object store was used before this process forked; open it after the fork")
        try:
            yield
        except GenericError as error:
            raise Busy("The file store does not answer; try again in a moment.") from error
