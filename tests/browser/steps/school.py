"""Step 7: the school is paid by two people, and its receipt proves it."""

from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from tests.browser.world import World
from tests.cast.accounts import pay_at
from tests.cast.pictures import a_photo


def know_the_account(world: World) -> None:
    """The school has told where it is paid, and two people have agreed to it four days ago."""
    with world.site.app.app_context(), clock.at(world.site.now()), db.transaction():
        pay_at(db.session.query(Campaign).filter_by(slug=world.campaign).one())


def pay_the_school(world: World) -> None:
    """Tomas proposes, Amina releases, Tomas adds the school's receipt, and anybody can check."""
    know_the_account(world)
    tomas, amina = world.tomas, world.amina
    tomas.open("/a/lantern/money")
    tomas.follow("Payments to schools")
    tomas.follow("Propose a payment")
    for amount, field in zip(("800", "225.50"), tomas.page.locator('[name^="line_"]').all(), strict=True):
        field.fill(amount)
    tomas.press("Propose this payment")
    tomas.sees("Waits for a second person", "€1,025.50 to Mwangaza Secondary School")
    world.site.wait(minutes=20)
    amina.take_up("Release a payment to Mwangaza Secondary School")
    amina.follow("Release this payment")
    amina.show_password()
    amina.fill(bank_reference="LOT-77")
    amina.press("Release €1,025.50")
    amina.sees("Waits for the school’s receipt")
    tomas.take_up("Get the receipt of Mwangaza Secondary School")
    tomas.follow("Add the receipt")
    tomas.attach("file", "receipt.jpg", "image/jpeg", a_photo())
    tomas.fill(school_receipt="R-2027-15")
    tomas.press("Add the receipt")
    tomas.sees("The school’s receipt is here.", "R-2027-15")


def check_the_ledger(world: World) -> None:
    """The public ledger and its table show all of it, and no name of anybody."""
    reader = world.visitor(scripts=False)
    reader.open(f"/c/{world.campaign}")
    reader.sees("Proven with the school's receipt €1,025.50")
    reader.open(f"/c/{world.campaign}/ledger")
    reader.sees("€600.00", "€425.50", "€1,025.50")
    table = reader.download("Download as CSV").decode("utf-8-sig")
    assert "600.00" in table
    for name in ("Petra", "Clara", "Neema", "Wanjiru", "Mwangaza"):
        assert name not in table + reader.text()
