"""What must not come back with a restored backup, outside the database: `erasures.txt`, and an object in the store.

Each line is a kind and an opaque id. A line is written before the transaction that it speaks of is committed: where
that fails, somebody is forgotten after a restore who asked to be, which is better than the other way round.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from flask import current_app

from campaigns.kit import storage

NAME = "erasures.txt"


def _path() -> Path:
    return Path(current_app.instance_path) / NAME


def _key(kind: str, ref: str) -> str:
    return f"erasures/{kind}-{ref}".lower()


def write(kind: str, ref: str) -> None:
    """Note, durably and once, that this was erased. Raises Busy where the store does not answer."""
    if f"{kind} {ref}" in read():
        return
    storage.current().put(_key(kind, ref), b"erased", "text/plain")
    handle = os.open(_path(), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{kind} {ref}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path | None = None) -> set[str]:
    """The lines of the journal, or of a copy of it."""
    path = path or _path()
    return {line.strip() for line in path.read_text().splitlines() if line.strip()} if path.is_file() else set()


def noted(kind: str, refs: Iterable[str], lines: set[str]) -> list[str]:
    """Those of the refs that these lines, or the store, say were erased."""
    store = storage.current()
    return [ref for ref in refs if f"{kind} {ref}" in lines or store.exists(_key(kind, ref))]
