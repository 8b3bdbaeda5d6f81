"""What only a minor's application needs: guardian, referee and school by links of their own, until it is ended."""

from tests.browser.steps import apply
from tests.browser.visitor import Visitor
from tests.browser.world import World

GUARDIAN, REFEREE, OFFICE = "grace@family.example", "ruth@village.example", "office@mwangaza.ac.ke"


def apply_alone(world: World) -> None:
    """Neema agrees for herself and asks three people; nothing can be sent before her mother has agreed as well."""
    neema = apply.begin(world, GUARDIAN)
    neema.follow("School and level")
    neema.fill(q="Mwangaza")
    neema.press("Search")
    neema.tick("Mwangaza Secondary")
    neema.fill(level="Secondary, year 3")
    neema.press("Save and go on")
    apply.say_what(neema)
    neema.follow("What you agree to")
    for purpose in ("apply", "publish_text"):
        neema.page.locator(f'[name="student"][value="{purpose}"]').check()
    neema.press("Save what we agree to")
    neema.sees("Your guardian has not agreed yet")
    _ask(neema)
    _guardian_agrees(world)
    neema.open("/apply/tasks")
    apply.check_and_send(neema)


def _ask(neema: Visitor) -> None:
    neema.open("/apply/tasks/people")
    neema.follow("Your guardian")
    neema.press("Send the link")
    neema.follow("Somebody who knows you")
    neema.fill(name="Ruth Achieng", email=REFEREE)
    neema.choose("relation", "teacher")
    neema.press("Ask them")
    neema.follow("Your school's office")
    neema.fill(email=OFFICE)
    neema.press("Ask the school")
    neema.sees("Guardian: Grace Wanjiru Waits for an answer", "Referee: Ruth Achieng", "School: Mwangaza Secondary")


def _by_link(world: World, address: str, under: str) -> Visitor:
    person = world.visitor(address, scripts=False)
    person.open(world.site.link_to(address, under))
    return person


def _guardian_agrees(world: World) -> None:
    grace = _by_link(world, GUARDIAN, "/guardian/")
    grace.sees("Neema Wanjiru is under 18 and applies to Lantern")
    grace.tick("Yes, I care for this young person")
    grace.fill(name="Grace Wanjiru")
    grace.choose("relation", "mother")
    agreed = {"apply", "publish_text"}
    for purpose in ("apply", "publish_text", "share_with_sponsor", "publish_image", "showcase"):
        grace.page.locator(f'[name="{purpose}"][value="{"yes" if purpose in agreed else "no"}"]').check()
    grace.press("Send my answer")
    grace.sees("Thank you")
    grace.follow("See or end what you agreed to")
    world.guardian = grace


def others_confirm(world: World) -> None:
    """The referee vouches; the school confirms the place and puts a cost right."""
    ruth = _by_link(world, REFEREE, "/vouch/")
    ruth.tick("I know this student and vouch for them", "More than three years")
    ruth.fill(text="I teach her mathematics. She walks an hour to school and is never late.")
    ruth.press("Send my answer")
    ruth.sees("Thank you")
    school = _by_link(world, OFFICE, "/school/")
    school.page.locator('[name="answer"][value="yes"]').check()
    school.fill(name="Olive Wafula", position="Bursar", since="January 2025")
    school.press("Send our answer")
    school.sees("Thank you")


def end_it(world: World) -> None:
    """Her mother takes back that the story is told; the page is gone at once, and nobody can bring it back."""
    reader = world.visitor(scripts=False)
    reader.open(f"/c/{world.campaign}")
    reader.sees("Amber Heron")
    world.guardian.open(world.guardian.page.url)
    world.guardian.press("End it : Telling the story in public")
    world.guardian.sees("It has ended. What it allowed is not shown any more.")
    for page in (f"/c/{world.campaign}", "/campaigns", "/sitemap.xml", "/"):
        answer = reader.page.request.get(page)
        assert "Amber Heron" not in answer.text()
        assert world.campaign not in answer.text()
    assert reader.page.request.get(f"/c/{world.campaign}").status in {404, 410}
    world.student.open("/apply/status")
    world.student.sees("Telling your story in public: not agreed")
