"""Step 3: a campaign is made of the needs, reviewed by a second person, and stands in public."""

from datetime import timedelta

from tests.browser.world import World
from tests.cast.pictures import a_photo

STORY = """Amber Heron is the first of five to reach *secondary school*.

## What is in the way

Two terms are not paid, and the books are borrowed.
"""


def publish_a_campaign(world: World) -> None:
    """Amina writes, Victor and Safiya approve, and everybody can read it."""
    _write(world)
    world.amina.press("Submit for review")
    world.amina.sees("It waits for its readers now.")
    _review(world)
    _is_public(world)


def _write(world: World) -> None:
    amina = world.amina
    amina.finds_today("Create a campaign")
    amina.open("/a/lantern/campaigns")
    amina.follow("Start the first one")
    amina.tick("Fees of term 2", "Text books")
    deadline = (world.site.now() + timedelta(days=60)).date()
    amina.fill(title="A nurse for Western Kenya", story=STORY, deadline=deadline.isoformat())
    amina.fill(summary="Two terms of fees and books for a student who wants to be a nurse.")
    amina.press("Preview")
    amina.sees("Preview of the story", "What is in the way")
    amina.fill(cover_alt="Desks in an empty classroom")
    amina.attach("cover", "classroom.jpg", "image/jpeg", a_photo())
    amina.tick("This picture shows no student")
    amina.press("Save the draft")
    amina.follow("Preview")
    amina.sees("Only your team sees this.", "Shows no student, its author says.")
    amina.page.go_back()
    world.campaign = amina.page.url.rpartition("/")[2]


def _review(world: World) -> None:
    victor, safiya = world.victor, world.safiya
    victor.take_up("Review the campaign “A nurse for Western Kenya”")
    victor.sees("What you approve is what the public reads", "Desks in an empty classroom", "Step 1 of 2.")
    victor.recognises_nobody()
    victor.press("Approve as the first of two")
    victor.sees("Approved by you.")
    safiya.take_up("Read the campaign “A nurse for Western Kenya” as the second")
    safiya.sees("Step 2 of 2.", "has read and approved exactly this")
    safiya.recognises_nobody()
    safiya.press("Approve and publish")
    safiya.sees("Approved. The public sees it now.")
    world.amina.open(f"/a/lantern/campaigns/{world.campaign}")
    world.amina.sees("It is open for pledges until", "Press a company")


def _is_public(world: World) -> None:
    reader = world.visitor(scripts=False)
    reader.open("/campaigns")
    reader.fill(q="nurse")
    reader.choose("country", "KE")
    reader.press("Search")
    reader.follow("A nurse for Western Kenya")
    reader.sees("Asked", "€1,025.50", "Fees of term 2", "Amber Heron", "What is in the way")
    assert reader.page.get_by_alt_text("Desks in an empty classroom").evaluate("image => image.naturalWidth") > 0
    for page in ("/communities/lantern", "/help", "/privacy", "/accessibility", "/report-a-concern"):
        reader.open(page)
