"""Step 2: a student applies on a phone, without scripts; two people approve, and consent is checked."""

from tests.browser.visitor import Member, Visitor
from tests.browser.world import World

SECRET = "mangoes at the lake"
STORY = "I am the first of five to reach secondary school. Two terms are not paid. I would like to be a nurse."


def apply_for_support(world: World) -> None:
    """Neema, who is sixteen, needs two terms of fees and books."""
    noor = begin(world, "+254 700 000001")
    _name_the_school(noor)
    say_what(noor)
    _agree(noor)
    check_and_send(noor)


def begin(world: World, guardian: str) -> Visitor:
    """Begin on somebody else's phone, sign out, and come back; `guardian` is how the mother is reached."""
    noor = world.visitor(scripts=False)
    noor.open("/apply")
    noor.follow("Lantern")
    for question in ("enrolled", "cannot_pay", "confirmed"):
        noor.page.locator(f'[name="{question}"][value="yes"]').check()
    noor.press("Go on")
    code = noor.page.locator(".stat .ref").inner_text()
    noor.press("I have written it down")
    noor.fill(secret=SECRET)
    noor.press("Keep this secret")
    _say_who(world, noor, guardian)
    noor.press("Sign out and clear")
    noor.open("/apply/resume")
    noor.fill(code=code.lower(), secret=SECRET.upper())
    noor.press("Go on")
    noor.sees("4 of 9 steps are done")
    world.student = noor
    return noor


def _say_who(world: World, student: Visitor, guardian: str) -> None:
    student.follow("About you")
    student.fill(legal_name="Neema Wanjiru", day="4", month="5", year=str(world.site.now().year - 16))
    student.press("Save and go on")
    student.follow("Your guardian")
    student.fill(guardian_name="Grace Wanjiru", guardian_contact=guardian)
    student.choose("guardian_relation", "mother")
    student.press("Save and go on")


def _name_the_school(student: Visitor) -> None:
    student.follow("School and level")
    student.fill(q="Mwangaza")
    student.press("Search")
    student.sees("No school we know has a name like “Mwangaza”.")
    student.follow("My school is not listed")
    student.fill(school_name="Mwangaza Secondary School", level="Secondary, year 3")
    student.choose("school_country", "KE")
    student.press("Save and go on")


def say_what(student: Visitor) -> None:
    """Where she lives, what she needs, her story and her alias."""
    student.follow("Where you live")
    student.choose("country", "KE")
    student.fill(region="Western Kenya")
    student.press("Save and go on")
    student.follow("What you need")
    _need(student, 0, "tuition", "Fees of term 2", "800")
    student.press("Add another cost")
    _need(student, 1, "books", "Text books", "225.50")
    student.press("Save and go on")
    student.follow("Your story")
    student.fill(story=STORY)
    student.press("Save and go on")
    student.follow("How you appear")
    student.fill(own="Amber Heron")
    student.press("Save and go on")
    student.sees("As Amber Heron")


def _need(student: Visitor, number: int, kind: str, label: str, amount: str) -> None:
    line = f"lines-{number}-"
    student.choose(f"{line}kind", kind)
    student.fill(**{f"{line}label": label, f"{line}amount": amount, f"{line}term": "Term 2 of 2027"})


def _agree(student: Visitor) -> None:
    student.follow("What you agree to")
    for purpose in ("apply", "publish_text"):
        for who in ("student", "guardian"):
            student.page.locator(f'[name="{who}"][value="{purpose}"]').check()
    student.press("Save what we agree to")


def check_and_send(student: Visitor) -> None:
    """Read all of it once more, and send it."""
    student.follow("Check your answers and send")
    student.sees("Neema Wanjiru", "€1,025.50", "Amber Heron")
    student.press("Send my application")
    student.sees("It has arrived", "Two people read it")


def approve(world: World) -> None:
    """Victor and Vera score, each by themselves, and Vera confirms; Safiya speaks with the guardian."""
    world.victor.take_up("Vet the application of Amber Heron")
    world.victor.press("Take into review")
    _score(world.victor)
    world.victor.sees("1 of 2 score sheets are in", "You have handed in yours")
    world.vera.take_up("Vet the application of Amber Heron")
    _score(world.vera)
    _confirm(world.vera)
    world.vera.sees("Approved", "A safeguarding officer has to check consent")
    _check_consent(world)
    _confirm_costs(world.victor)
    world.student.open("/apply/status")
    world.student.sees("Your application was accepted", "prepares a campaign")


def _score(vetter: Member) -> None:
    vetter.follow("Score it")
    for criterion in ("need", "place", "plan", "difference", "costs", "safety"):
        vetter.page.locator(f'[name="{criterion}-level"][value="4"]').check()
        vetter.fill(**{f"{criterion}-reason": "The school says so."})
    vetter.tick("Say yes")
    vetter.press("Hand in my sheet")


def _confirm(vetter: Member) -> None:
    vetter.follow("Confirm the decision")
    vetter.tick("The school confirmed the place and the costs")
    vetter.press("Show me the letter")
    vetter.sees("Lantern has said yes to your application")
    vetter.press("Decide, and send this letter")


def _check_consent(world: World) -> None:
    safiya = world.safiya
    safiya.take_up("Check the consent for Amber Heron")
    safiya.tick("Reading the application", "Telling the story in public")
    safiya.fill(how="By telephone with the mother, number from the school")
    safiya.press("Note that I have checked it")
    safiya.sees("Telling the story in public: checked")
    safiya.follow("Show who it is")
    safiya.press("Show them")
    safiya.sees("Neema Wanjiru", "Grace Wanjiru")


def _confirm_costs(vetter: Member) -> None:
    """No campaign asks for a cost that nobody has confirmed."""
    vetter.take_up("Confirm the costs of Amber Heron")
    for cost in ("Fees of term 2", "Text books"):
        vetter.follow(f"Confirm it : {cost}")
        vetter.tick("I have seen the school's fee note or a receipt")
        vetter.press("Confirm")
