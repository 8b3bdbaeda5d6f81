"""Everybody and everything that one telling of the main job needs."""

from tests.browser.sight import Sight
from tests.browser.site import Site
from tests.browser.visitor import Member, Visitor

TEAM = ("Amina", "Victor", "Vera", "Safiya", "Tomas")


class World:
    """The team of Lantern, whoever else comes along, and what has come of it so far."""

    student: Visitor
    guardian: Visitor
    company: Visitor
    follower: Visitor
    campaign: str  # its slug
    ask: str  # its reference

    def __init__(self, site: Site, sight: Sight, *, scripts: bool = True) -> None:
        self.site, self.sight = site, sight
        self.people = {name: Member(site, sight, f"{name.lower()}@lantern.example", scripts=scripts) for name in TEAM}
        self.sponsors: list[Visitor] = []
        self.pledges: dict[str, str] = {}  # the reference to pay with, by sponsor

    def visitor(self, email: str = "", *, scripts: bool = True) -> Visitor:
        """Somebody without an account, in a browser of their own."""
        return Visitor(self.site, self.sight, email, scripts=scripts)

    @property
    def amina(self) -> Member:
        """The organiser."""
        return self.people["Amina"]

    @property
    def victor(self) -> Member:
        """A vetter."""
        return self.people["Victor"]

    @property
    def vera(self) -> Member:
        """Another vetter."""
        return self.people["Vera"]

    @property
    def safiya(self) -> Member:
        """The safeguarding officer."""
        return self.people["Safiya"]

    @property
    def tomas(self) -> Member:
        """The treasurer."""
        return self.people["Tomas"]
