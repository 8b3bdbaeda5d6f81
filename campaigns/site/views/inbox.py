"""The inbox of a development machine, where all mail lands."""

from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import web
from campaigns.site import letters
from campaigns.site.views.base import blueprint

# The letter's own styles and pictures within it; no script, no form, nothing fetched from anywhere.
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation"
)


def _summary(key: str, letter: Message) -> dict[str, Any]:
    text = letters.body(letter, "plain")
    return {
        "title": letter["Subject"],
        "url": url_for("site.inbox_letter", key=key),
        "sender": letter["To"],
        "at": parsedate_to_datetime(letter["Date"]),
        "excerpt": " ".join(text.split())[:120],
        "unread": False,
    }


def _letter(key: str) -> Message:
    found = letters.one(key)
    return found if found is not None else abort(404)


@blueprint.get("/dev/inbox")
@web.development
def inbox() -> ResponseReturnValue:
    """The newest letters, the latest first."""
    items = [_summary(key, letter) for key, letter in letters.newest()]
    return render_template("site/inbox.html", items=items, count=letters.count())


@blueprint.get("/dev/inbox/<key>")
@web.development
def inbox_letter(key: str) -> ResponseReturnValue:
    """One letter's plain text, with its links."""
    letter = _letter(key)
    return render_template("site/letter.html", key=key, letter=letter, text=letters.body(letter, "plain"))


@blueprint.get("/dev/inbox/<key>/html")
@web.development
def inbox_html(key: str) -> ResponseReturnValue:
    """One letter's HTML as it is, kept from doing anything."""
    response = Response(letters.body(_letter(key), "html"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = HTML_POLICY
    return response


@blueprint.post("/dev/inbox/clear")
@web.development
def inbox_clear() -> ResponseReturnValue:
    """Throw all letters away."""
    letters.clear()
    return redirect(url_for("site.inbox"), 303)
