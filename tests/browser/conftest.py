"""Chromium, the real app behind a port, and people in front of it."""

import os
import shutil
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from campaigns.config import Settings
from campaigns.kit.web import VouchApp
from tests.browser.sight import Sight
from tests.browser.site import Site, address

# The shell draws no window of its own: a third faster.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"] + [
    f"--disable-{part}" for part in ("background-networking", "component-update", "sync", "dev-shm-usage")
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of a file; each of them opens windows that share nothing."""
    if CHROMIUM is None:
        missing = "there is no Chromium on this machine"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def width() -> int:
    """How wide the windows of a test are, unless it says otherwise: as on a small phone."""
    return 360


@pytest.fixture
def careful() -> bool:
    """Whether axe reads every page that is looked at."""
    return True


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """A port that nobody else has."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        opened.listen()
        yield opened


@pytest.fixture
def settings(settings: Settings, door: socket.socket) -> Settings:
    """The app knows the address under which it is reached here."""
    return settings.model_copy(update={"public_url": address(door)})


@pytest.fixture
def site(app: VouchApp, door: socket.socket) -> Iterator[Site]:
    """The app, answering browsers."""
    with Site(app, door) as running:
        yield running


@pytest.fixture
def sight(chromium: Browser, site: Site, width: int, careful: bool) -> Iterator[Sight]:
    """What looks at every page."""
    seen = Sight(chromium, site.url, width, careful=careful)
    yield seen
    print(*seen.faults, sep="\n")
    for context in chromium.contexts:
        context.close()
