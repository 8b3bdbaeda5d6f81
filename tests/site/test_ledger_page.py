import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.ledger import rules
from campaigns.site.views import ledger as views
from tests.cast.queries import at_most

PAID = "Received from a sponsor A pledge, paid by bank transfer"
AWAITED = "The school&#39;s receipt is awaited"
BEGIN = datetime(2027, 3, 1, 23, 59, 30, tzinfo=UTC)


@pytest.fixture
def book(lantern, school):
    """Move money of a campaign: `book(campaign, "payment", 100_00)`; negative amounts go out."""
    causes = iter(range(10_000))

    def move(campaign, kind, amount, *, cause=None, reverses=None):
        own = rules.account(f"campaign:{campaign.id}", "EUR")
        place = f"school:{school.id}:EUR" if kind.startswith("disbursement") else f"bank:{lantern.id}:EUR"
        other = rules.account(place, "EUR")
        source, target = (other, own) if amount > 0 else (own, other)
        at = next(causes)
        with clock.at(BEGIN + timedelta(days=at)):
            return rules.move(
                Money(abs(amount), "EUR"),
                source=source,
                target=target,
                cause=(kind, cause or f"canary:{at}"),
                reverses=reverses,
            )

    return move


@pytest.fixture
def campaign(a_campaign, book):
    """Received 100 and 50, the 50 booked by mistake and reversed, 30 sent to the school."""
    made = a_campaign()
    book(made, "payment", 100_00)
    mistake = book(made, "payment", 50_00)
    book(made, "refund", -50_00, reverses=mistake)
    book(made, "disbursement", -30_00, cause="7K2M9QXP")
    db.session.commit()
    return made


def rows(page):
    body = page[page.index("<tbody") : page.index("</tbody>")]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in body.split("<tr")[1:]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


@pytest.mark.both_databases
def test_every_movement_stands_there_newest_first(client, campaign):
    first, second, third, fourth = range(1, 5)
    assert rows(client.get(f"/c/{campaign.slug}/ledger").text) == [
        [str(fourth), "4 Mar 2027", f"Sent to the school 7K2M9QXP {AWAITED}", "", "€30.00", "€70.00"],
        [str(third), "3 Mar 2027", f"Reversal of No. {second}", "", "€50.00", "€100.00"],
        [str(second), "2 Mar 2027", f"{PAID} Reversed by No. {third}", "€50.00", "", "€150.00"],
        [str(first), "1 Mar 2027", PAID, "€100.00", "", "€100.00"],
    ]


def test_totals_add_up_to_what_is_held(client, campaign):
    page = client.get(f"/c/{campaign.slug}/ledger").text
    totals = re.findall(r'<dt>([^<]+)</dt><dd><bdi class="money">([^<]+)', page)
    assert totals == [
        ("Received from a sponsor", "€150.00"),
        ("Sent to the school", "€30.00"),
        ("Returned to a sponsor", "€50.00"),
        ("Held now", "€70.00"),
    ]


@pytest.mark.both_databases
def test_other_campaigns_do_not_mix_in(client, campaign, a_campaign, book):
    other = a_campaign(alias="Quiet River")
    book(other, "payment", 999_00)
    db.session.commit()
    assert "€999.00" not in client.get(f"/c/{campaign.slug}/ledger").text
    assert "€999.00" in client.get(f"/c/{other.slug}/ledger").text


@pytest.mark.parametrize("page", ["ledger", "ledger.csv", "ledger.json"])
def test_nobody_and_no_bank_stands_there(client, campaign, a_pledge, page):
    a_pledge(campaign, 5_00, name="Canary Sponsor")
    text = client.get(f"/c/{campaign.slug}/{page}").text
    for canary in ("canary", "Canary", "Mwangaza", "petra@example.org", "23:59"):
        assert canary not in text


@pytest.mark.both_databases
def test_it_is_paged_without_a_gap_and_the_balance_runs_on(client, a_campaign, book):
    campaign = a_campaign()
    for _ in range(120):
        book(campaign, "payment", 1_00)
    db.session.commit()
    address, seen = f"/c/{campaign.slug}/ledger", []
    while address:
        page = client.get(address).text
        seen += rows(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = found and found[1]
        book(campaign, "payment", 1_00)
        db.session.commit()
    assert [row[5] for row in seen] == [f"€{held}.00" for held in range(120, 0, -1)]
    assert len({row[0] for row in seen}) == 120


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "", "1~2", "'"])
def test_an_unreadable_page_is_the_first(client, campaign, before):
    answer = client.get(f"/c/{campaign.slug}/ledger", query_string={"before": before})
    assert answer.status_code == 200


