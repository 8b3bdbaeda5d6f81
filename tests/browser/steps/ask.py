"""Step 4: a company is asked in private, then in public; people sign, and the company answers."""

from tests.browser.visitor import Visitor
from tests.browser.world import World

COMPANY, READER = "Meridian Freight", "clara.okafor@meridian.example"


def press_a_company(world: World) -> None:
    """A letter is written, read by a second person and sent; the company is left in peace for two weeks."""
    amina = world.amina
    amina.open(f"/a/lantern/campaigns/{world.campaign}")
    amina.follow("Press a company")
    amina.fill(q=COMPANY)
    amina.press("Search")
    amina.press("Ask this company")
    amina.fill(contact_name="Clara Okafor", contact_email=READER, amount="600")
    amina.press("Preview")
    amina.sees("This is a preview.", "Amber Heron")
    amina.press("Save for the second reader")
    world.victor.take_up(f"Read the letter to {COMPANY}")
    world.victor.recognises_nobody()
    world.victor.press("Approve version 1")
    world.safiya.take_up(f"Read the letter to {COMPANY} as the second")
    world.safiya.recognises_nobody()
    world.safiya.press("Approve version 1")
    amina.take_up(f"Send the letter to {COMPANY}")
    amina.press("Send to the company")
    amina.sees("The letter is on its way.")
    world.ask = amina.page.url.rpartition("/")[2]
    company = world.visitor(READER, scripts=False)
    company.open(world.site.link_to(READER, "/reply/"))
    company.sees("This letter is private until", "Will Meridian Freight stand behind")
    world.company = company


def make_it_public(world: World) -> None:
    """After the quiet period, anyone may read the letter and sign it, by name or under a pseudonym."""
    world.site.wait(days=15)
    world.amina.sign_in("/a/lantern/")
    world.amina.take_up(f"Make the letter to {COMPANY} public")
    world.amina.press("Make the letter public")
    world.amina.follow("See the public letter")
    _sign(world, "Wambui Njeri", pseudonym=False)
    _sign(world, "A teacher", pseudonym=True)
    reader = world.visitor(scripts=False)
    reader.open(f"/asks/{world.ask}")
    reader.sees("2 people have signed", "Wambui Njeri", "A teacher pseudonym", "Has not answered yet.")


def _sign(world: World, name: str, *, pseudonym: bool) -> None:
    signer = world.visitor(f"{name.lower().replace(' ', '.')}@people.example", scripts=False)
    signer.open(f"/asks/{world.ask}")
    signer.follow("Add your name")
    signer.fill(shown_as=name, email=signer.email)
    if pseudonym:
        signer.tick("This is a pseudonym")
    signer.press("Send me the link")
    signer.sees("Now open your e-mail")
    signer.open(world.site.link_to(signer.email, "/asks/confirm/"))
    signer.press("Sign the letter")
    signer.sees("Your name stands under the letter")


def answer(world: World) -> Visitor:
    """The company accepts; its answer stands beside the letter, and it goes on to the pledge, filled in."""
    company = world.company
    company.open(world.site.link_to(READER, "/reply/"))
    company.follow("Make another offer")
    company.page.go_back()
    company.follow("Accept")
    company.fill(message="We are glad to.", answered_by="Clara Okafor", position="Head of giving")
    company.press("Accept and go on to the pledge")
    world.amina.finds_today(f"{COMPANY} has answered")
    reader = world.visitor(scripts=False)
    reader.open(f"/asks/{world.ask}")
    reader.sees("Accepted", "It pledges €600.00.", "We are glad to.", "Clara Okafor, Head of giving")
    return company
