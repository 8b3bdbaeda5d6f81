"""What machines ask: is it well, how busy is it, what may be indexed, who looks after security."""

import re
from datetime import timedelta

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from campaigns.kit import clock, crypto, db, links, web
from campaigns.site import metrics, readiness
from campaigns.site.queries import front as queries
from campaigns.site.views.base import blueprint

SECURITY_TXT_LASTS = timedelta(days=180)
PUBLIC_PAGES = ("site.front", "site.campaigns", "student.showcase", "site.help", "site.privacy", "site.accessibility")
KEEP_OUT = ("/a/", "/account", "/asks/confirm/", "/dev/", "/follow/", "/p/", "/reply/", "/unsubscribe/", "/webhooks/")


def _text(body: str, mime: str = "text/plain") -> Response:
    return Response(body, mimetype=mime)


@blueprint.get("/healthz")
@web.machine
def healthz() -> ResponseReturnValue:
    """Whether this process answers; asks nothing of anything else."""
    return _text("ok\n")


@blueprint.get("/readyz")
@web.machine
def readyz() -> ResponseReturnValue:
    """Whether this process can do its work: 200, or 503 and what is missing, one line each."""
    missing = readiness.problems()
    return (_text("".join(f"{line}\n" for line in missing)), 503) if missing else _text("ready\n")


@blueprint.get("/metrics")
@web.machine
def prometheus() -> ResponseReturnValue:
    """Figures for Prometheus, for whoever holds METRICS_TOKEN; nothing here for anyone else."""
    token = current_app.extensions["settings"].metrics_token
    given = re.sub("^Bearer ", "", request.headers.get("Authorization", ""))
    if not token or not crypto.same(token, given):
        abort(404)
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


@blueprint.get("/robots.txt")
@web.public
def robots() -> ResponseReturnValue:
    """What search engines may index."""
    rules = "".join(f"Disallow: {path}\n" for path in KEEP_OUT)
    return _text(f"User-agent: *\n{rules}Sitemap: {links.url('site.sitemap')}\n")


@blueprint.get("/sitemap.xml")
@web.public
def sitemap() -> ResponseReturnValue:
    """The public pages and the newest public campaigns."""
    campaigns = db.session.execute(queries.SITEMAP, {"now": clock.now()}).all()
    pages = [links.url(endpoint) for endpoint in PUBLIC_PAGES]
    body = render_template("site/sitemap.xml", pages=pages, campaigns=campaigns, url=links.url)
    return _text(body, "application/xml")


@blueprint.get("/.well-known/security.txt")
@web.public
def security_txt() -> ResponseReturnValue:
    """Whom to tell of a weakness (RFC 9116)."""
    expires = (clock.now() + SECURITY_TXT_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    address = current_app.extensions["settings"].security_to
    return _text(
        f"Contact: mailto:{address}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en\n"
        f"Canonical: {links.url('site.security_txt')}\n"
    )
