"""Where somebody goes on to after signing in: only ever an address of our own."""

import re
from urllib.parse import urlsplit

from flask import request, url_for

from campaigns.account.models import User

# Browsers drop tabs and line breaks from addresses and read "\" as "/": "/\t/evil" would lead away.
PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def local_path(target: str | None) -> str | None:
    """The address itself where it is a path of this site, beginning with one slash; else None."""
    if not target or not PATH.fullmatch(target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def here() -> str:
    """The page to come back to: this one, or for a form that was sent the page that it stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    page = urlsplit(request.referrer or "")
    path = page.path + (f"?{page.query}" if page.query else "")
    return (local_path(path) if page.netloc == request.host else None) or "/"


def onward(user: User) -> str:
    """Where `next` in this page's address leads; without it, to the person's first community or company, or account."""
    asked = local_path(request.args.get("next"))
    if asked:
        return asked
    communities = user.communities
    if communities:
        return f"/a/{communities[0].slug}/"
    return f"/s/{user.companies[0].slug}/" if user.companies else url_for("account.profile")
