"""Every link that a page offers somebody opens for them."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.cast.world import Stage

ALIKE = 3  # so many pages of a kind are opened: the others differ in their figures
TEAM = ("amina", "marta", "victor", "safiya", "tomas", "tess", "vivian")
LINK = re.compile(r'<a [^>]*href="([^"#]+)')


@pytest.fixture
def backend() -> str:
    return "sqlite"


class Walk:
    """Goes wherever links lead, from where it starts, and notes what does not open."""

    def __init__(self, stage: Stage, client: FlaskClient) -> None:
        self.stage, self.client = stage, client
        self.dead: list[str] = []
        self.kinds = Counter[str]()
        self._known: set[str] = set()

    def go(self, *starts: str) -> "Walk":
        """Open these and all that can be reached from them."""
        ways = [(start, "the start") for start in starts]
        while ways:
            path, source = ways.pop(0)
            ways += [(onward, path) for onward in self._open(path, source)]
        return self

    def _open(self, path: str, source: str) -> list[str]:
        kind = self.stage.endpoint("GET", path)
        self.kinds[kind] += 1
        if self.kinds[kind] > ALIKE or kind == "static":
            return []
        answer = self.stage.ask(self.client, "GET", path)
        if answer.status_code >= 400:
            self.dead.append(f"{answer.status_code} {path} from {source}")
        found = LINK.findall(answer.text) if answer.mimetype == "text/html" else []
        return [onward for link in [*found, answer.location or ""] if (onward := self._new(path, unescape(link)))]

    def _new(self, path: str, link: str) -> str:
        """Where the link leads, unless away from the site or where we have been."""
        to = urlsplit(urljoin(f"http://localhost{path}", link))
        onward = f"{to.path}?{to.query}" if to.query else to.path
        if to.netloc != "localhost" or onward in self._known:
            return ""
        self._known.add(onward)
        return onward


@pytest.mark.parametrize("name", TEAM)
def test_every_link_of_the_team_s_pages_opens_for_whoever_reads_it(stage, name):
    walk = Walk(stage, stage.browser(stage.world.people[name])).go("/a/lantern/", "/account")
    assert walk.dead == []
    assert {"campaign.manage", "ask.manage", "community.team", "report.account_data"} <= walk.kinds.keys()


def test_those_without_a_community_are_led_nowhere_in_vain(stage):
    for name, letter in (("mo", "/a/lantern/asks/{drafted}"), ("ada", "/money/cases")):
        walk = Walk(stage, stage.browser(stage.world.people[name])).go("/account", stage.fill(letter))
        assert walk.dead == [], name


def test_every_link_of_the_student_s_pages_opens(stage):
    walk = Walk(stage, stage.student()).go("/apply/tasks", "/apply/data")
    assert walk.dead == []
    assert {"student.people", "student.documents", "student.needs", "report.erase_mine"} <= walk.kinds.keys()


def test_every_link_of_a_sponsor_s_pages_and_of_the_public_s_opens(stage):
    own = stage.fill("/p/{paid_pledge}?k={paid_key}")
    walk = Walk(stage, stage.browser(None)).go("/", own)
    assert walk.dead == []
    assert {
        "pledge.show",
        "student.work",
        "site.ledger",
        "student.paper_form",
        "report.ask_address",
    } <= walk.kinds.keys()


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("amina", ()),
        ("marta", ("Money",)),
        ("victor", ("Money",)),
        ("safiya", ("Money",)),
        ("tomas", ("Applications",)),
    ],
)
def test_the_navigation_offers_what_a_role_may_open(stage, name, lacks):
    page = stage.ask(stage.browser(stage.world.people[name]), "GET", "/a/lantern/").text
    tabs = re.findall(r"<li><a [^>]*>(.*?)</a>", page.split('aria-label="Community"')[1].split("</nav>")[0])
    every = ["Today", "Campaigns", "Asks", "Applications", "Money", "Team"]
    assert tabs == [tab for tab in every if tab not in lacks]
