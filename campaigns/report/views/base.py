"""The blueprint, and an archive as an answer."""

from collections.abc import Iterator
from typing import IO

from flask import Blueprint, Response

blueprint = Blueprint("report", __name__)

PIECE = 64 * 1024


def archive(file: IO[bytes], ref: str) -> Response:
    """A ZIP as a download, sent piece by piece, that no cache keeps."""
    response = Response(_pieces(file), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="vouch-{ref}.zip"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
