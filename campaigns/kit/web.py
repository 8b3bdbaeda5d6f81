"""The edge: who may knock at each view, headers, one transaction a request, and plain error pages."""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import Forbidden, HTTPException, InternalServerError, NotFound

from campaigns.kit import crypto, db
from campaigns.kit.errors import Busy, NotAllowed, Refused

V = TypeVar("V", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

log = structlog.get_logger()
csrf = CSRFProtect()


class Access(Enum):
    """Who may knock. What a caller may do with a thing is for `campaigns.access` to say."""

    PUBLIC = "public"  # no session, no cookie, cacheable by anyone
    GUEST = "guest"  # anyone, with a session for the form's token
    SIGNED_IN = "signed in"  # an account
    MACHINE = "machine"  # a signature or token in the request itself, no session
    DEVELOPMENT = "development"  # anyone, and not there at all in production


def _declare(access: Access) -> Callable[[V], V]:
    def mark(view: V) -> V:
        view.access = access  # type: ignore[attr-defined]  # functions take attributes
        return view

    return mark


public = _declare(Access.PUBLIC)
guest = _declare(Access.GUEST)
signed_in = _declare(Access.SIGNED_IN)
machine = _declare(Access.MACHINE)
development = _declare(Access.DEVELOPMENT)


def access_of(app: Flask, endpoint: str | None) -> Access | None:
    """The declared access of an endpoint; None for an unknown address."""
    return getattr(app.view_functions.get(endpoint or ""), "access", None)


def refuse_undeclared(app: Flask) -> None:
    """Stop the app from starting where a view says nothing of its access."""
    silent = sorted(name for name in app.view_functions if access_of(app, name) is None)
    if silent:
        raise RuntimeError(f"views without a declared access: {', '.join(silent)}")


class VouchApp(Flask):
    """Flask with one transaction a request: committed below status 400, rolled back from there on."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request; a commit that fails is answered as the fault it is."""
        response = self.make_response(super().dispatch_request())
        if not db.session.registry.has():
            return response  # nobody asked for a session, so there is nothing to end
        if response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return response


def init_app(app: Flask) -> None:
    """Put the guards, the headers and the error pages on an app."""
    csrf.init_app(app)
    app.before_request(_knock)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NotAllowed, lambda error: _http_error(Forbidden(str(error) or None)))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _fault)


def _knock() -> ResponseReturnValue | None:
    level = access_of(current_app, request.endpoint)
    db.set_reading(request.method in SAFE_METHODS)
    if level is None:  # no such address, or not with this method: the router says so
        return None
    if "\x00" in request.path or b"%00" in request.query_string:
        raise NotFound  # nothing here has such a name, and PostgreSQL cannot even be asked for it
    if level is Access.DEVELOPMENT and not current_app.config["DEVELOPMENT"]:
        return _page(404, *MESSAGES[404])
    if request.method not in SAFE_METHODS and level is not Access.MACHINE:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            raise Forbidden("This form was sent from another site.")
        csrf.protect()
    if level is Access.SIGNED_IN and not current_user.is_authenticated:
        unauthorized: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return unauthorized
    return None


def allow_form_target(origin: str) -> None:
    """Let a form on this page lead on to another origin (a payment provider's hosted page)."""
    g.form_targets = f"{g.get('form_targets', '')} {origin}"


def _headers(response: Response) -> Response:
    level = access_of(current_app, request.endpoint)
    script = "script-src 'self'; connect-src 'self'; " if level is Access.SIGNED_IN else ""
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; {script}style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"form-action 'self'{g.get('form_targets', '')}; base-uri 'none'; frame-ancestors 'none'",
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    referrer = "strict-origin-when-cross-origin" if level is Access.PUBLIC else "same-origin"
    headers.setdefault("Referrer-Policy", referrer)
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if current_app.config["PUBLIC_URL"].startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return _cached(response, level)


def attachment(data: bytes, mime: str, name: str) -> Response:
    """Bytes that somebody else gave, as a download that no browser runs and no cache keeps."""
    response = Response(data, mimetype=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _cached(response: Response, level: Access | None) -> Response:
    if "Cache-Control" in response.headers:
        return response
    if level is not Access.PUBLIC or response.status_code != 200 or request.method not in {"GET", "HEAD"}:
        response.headers["Cache-Control"] = "private, no-cache" if level is Access.GUEST else "no-store"
        return response
    response.headers["Cache-Control"] = "public, max-age=0, s-maxage=30, must-revalidate"
    response.add_etag()
    response.make_conditional(request)
    return response


MESSAGES: dict[int, tuple[str, str]] = {
    400: ("That request could not be read", "Go back and try again; your browser may still have what you typed."),
    403: ("You may not do that", "Your role does not include this. Someone else in your community may be able to."),
    404: ("There is nothing here", "The address may be mistyped, or the page is not yours to see."),
    405: ("That cannot be done here", "Go back and use the page's own buttons."),
    413: ("That is too large", "Files may be up to 10 MB. Choose a smaller one."),
    429: ("Too many tries", "Wait a little and try again."),
    500: ("Something went wrong on our side", "Nothing was changed. If it happens again, tell us the number below."),
    503: ("Busy right now", "Nothing was changed. Please try again in a few seconds."),
}


def _page(status: int, title: str, message: str, *, retry_after: int | None = None) -> Response:
    error_id = crypto.token()[:10]
    page = render_template(
        "error/page.html", status=status, title=title, message=message, error_id=error_id, retry_after=retry_after
    )
    response = Response(page, status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    log.info("error_page", status=status, error_id=error_id, endpoint=request.endpoint)
    g.error_id = error_id
    return response


def _http_error(error: HTTPException) -> Response:
    db.session.rollback()
    if error.response is not None:
        return current_app.make_response(error.response)
    status = error.code or 500
    title, message = MESSAGES.get(status, (error.name, error.description or ""))
    told = error.description if error.description != type(error).description else None
    retry = 60 if status == 429 else None
    page = _page(status, title, told if told and status in {403, 409} else message, retry_after=retry)
    if isinstance(error, InternalServerError) and error.original_exception:
        log.error("fault", error_id=g.error_id, exc_info=error.original_exception)
    for name, value in error.get_headers():
        if name not in {"Content-Type"}:
            page.headers.setdefault(name, value)
    return page


def _stale_form(_error: CSRFError) -> Response:
    return _page(400, "This page had been open too long", "Go back, reload the page and send the form again.")


def _refused(refusal: Refused) -> Response:
    db.session.rollback()
    return _page(422, "That cannot be done", str(refusal))


def _busy(error: Busy) -> Response:
    db.session.rollback()
    return _page(503, *MESSAGES[503], retry_after=error.retry_after)


def _database_error(error: DBAPIError) -> Response:
    db.session.rollback()
    if not db.is_transient(error):
        return _fault(error)
    log.warning("database.busy", fault=str(error.orig))
    return _page(503, *MESSAGES[503], retry_after=Busy.retry_after)


def _fault(error: Exception) -> Response:
    db.session.rollback()
    if current_app.config["PROPAGATE_FAULTS"]:
        raise error
    page = _page(500, *MESSAGES[500])
    log.error("fault", error_id=g.error_id, exc_info=error)
    return page
