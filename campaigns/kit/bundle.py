"""Many files as one ZIP that is sent while it is made: one file at a time in memory."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator

File = tuple[str, Callable[[], bytes]]


def bundle(files: Iterable[File]) -> Iterator[bytes]:
    """The ZIP of these files, in pieces; each file is made when its turn comes. Names are made unique."""
    pipe, names = _Pipe(), set[str]()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, make in files:
            archive.writestr(zipfile.ZipInfo(_unique(name, names)), make(), zipfile.ZIP_DEFLATED)
            yield pipe.taken()
    yield pipe.taken()


def _unique(name: str, names: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    found, count = name, 1
    while found in names:
        count += 1
        found = f"{stem}-{count}{dot}{ending}"
    names.add(found)
    return found


class _Pipe(io.RawIOBase):
    """What is written into it can be taken out; it cannot go back, and zipfile does not ask it to."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object) -> int:
        """Hold some more."""
        piece = bytes(data)  # type: ignore[call-overload]
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        held, self._held = bytes(self._held), bytearray()
        return held
