"""Step 1: an advocate signs up, founds a community, and everybody whom it needs joins."""

from tests.browser.visitor import PASSWORD, Member
from tests.browser.world import World

INVITED = {
    "Victor": "Vetter:",
    "Vera": "Vetter:",
    "Safiya": "Safeguarding officer:",
    "Tomas": "Treasurer:",
}


def found_a_community(world: World) -> None:
    """Amina organises Lantern, with two vetters, a safeguarding officer and a treasurer."""
    _sign_up(world.amina)
    _create(world.amina)
    for name, role in INVITED.items():
        world.amina.open("/a/lantern/team")
        world.amina.fill(email=world.people[name].email)
        world.amina.tick(role)
        world.amina.press("Send invitation")
        world.amina.sees("We have sent an invitation")
        _join(world.people[name], name)
    _open_the_doors(world)


def _sign_up(amina: Member) -> None:
    amina.open("/")
    amina.follow("Start one")
    amina.fill(name="Amina Otieno", email=amina.email, password=PASSWORD)
    amina.press("Create account")
    amina.sees("Look in your mailbox")
    amina.open_letter("/confirm/")
    amina.press("Confirm and sign in")
    amina.sees("What to do next")


def _create(amina: Member) -> None:
    amina.follow("Create a community")
    amina.fill(name="Lantern", about="We speak up for students in *Western Kenya*.")
    amina.choose("country", "KE")
    amina.choose("currency", "EUR")
    amina.press("Create community")
    amina.sees("Lantern is founded, and you organise it.")
    amina.finds_today("Getting Lantern ready", "0 of 6 done", "Invite vetters")


def _join(person: Member, name: str) -> None:
    person.open_letter("/invitations/")
    person.sees("Amina Otieno invites")
    person.fill(name=f"{name} of Lantern", password=PASSWORD)
    person.press("Create my account and join")
    person.set_up_second_factor()
    person.sees("Today")


def _open_the_doors(world: World) -> None:
    world.tomas.open("/a/lantern/settings/bank")
    world.tomas.fill(payee="Lantern e.V.", iban="DE89 3704 0044 0532 0130 00", bic="COBADEFFXXX")
    world.tomas.press("Save")
    world.tomas.sees("organisers and treasurers are told", "… 3000")
    world.amina.open("/a/lantern/settings")
    world.amina.tick("Students can apply to us now")
    world.amina.press("Save")
    world.amina.finds_today("5 of 6 done")
    world.amina.open("/account/reauthenticate")
    world.amina.show_password()
    world.amina.open("/account/second-factor/set-up")
    world.amina.set_up_second_factor()