@pytest.mark.both_databases
def test_the_csv_says_the_same_oldest_first(client, campaign):
    answer = client.get(f"/c/{campaign.slug}/ledger.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="ledger-{campaign.slug}.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["date"], line["what"], line["in"], line["out"], line["balance"]) for line in lines] == [
        ("2027-03-01", "Received from a sponsor", "100.00", "", "100.00"),
        ("2027-03-02", "Received from a sponsor", "50.00", "", "150.00"),
        ("2027-03-03", "Reversal", "", "50.00", "100.00"),
        ("2027-03-04", "Sent to the school", "", "30.00", "70.00"),
    ]
    assert lines[2]["reverses"] == lines[1]["number"]
    assert lines[3]["reference"] == "7K2M9QXP"
    assert {line["currency"] for line in lines} == {"EUR"}


def test_no_cell_of_the_csv_is_a_formula(client, a_campaign, book):
    campaign = a_campaign()
    book(campaign, "payment", 100_00)
    book(campaign, "disbursement", -1_00, cause='=HYPERLINK("http://evil","x")')
    db.session.commit()
    assert "'=HYPERLINK" in client.get(f"/c/{campaign.slug}/ledger.csv").text


def test_money_that_comes_back_and_fees_have_words(client, a_campaign, book):
    campaign = a_campaign()
    for kind, amount in (("payment", 100_00), ("disbursement", -50_00), ("disbursement_return", 20_00), ("fee", -1_00)):
        book(campaign, kind, amount)
    book(campaign, "correction_of_rounding", 1)
    db.session.commit()
    words = [row[2] for row in rows(client.get(f"/c/{campaign.slug}/ledger").text)]
    assert words[0] == "Correction of rounding (in)"
    assert words[1] == "Fee for the payment"
    assert words[2].startswith("Came back from the school")


def test_an_empty_ledger_says_so(client, a_campaign):
    campaign = a_campaign()
    assert "No money has moved yet" in client.get(f"/c/{campaign.slug}/ledger").text
    assert client.get(f"/c/{campaign.slug}/ledger.csv").text.count("\n") == 1


@pytest.mark.parametrize("page", ["ledger", "ledger.csv", "ledger.json"])
@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.IN_REVIEW, CampaignState.CANCELLED])
def test_what_is_not_public_has_no_public_ledger(client, a_campaign, page, state):
    assert client.get(f"/c/{a_campaign(state).slug}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["ledger", "ledger.csv", "ledger.json"])
def test_it_carries_no_session_and_can_be_kept(client, campaign, page):
    answer = client.get(f"/c/{campaign.slug}/{page}")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]
    again = client.get(f"/c/{campaign.slug}/{page}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.both_databases
def test_it_asks_little_of_the_database(client, campaign):
    slug = campaign.slug
    with at_most(7) as asked:
        assert client.get(f"/c/{slug}/ledger").status_code == 200
    assert len(asked) <= 7


def test_a_correction_leads_to_what_it_reverses_and_back(client, campaign):
    page = client.get(f"/c/{campaign.slug}/ledger").text
    found = re.search(r'Reversal of <a href="([^"]+)"', page)
    leads = client.get(found[1].replace("&amp;", "&")).text
    assert rows(leads)[0][0] == "2"
    assert re.search(r'Reversed by <a href="([^"#]+)#e3"', leads)


@pytest.mark.both_databases
def test_the_json_goes_on_where_it_ended(client, campaign, monkeypatch):
    monkeypatch.setattr(views, "MOST_LINES", 3)
    first = client.get(f"/c/{campaign.slug}/ledger.json")
    rest = client.get(first.json["next"])
    told = [(each["what"], each["in"], each["out"], each["balance"]) for each in first.json["entries"]]
    assert told == [
        ("Received from a sponsor", "100.00", None, "100.00"),
        ("Received from a sponsor", "50.00", None, "150.00"),
        ("Reversal", None, "50.00", "100.00"),
    ]
    assert first.headers["Link"] == f'<{first.json["next"]}>; rel="next"'
    assert first.json["held"] == [{"amount": "70.00", "currency": "EUR"}]
    assert [each["balance"] for each in rest.json["entries"]] == ["70.00"]
    assert rest.json["next"] is None
    assert [each["reversed_by"] for each in first.json["entries"]] == [None, 3, None]
