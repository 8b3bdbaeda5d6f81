"""Step 8: an update is written, approved by a second person, published, and reaches who wants it."""

from xml.etree import ElementTree

from tests.browser.site import plain
from tests.browser.steps.ask import READER
from tests.browser.steps.pledge import GUEST
from tests.browser.world import World

FOLLOWER = "jonas@people.example"
TITLE = "The second term is paid"


def follow(world: World) -> None:
    """Jonas follows the campaign without paying."""
    jonas = world.visitor(FOLLOWER, scripts=False)
    jonas.open(f"/c/{world.campaign}/follow")
    jonas.fill(email=FOLLOWER)
    jonas.press("Follow")
    jonas.open(world.site.link_to(FOLLOWER, "/follow/"))
    jonas.press("Yes, follow it")
    jonas.sees("You follow A nurse for Western Kenya")
    world.follower = jonas


def tell_the_news(world: World) -> None:
    """Amina writes; because the student is a minor, Victor and Safiya read it before anybody else does."""
    amina = world.amina
    amina.open(f"/a/lantern/campaigns/{world.campaign}/updates/new")
    amina.fill(title=TITLE, body="Amber Heron is back in class. *Thank you.*")
    amina.press("Preview")
    amina.sees("Preview, not saved yet")
    amina.press("Save the draft")
    amina.press("Send for review")
    world.victor.sign_in("/a/lantern/")
    world.victor.take_up(f"Approve the update “{TITLE}”")
    world.victor.recognises_nobody()
    world.victor.press("Approve as the first of two")
    world.safiya.sign_in("/a/lantern/")
    world.safiya.take_up(f"Read the update “{TITLE}” as the second")
    world.safiya.recognises_nobody()
    world.safiya.press("Approve and publish")
    world.safiya.sees("published")
    amina.open("/a/lantern/updates")
    amina.sees(TITLE)


def read_the_news(world: World) -> None:
    """It is mailed to sponsors and followers and stands in the feed; the follower leaves again."""
    for address in (READER, GUEST, FOLLOWER):
        letter = world.site.letter_to(address, TITLE)
        assert letter["List-Unsubscribe"]
        assert "/unsubscribe/" in plain(letter)
    jonas = world.follower
    jonas.open(world.site.link_to(FOLLOWER, f"/c/{world.campaign}/updates/"))
    jonas.sees(TITLE, "Amber Heron is back in class.")
    jonas.open(world.site.link_to(FOLLOWER, "/unsubscribe/"))
    jonas.press("Stop these messages")
    jonas.sees("You get no more messages")
    feed = jonas.page.request.get(f"/c/{world.campaign}/updates.atom")
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(feed.text()).iter(f"{atom}entry")
    assert [entry.findtext(f"{atom}title") for entry in entries] == [TITLE]
