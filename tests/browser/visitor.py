"""Somebody with a browser of their own, who does everything through the pages."""

from pathlib import Path

import pyotp
from playwright.sync_api import Locator, Page

from tests.browser.sight import Sight
from tests.browser.site import Site

PASSWORD = "correct horse battery staple"


class Visitor:
    """A person in front of a page; every page that opens is looked at."""

    def __init__(self, site: Site, sight: Sight, email: str = "", *, scripts: bool = True) -> None:
        self.site, self.sight, self.email, self.scripts = site, sight, email, scripts
        self.page: Page = sight.window(scripts=scripts).new_page()
        self.sight.watch(self.page)

    def open(self, address: str) -> None:
        """Go to an address, which must be there."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address} answered {answer.status}"
        self._look()

    def press(self, button: str, *, within: Locator | None = None) -> None:
        """Press a button that sends a form."""
        self._click((within or self.page).get_by_role("button", name=button).first)

    def follow(self, link: str) -> None:
        """Follow a link of the page."""
        self._click(self.page.locator("main").get_by_role("link", name=link).first)

    def _click(self, thing: Locator) -> None:
        assert thing.count(), f"{thing} is not on {self.page.url}: {self.text()[:600]}"
        with self.page.expect_navigation() as navigation:
            thing.click()
        answer = navigation.value
        assert answer.ok, f"{self.page.url} answered {answer.status}: {self.text()[:600]}"
        self._look()

    def _look(self) -> None:
        self.sight.take_in(self.page, scripts=self.scripts)

    def fill(self, **fields: str) -> None:
        """Type into fields, each by its name in the form."""
        for name, value in fields.items():
            self.field(name).fill(value)

    def field(self, name: str) -> Locator:
        """The field that a person would type into: the last one of that name which can be seen."""
        return self.page.locator(f'main [name="{name}"]:not([type="hidden"], [type="radio"])').last

    def choose(self, name: str, value: str) -> None:
        """Choose from a list."""
        self.field(name).select_option(value)

    def tick(self, *labels: str) -> None:
        """Tick boxes or choose radio buttons by their labels."""
        for label in labels:
            self.page.get_by_label(label, exact=False).first.check()

    def recognises_nobody(self) -> None:
        """Answer every question of the checklist with no."""
        for answer in self.page.get_by_role("radio", name="No", exact=True).all():
            answer.check()

    def attach(self, name: str, filename: str, kind: str, content: bytes) -> None:
        """Put a file into a file field."""
        self.field(name).set_input_files({"name": filename, "mimeType": kind, "buffer": content})

    def download(self, link: str) -> bytes:
        """Follow a link to a file."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=link).first.click()
        return Path(coming.value.path()).read_bytes()

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def sees(self, *words: str) -> None:
        """Fail unless the page says all of this."""
        said = " ".join(self.text().split())
        for each in words:
            assert each in said, f"“{each}” is not on {self.page.url}: {said[:1500]}"


class Member(Visitor):
    """Somebody of the team, with an account and, where it is asked for, a second factor."""

    secret: str | None = None

    def open_letter(self, under: str) -> None:
        """Open the link under an address in the latest letter."""
        self.open(self.site.link_to(self.email, under))

    def set_up_second_factor(self) -> None:
        """Turn the second factor on, from wherever the site has asked for it."""
        self.secret = self.page.locator("main code").inner_text().replace(" ", "")
        self.fill(code=self._code())
        self.press("Turn on")
        self.sees("Keep these recovery codes")
        self.follow("I have kept them")

    def show_second_factor(self) -> None:
        """Enter the code that the app shows now."""
        self.fill(code=self._code())
        self.press("Continue")

    def show_password(self) -> None:
        """Enter the password once more, where the site has asked for it."""
        self.fill(password=PASSWORD)
        self.press("Continue")

    def sign_in(self, onward: str) -> None:
        """Sign in and go to an address."""
        self.open(f"/sign-in?next={onward}")
        self.fill(email=self.email, password=PASSWORD)
        self.press("Sign in")
        if self.secret:
            self.show_second_factor()

    def _code(self) -> str:
        self.site.wait(seconds=31)  # a code works once
        return pyotp.TOTP(self.secret or "").at(self.site.now())

    def finds_today(self, *titles: str) -> None:
        """Fail unless these wait on the page of today, and each leads on."""
        self.open("/a/lantern/")
        self.sees(*titles)

    def take_up(self, title: str) -> None:
        """Follow the button beside a thing that waits today."""
        self.open("/a/lantern/")
        self._click(self.page.locator("ol.today > li").filter(has_text=title).get_by_role("link").last)
