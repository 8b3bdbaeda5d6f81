"""The five parts of the meter: one set of kept figures on every page, and compared with what they are kept of."""

import pytest

from campaigns.cli import check
from campaigns.kit import db, links

PARTS = {"asked": 1_025_50, "pledged": 600_00, "received": 500_00, "disbursed": 300_00, "proven": 200_00}


@pytest.fixture
def campaign(a_campaign, a_pledge, pay, send):
    made = a_campaign()
    pay(a_pledge(made, 500_00))
    a_pledge(made, 100_00)
    send(made, 200_00)
    send(made, 100_00, proven=False)
    return made


def test_the_figures_of_a_whole_chain_are_true(campaign):
    assert {part: getattr(campaign, part) for part in PARTS} == PARTS
    assert check.problems() == []


@pytest.mark.both_databases
@pytest.mark.parametrize("part", PARTS)
def test_a_figure_that_is_not_what_it_is_kept_of_is_found(campaign, part):
    setattr(campaign, part, getattr(campaign, part) - 1)
    if part == "disbursed":
        campaign.proven = 0
    db.session.commit()
    assert [problem for problem in check.problems() if campaign.slug in problem and part[:3] in problem]


@pytest.mark.both_databases
def test_money_at_the_school_that_the_campaign_does_not_count_is_found_in_the_book(campaign, school, book_to_school):
    book_to_school(campaign, 5_00)
    assert [problem for problem in check.problems() if "in the book" in problem and campaign.slug in problem]


@pytest.fixture
def book_to_school(school):
    from campaigns.kit.money import Money
    from campaigns.ledger import rules

    def move(campaign, amount):
        places = (f"campaign:{campaign.id}", f"school:{school.id}:EUR")
        source, target = (rules.account(place, "EUR") for place in places)
        rules.move(Money(amount, "EUR"), source=source, target=target, cause=("a_new_kind", "1"))
        db.session.commit()

    return move


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("/", set(PARTS)),
        ("/c/{slug}", set(PARTS)),
        ("/campaigns", {"asked", "pledged", "received"}),
        ("/c/{slug}/pledge", {"asked", "pledged", "received"}),
    ],
)
def test_every_public_page_shows_the_kept_figures(client, campaign, page, shown):
    text = client.get(page.format(slug=campaign.slug)).text
    assert [part for part in shown if f"€{PARTS[part] / 100:,.2f}" not in text] == []


def test_the_teams_pages_show_them_too(sign_in, amina, campaign):
    browser = sign_in(amina)
    for page in ("/a/lantern/campaigns", f"/a/lantern/campaigns/{campaign.slug}"):
        text = browser.get(page).text
        missing = [part for part in ("asked", "pledged", "received") if f"€{PARTS[part] / 100:,.2f}" not in text]
        assert (page, missing) == (page, [])


def test_a_company_that_is_asked_sees_the_kept_figures(client, campaign, amina, a_company):
    from campaigns.ask.models import Ask, Letter

    ask = Ask(ref="ASKMETER", organisation_id=campaign.organisation_id, campaign_id=campaign.id, author_id=amina.id)
    ask.company_id, ask.contact_name, ask.contact_email = a_company().id, "Mia", "mia@meridian.example"
    ask.amount, ask.currency = 100_00, "EUR"
    db.session.add(ask)
    db.session.flush()
    db.session.add(Letter(ask_id=ask.id, version=1, author_id=amina.id, subject="S", body="B", body_html="B",
                          content_hash="0" * 64))  # fmt: skip
    db.session.commit()
    text = client.get(f"/reply/{links.sign('ask.reply', ask.ref)}").text
    assert [part for part in PARTS if f"€{PARTS[part] / 100:,.2f}" not in text] == []
