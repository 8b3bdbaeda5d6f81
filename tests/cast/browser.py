"""Filling in a page's form as a browser without JavaScript does."""

from html.parser import HTMLParser
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Browser(FlaskClient):
    """A client whose every request begins anew.

    A test runs inside the app's context, which its requests then share: what one request keeps in `g`
    (who is signed in, the form's token) would be taken for the next one's, whoever sends it.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in list(g) if has_app_context() else ():
            g.pop(name)
        return super().open(*args, **kwargs)


class _Hidden(HTMLParser):
    """The hidden fields of the page's forms that post, by the form's action."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1][1][given.get("name", "")] = given.get("value", "")


def hidden_fields(page: str, action: str | None = None) -> dict[str, str]:
    """The hidden fields of the form with this action; without one, of the last form on the page."""
    parser = _Hidden()
    parser.feed(page)
    found = [fields for at, fields in parser.forms if action is None or at.endswith(action)]
    assert found, f"no form{f' for {action}' if action else ''} on the page"
    return found[-1]


def submit(
    client: FlaskClient, url: str, *, to: str | None = None, follow: bool = False, **fields: Any
) -> TestResponse:
    """GET `url`, take its form's hidden fields, POST them with `fields` to `to` (by default the same address)."""
    shown = client.get(url)
    assert shown.status_code == 200, f"{url} answered {shown.status_code}"
    path = (to or url).split("?")[0]
    forms = _Hidden()
    forms.feed(shown.text)
    action = path if any(at.split("?")[0].endswith(path) for at, _ in forms.forms) else None
    hidden = next((f for at, f in forms.forms if action and at.split("?")[0].endswith(path)), None)
    data = (hidden if hidden is not None else hidden_fields(shown.text)) | fields
    return client.post(to or url, data=data, follow_redirects=follow)
