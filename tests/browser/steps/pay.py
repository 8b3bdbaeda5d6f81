"""Step 6: the money arrives at the bank, the treasurer confirms it, and sponsors get their receipts."""

from tests.browser.world import World

HEADING = "Booking date;Amount;Currency;Partner name;Remittance information;Transaction ID"


def import_the_statement(world: World) -> None:
    """Tomas imports what the bank says and confirms what is proposed."""
    day = world.site.now().date().isoformat()
    rows = [
        f"{day};600.00;EUR;Meridian Freight Ltd;{world.pledges['company']};A-1",
        f"{day};425.50;EUR;Petra Sponsor;Vouch {world.pledges['guest'].replace(' ', '').lower()};A-2",
        f"{day};12.00;EUR;Somebody;Membership;A-3",
    ]
    tomas = world.tomas
    tomas.sign_in("/a/lantern/money")
    tomas.sees("€1,025.50", "2 payments")
    tomas.follow("Import a statement")
    tomas.attach("file", "statement.csv", "text/csv", "\n".join([HEADING, *rows]).encode())
    tomas.press("Read the file")
    tomas.sees("3 new entries", "Petra Sponsor")
    tomas.press("Import 3 entries")
    tomas.finds_today("Payments from the bank to confirm: 3")
    tomas.take_up("Payments from the bank to confirm")
    tomas.sees("Reference and amount")
    tomas.press("Confirm")
    tomas.sees("2 payments confirmed.", "Somebody")
    tomas.follow("Match €12.00")
    tomas.fill(reason="A membership fee")
    tomas.press("Set it aside")
    for page in ("/a/lantern/money", "/a/lantern/pledges", "/a/lantern/money/record", "/a/lantern/money/cases"):
        tomas.open(page)


def get_the_receipts(world: World) -> None:
    """Each sponsor sees that it has arrived, and downloads the receipt."""
    for sponsor in world.sponsors:
        sponsor.open(sponsor.page.url)
        sponsor.sees("Thank you. Your money has arrived.")
        assert sponsor.download("PDF").startswith(b"%PDF-")
        world.site.letter_to(sponsor.email, "has arrived")
    reader = world.visitor(scripts=False)
    reader.open(f"/c/{world.campaign}")
    reader.sees("Received in the account €1,025.50", "Meridian Freight €600.00 Paid")
    assert "Petra" not in reader.text()
