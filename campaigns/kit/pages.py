"""Whole public pages, kept in this process, and built again only when their version has changed.

A page's version grows with every change that a visitor could see. Before the application is asked at
all, one keyed select reads it; where the page is kept in that version its bytes are the answer, or
304 where the visitor has them. A page may also be kept under a version older than what it shows,
never the other way round: the version is read first.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, Response, current_app, request
from werkzeug.datastructures import Headers

from campaigns.kit import db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES = 32 * 2**20
SHARED = "public, max-age=0, s-maxage=30, must-revalidate"
"""Browsers ask again each time, shared caches every half minute: what is withdrawn is gone within the minute."""
BODY_HEADERS = {"content-type", "content-length"}


class Kept(NamedTuple):
    """A page as it goes out."""

    tag: str
    headers: list[tuple[str, str]]
    body: bytes


class Pages:
    """The pages used last, up to so many bytes in all."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._size = most_bytes, 0
        self._kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, ...]) -> Kept | None:
        """The page kept for this address."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[str, ...], page: Kept) -> None:
        """Keep a page in place of its earlier version; those not used for longest make room."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = page
            self._size += len(page.body) - (len(before.body) if before else 0)
            while self._size > self._most:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.body)


class Front:
    """Stands before the application for the addresses right below `prefix`; all else passes through."""

    def __init__(self, app: "WSGIApplication", prefix: str, tag: Callable[[str], str | None]) -> None:
        self._app, self._prefix, self._tag = app, prefix, tag
        self.pages = Pages()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from what is kept, or let the application answer and keep that."""
        path = environ["PATH_INFO"]
        name = path[len(self._prefix) :] if path.startswith(self._prefix) else ""
        if not name or "/" in name or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._app(environ, start_response)
        # The application refuses untrusted hosts, so a page is kept for the host that it was built for.
        key = (environ.get("HTTP_HOST", ""), environ.get("HTTP_X_FORWARDED_HOST", ""), name)
        kept = self.pages.get(key)
        if kept is None or kept.tag != self._tag(name):
            return self._passed(key, environ, start_response)
        if kept.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 NOT MODIFIED", [each for each in kept.headers if each[0].lower() not in BODY_HEADERS])
            return []
        start_response("200 OK", list(kept.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]

    def _passed(
        self, key: tuple[str, ...], environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        heard: list[Any] = []

        def listen(status: str, headers: list[tuple[str, str]], fault: Any = None) -> Any:
            heard[:] = [status, headers]
            return start_response(status, headers, fault) if fault else start_response(status, headers)

        answer = self._app(environ, listen)
        if not heard or heard[0][:3] != "200" or environ["REQUEST_METHOD"] == "HEAD":
            return answer
        return self._kept(key, Headers(heard[1]), answer)

    def _kept(self, key: tuple[str, ...], headers: Headers, answer: Iterable[bytes]) -> list[bytes]:
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        tag = headers.get("ETag")
        if tag and "Set-Cookie" not in headers and "Vary" not in headers:
            self.pages.keep(key, Kept(tag, headers.to_wsgi_list(), body))
        return [body]


def install(app: Flask, prefix: str, version: Callable[[str], str | None]) -> None:
    """Keep whole the pages right below `prefix`, each for as long as `version` says the same of its name.

    `version` is called outside any application context. Nothing is kept while templates may change.
    """
    if app.debug:
        return

    def tag(name: str) -> str | None:
        try:
            now = version(name)
        except Exception:  # the application will meet the same fault, and answers it well
            return None
        return None if now is None else f'"{edition(app)}.{now}"'

    app.wsgi_app = Front(app.wsgi_app, prefix, tag)  # type: ignore[method-assign]


def answer(version: str, build: Callable[[], str]) -> Response:
    """A page in this version: 304 where the visitor has it, else built. The version must hold all it depends on."""
    tag = f"{edition(current_app)}.{version}"
    known = tag in request.if_none_match
    response = Response(status=304) if known else Response(build(), mimetype="text/html")
    response.set_etag(tag)
    response.headers["Cache-Control"] = SHARED
    return response


def edition(app: Flask) -> str:
    """The same in every process that runs the same code and templates with the same public address."""
    found = app.extensions.get("pages.edition")
    if found is None:
        digest = hashlib.sha256(str(app.config["PUBLIC_URL"]).encode())
        for folder, kinds in (("campaigns", "*.py"), ("templates", "*.html"), ("static", "*.css")):
            for path in sorted((Path(app.root_path) / folder).rglob(kinds)):
                digest.update(path.read_bytes())
        found = app.extensions["pages.edition"] = digest.hexdigest()[:12]
    return str(found)


def engine_of(app: Flask) -> sa.Engine:
    """The engine of an app, also outside its context."""
    with app.app_context():
        return db.sql.engine
