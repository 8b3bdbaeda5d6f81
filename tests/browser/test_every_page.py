"""Every address that answers with a page, on a small phone, in light and in dark: nothing too wide, nothing for axe."""

import pytest
from playwright.sync_api import Route

from tests.browser.sight import Sight
from tests.grants.doors import GETS
from tests.grants.table import ROWS

pytestmark = pytest.mark.browser
SITE = "http://localhost"


@pytest.fixture
def backend() -> str:
    return "sqlite"


class Reader:
    """Opens addresses of the walks' world in a real browser, as whoever may."""

    def __init__(self, stage, sight):
        self.stage, self.sight, self.client = stage, sight, None
        self.page = sight.window().new_page()
        self.page.route("**/*", self._answer)
        sight.watch(self.page)

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if self.client is None or not route.request.url.startswith(SITE):
            route.abort()
            return
        got = self.client.open(path, buffered=True)
        route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.data)

    def read(self, path: str, client) -> None:
        """Look at one page; what is no page, or leads on, is left."""
        self.client = client
        got = client.open(path, buffered=True)
        if got.status_code == 200 and got.mimetype == "text/html" and not got.headers.get("Content-Disposition"):
            self.page.goto(SITE + path)
            self.sight.take_in(self.page)


def test_every_page_fits_a_small_phone_and_hides_nothing_from_anybody(stage, chromium):
    sight = Sight(chromium, SITE, 360)
    reader = Reader(stage, sight)
    for door in GETS:
        reader.read(stage.fill(door.path), stage.student() if door.student else stage.browser(None))
    for row in (each for each in ROWS if each.method == "GET"):
        person = next((each for each in stage.world.people.values() if row.allows(each.roles)), None)
        if person is not None:
            reader.read(stage.fill(row.path, person, slug="lantern"), stage.browser(person))
    assert sight.pages > 230
    print(*sight.faults, sep="\n")
    assert sight.faults == []
