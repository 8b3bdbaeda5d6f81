"""Whole public pages, kept in this process, and built again only when their version has changed.

Whoever asks gives the address, a version that grows with every change a visitor could see, and how
to build the page. A browser or cache that has this version gets 304 and nothing is built or read.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from flask import Response, current_app, request

MOST_BYTES = 32 * 2**20
SHARED = "public, max-age=0, s-maxage=30, must-revalidate"
"""Browsers ask again each time, shared caches every half minute: what is withdrawn is gone within the minute."""


class Pages:
    """The pages used last, up to so many bytes in all. `edition` is of the code and templates that make them."""

    def __init__(self, edition: str, most_bytes: int = MOST_BYTES) -> None:
        self.edition = edition
        self._most, self._size = most_bytes, 0
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, address: str, version: str) -> bytes | None:
        """The page at this address, where it is kept in this version."""
        with self._lock:
            kept = self._kept.get(address)
            if kept is None or kept[0] != version:
                return None
            self._kept.move_to_end(address)
            return kept[1]

    def keep(self, address: str, version: str, page: bytes) -> None:
        """Keep a page in place of its earlier version; those not used for longest make room."""
        with self._lock:
            _, before = self._kept.pop(address, ("", b""))
            self._kept[address] = version, page
            self._size += len(page) - len(before)
            while self._size > self._most:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._size -= len(dropped)


def answer(address: str, version: str, build: Callable[[], str]) -> Response:
    """The page as a response: 304, or its kept bytes, or built now. The version must hold all that it depends on."""
    pages = _pages()
    tag = f"{pages.edition}.{version}"
    if tag in request.if_none_match:
        response = Response(status=304)
    else:
        page = pages.get(address, tag)
        if page is None:
            page = build().encode()
            pages.keep(address, tag, page)
        response = Response(page, mimetype="text/html")
    response.set_etag(tag)
    response.headers["Cache-Control"] = SHARED
    return response


def _pages() -> Pages:
    pages: Pages | None = current_app.extensions.get("pages")
    if pages is None:
        pages = current_app.extensions["pages"] = Pages(_edition(Path(current_app.root_path)))
    return pages


def _edition(root: Path) -> str:
    """The same in every process that runs the same code with the same public address."""
    digest = hashlib.sha256(str(current_app.config["PUBLIC_URL"]).encode())
    for folder, kinds in (("campaigns", "*.py"), ("templates", "*.html"), ("static", "*.css")):
        for path in sorted((root / folder).rglob(kinds)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
