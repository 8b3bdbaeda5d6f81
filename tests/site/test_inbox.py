"""The inbox of a development machine."""

import pytest

from campaigns.kit import mail
from campaigns.kit.mail import Letter
from tests.cast.browser import submit

HTML = '<style>p { color: green }</style><p>Hello <a href="http://localhost/confirm/abc">confirm</a></p>'


def letter(subject: str = "Please confirm", **changes: str) -> Letter:
    given = {"to": "petra@example.org", "text": "Open http://localhost/confirm/abc <b>now</b>.\n", "html": HTML}
    return Letter(subject=subject, **(given | changes))


@pytest.fixture
def carried(app) -> None:
    for subject in ("The first", "The second", "The third"):
        mail.carry(letter(subject))


def key_of(subject: str) -> str:
    return next(key for key, found in mail.inbox().items() if found["Subject"] == subject)


def test_an_empty_inbox_says_so(client):
    answer = client.get("/dev/inbox")
    assert answer.status_code == 200
    assert "No mail yet" in answer.text


def test_letters_are_listed_the_newest_first(client, carried):
    page = client.get("/dev/inbox").text
    places = [page.index(subject) for subject in ("The third", "The second", "The first")]
    assert places == sorted(places)
    assert "petra@example.org" in page


def test_a_letters_text_is_shown_with_links_and_no_markup_of_its_own(client, carried):
    page = client.get(f"/dev/inbox/{key_of('The first')}").text
    assert '<a href="http://localhost/confirm/abc" rel="' in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page
    assert "petra@example.org" in page


def test_its_html_is_shown_as_it_is_and_kept_from_doing_anything(client, carried):
    answer = client.get(f"/dev/inbox/{key_of('The first')}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert '<a href="http://localhost/confirm/abc">' in answer.text
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "allow-forms" not in policy


@pytest.mark.parametrize("key", ["nothing", "..%2f..%2fvouch.sqlite", "../vouch.sqlite", "new"])
def test_what_is_no_letter_is_not_there(client, carried, key):
    assert client.get(f"/dev/inbox/{key}").status_code == 404
    assert client.get(f"/dev/inbox/{key}/html").status_code == 404


def test_all_can_be_thrown_away(client, carried):
    answer = submit(client, "/dev/inbox", to="/dev/inbox/clear")
    assert answer.status_code == 303
    assert len(mail.inbox()) == 0


def test_throwing_away_takes_a_form(client, carried):
    assert client.post("/dev/inbox/clear").status_code == 400
    assert len(mail.inbox()) == 3


def test_only_so_many_are_shown(client, app, monkeypatch):
    monkeypatch.setattr("campaigns.site.letters.SHOWN", 2)
    for number in range(4):
        mail.carry(letter(f"Letter {number}"))
    page = client.get("/dev/inbox").text
    assert "The newest 2 of 4." in page
    assert "Letter 3" in page
    assert "Letter 1" not in page


@pytest.mark.parametrize("path", ["/dev/inbox", "/dev/inbox/some", "/dev/inbox/some/html"])
def test_there_is_none_in_production(app, client, carried, path):
    app.config["DEVELOPMENT"] = False
    assert client.get(path).status_code == 404
    assert client.post("/dev/inbox/clear").status_code == 404
    assert len(mail.inbox()) == 3
