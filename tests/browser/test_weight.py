"""What a page weighs with all that it loads, gzipped, as a phone on a bad line pays for it."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Response

from campaigns.file import rules as files
from campaigns.kit import clock, db, images
from campaigns.site.views.campaigns import CARDS
from tests.browser.sight import Sight
from tests.cast.pictures import a_photo

pytestmark = pytest.mark.browser


@pytest.fixture
def many_campaigns(a_campaign: Callable, a_pledge: Callable, amina: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """More campaigns than a page of the list takes, each with a photograph."""
    monkeypatch.setattr(images, "reencode", lru_cache(images.reencode))  # the same one each time
    for number in range(CARDS + 1):
        with clock.at(clock.now() - timedelta(hours=number)):
            campaign = a_campaign(title=f"A term at the secondary school, the {number + 1}th", slug=f"term-{number}")
            a_pledge(campaign, 50_00, organisation="Meridian Freight")
        campaign.concerns_minor = False  # one officer has approved the picture
        campaign.cover = files.keep_image(a_photo(), organisation_id=campaign.organisation_id, by=amina)
        campaign.cover_alt, campaign.cover_shows_student = "Desks in a classroom", False
        files.publish(campaign.cover)
    db.session.commit()


class Scales:
    """A browser that has never been here, and what it is sent."""

    def __init__(self, window: BrowserContext) -> None:
        self.page = window.new_page()
        self.answers: dict[str, Response] = {}
        self.page.on("response", lambda answer: self.answers.update({answer.url: answer}))

    def weigh(self, path: str, until: Literal["load", "networkidle"] = "networkidle") -> int:
        """The bytes of a page and of all that it loads on a first visit."""
        self.answers.clear()
        answer = self.page.goto(path, wait_until=until)
        assert answer is not None
        assert answer.ok
        return sum(_weight(each) for each in list(self.answers.values()))  # a late favicon may still come


def _weight(answer: Response) -> int:
    packed = answer.headers["content-type"] in {"image/webp", "font/ttf"}
    return len(answer.body()) if packed else len(gzip.compress(answer.body()))


@pytest.fixture
def scales(sight: Sight) -> Scales:
    return Scales(sight.window())


@pytest.mark.parametrize("width", [360, 1280])
def test_a_full_list_with_its_pictures(scales, many_campaigns):
    assert scales.weigh("/campaigns") <= 60_000
    assert len([url for url in scales.answers if "/f/" in url]) >= 3


def test_the_front_page_with_its_pictures(scales, many_campaigns):
    assert scales.weigh("/") <= 60_000


def test_the_pages_of_the_team(site, sight, sign_in, many_campaigns, amina):
    cookie = sign_in(amina).get_cookie("vouch")
    for path in ("", "campaigns", "campaigns/term-0", "asks", "money", "pledges", "team", "updates", "disbursements"):
        scales = Scales(sight.window())
        scales.page.context.add_cookies([{"name": "vouch", "value": cookie.value, "url": site.url}])
        assert scales.weigh(f"/a/lantern/{path}", "load") <= 60_000, path
        assert any("htmx" in url for url in scales.answers)
