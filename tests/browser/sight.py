"""Looking at a page as a careful reader does: with axe, at its width, for errors and for callers from outside."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page, Route

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHANGES = re.compile(r'(name="(?:csrf_token|once|secret)"[^>]*value|href|src|action)="[^"]*"')
TOO_WIDE = """() => {
  const root = document.documentElement, sticksOut = e => {
    const box = e.getBoundingClientRect();
    return (box.right > root.clientWidth + 1 || box.left < -1) && box.width > 1 && !e.querySelector('*');
  };
  const found = [...document.body.querySelectorAll('*')].filter(sticksOut).slice(0, 8);
  return [root.scrollWidth - root.clientWidth, found.map(e => e.parentElement.outerHTML.slice(0, 90))];
}"""


class Sight:
    """Looks at pages, in light and in dark, and remembers every fault, so that a test shows all of them at its end."""

    def __init__(self, browser: Browser, site: str, width: int, *, careful: bool = True) -> None:
        self.width, self.site, self.faults = width, site, list[str]()
        self._careful = careful  # axe reads each page
        self.pages = 0
        self._browser = browser
        self._seen = set[str]()
        # axe is a script: a page on which scripts are off is shown to it once more, as it stands.
        self._twin = self.window().new_page()
        self._folder = Path(folder) if (folder := os.environ.get("SCREENSHOTS")) else None

    def window(self, *, scripts: bool = True) -> BrowserContext:
        """A browser that has never been here."""
        context = self._browser.new_context(
            base_url=self.site,
            viewport={"width": self.width, "height": 740},
            java_script_enabled=scripts,
            reduced_motion="reduce",
            locale="en-GB",
        )
        context.set_default_timeout(15_000)
        if self._careful:
            context.add_init_script(AXE)
        return context

    def watch(self, page: Page) -> None:
        """Hear of every error on this page, and of every request that leaves the site."""
        page.on("console", lambda said: self._note(page, f"console: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: self._note(page, f"script: {error}"))
        page.on("request", lambda request: self._outside(page, request.url))

    def _outside(self, page: Page, url: str) -> None:
        if not url.startswith((self.site, "data:")):
            self._note(page, f"asks {url}")

    def _note(self, page: Page, fault: str) -> None:
        self.faults.append(f"{urlsplit(page.url).path} at {self.width} px: {fault}")

    def take_in(self, page: Page, *, scripts: bool = True) -> None:
        """Look at the page as it is now."""
        self.pages += 1
        self.shoot(page)
        self.measure(page)
        if not self._careful:
            return
        html = page.content()
        if (same := CHANGES.sub("", html)) in self._seen:
            return
        self._seen.add(same)
        if not scripts:
            self._show_twin(page.url, html)
        self.examine(page if scripts else self._twin)

    def measure(self, page: Page) -> None:
        """Note where something is wider than the window."""
        wide, where = page.evaluate(TOO_WIDE)
        if wide > 0:
            self._note(page, f"{wide} px too wide: {' | '.join(where)}")

    def examine(self, page: Page) -> None:
        """Note what axe finds; in the dark, only colours can differ."""
        self._ask_axe(page, {"runOnly": RULES, "rules": {"target-size": {"enabled": True}}})
        page.emulate_media(color_scheme="dark")
        self._ask_axe(page, {"runOnly": ["color-contrast"]})
        page.emulate_media(color_scheme="light")

    def _ask_axe(self, page: Page, options: dict[str, Any]) -> None:
        found = page.evaluate(
            "options => axe.run(document, options)", {"resultTypes": ["violations"], "preload": False} | options
        )
        for violation in found["violations"]:
            nodes = [f"{node['target']} {node['html'][:120]}" for node in violation["nodes"][:3]]
            self._note(page, f"{violation['id']}: {violation['help']}: {' | '.join(nodes)}")

    def _show_twin(self, url: str, html: str) -> None:
        answer = _as_it_stands(url, html)
        self._twin.route("**/*", answer)
        self._twin.goto(url)
        self._twin.unroute("**/*", answer)

    def shoot(self, page: Page) -> None:
        """Keep pictures of the page where SCREENSHOTS names a folder."""
        place = re.sub(r"\W+", "-", urlsplit(page.url).path).strip("-")[:60] or "front"
        for scheme in ("dark", "light") if self._folder else ():
            page.emulate_media(color_scheme=scheme)
            name = f"{self.pages:03}-{place}.png"
            page.screenshot(path=self._folder / f"{self.width}-{scheme}" / name, full_page=True)


def _as_it_stands(url: str, html: str) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        if route.request.url == url:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    return answer
