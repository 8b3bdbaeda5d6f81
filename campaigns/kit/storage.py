"""Stored files, by key, in a folder. (An S3-compatible store follows.)"""

import os
import tempfile
from pathlib import Path


class Folder:
    """Files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes, mime: str) -> None:
        """Keep `data` under `key`, whole or not at all."""
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, target)

    def get(self, key: str) -> bytes:
        """What is kept under `key`. Raises FileNotFoundError."""
        return (self.root / key).read_bytes()

    def delete(self, key: str) -> None:
        """Forget `key`; nothing happens where it is not there."""
        (self.root / key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        """Whether there is something under `key`."""
        return (self.root / key).exists()


def open_storage(url: str, *, root: Path) -> Folder:
    """The store behind `url`."""
    return Folder(root)
