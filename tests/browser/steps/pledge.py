"""Step 5: two sponsors pledge as guests, without scripts, and confirm by e-mail."""

from tests.browser.steps.ask import READER
from tests.browser.visitor import Visitor
from tests.browser.world import World

GUEST = "petra@people.example"


def pledge_as_a_company(world: World, company: Visitor) -> None:
    """The form is filled in with what was accepted; whoever came by the letter's link need not confirm again."""
    assert company.field("name").input_value() == "Clara Okafor"
    assert company.field("organisation").input_value() == "Meridian Freight"
    assert company.field("email").input_value() == READER
    company.press("Pledge")
    company.sees("€600.00 for A nurse for Western Kenya")
    world.pledges["company"] = _reference(world, company)
    company.follow("Change this")
    company.tick("As “Meridian Freight”", "Yes, a few messages a year")
    company.press("Save")
    company.sees("Saved.", "Shown as Meridian Freight")


def pledge_as_a_guest(world: World) -> None:
    """Petra presses the button twice; one pledge comes of it."""
    guest = world.visitor(GUEST, scripts=False)
    guest.open(f"/c/{world.campaign}")
    guest.follow("Pledge")
    guest.fill(amount="425.50", name="Petra Sponsor", email=GUEST, message="Go on, Amber Heron!")
    guest.page.get_by_role("button", name="Pledge").dblclick()
    guest.page.wait_for_url("**/sent?*")
    guest.sees("Check your e-mail", GUEST, "€425.50")
    assert len([letter for letter in world.site.letters_to(GUEST) if "onfirm" in letter["Subject"]]) == 1
    guest.open(world.site.link_to(GUEST, "/p/confirm/"))
    guest.tick("As an anonymous sponsor", "Yes, a few messages a year")
    guest.press("Confirm the pledge of")
    world.pledges["guest"] = _reference(world, guest)


def _reference(world: World, sponsor: Visitor) -> str:
    """What to write on the transfer, from the sponsor's own page."""
    sponsor.sees("How to pay", "DE89 3704 0044 0532 0130 00")
    world.sponsors.append(sponsor)
    return sponsor.page.locator("section.panel .facts .ref").last.inner_text()
