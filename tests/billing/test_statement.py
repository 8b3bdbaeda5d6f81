"""A sponsor's year over all communities, by a link that is mailed to the address alone."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from campaigns.kit import clock, db, links
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.queries import papers
from campaigns.payment.rules.papers import statement as rules
from campaigns.payment.rules.receive import receive
from campaigns.pledge import queries
from tests.cast.browser import submit
from tests.cast.letters import letters_to, link_to
from tests.cast.queries import counting

PETRA = "petra@example.org"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def pay(a_campaign, a_pledge):
    """Somebody pledges to a community and pays: `pay(lantern, 50_00, email=…, on=…)`."""

    def make(community, amount, *, email=PETRA, on=NOW):
        with clock.at(on):
            pledge = a_pledge(a_campaign(community=community), amount, email=email)
            instalment = db.session.scalars(queries.whole(pledge.id)).one().instalments[0]
            money, cause = Money(amount, pledge.currency), ("payment", f"bank:{pledge.ref}")
            source = f"bank:{community.id}:{pledge.currency}"
            receive(instalment, money, source=source, cause=cause, by=None)
            db.session.commit()
        return pledge

    return make


@pytest.fixture
def link(app):
    """The path of a mailed link."""
    token = links.issue(rules.LINK, 0, lasts=rules.LASTS, payload={"email": PETRA})
    db.session.commit()
    return f"/statements/{token}"


def test_it_tells_a_year_by_community_with_its_totals(client, pay, link, lantern, harbour):
    pay(lantern, 50_00), pay(harbour, 20_00), pay(lantern, 7_00, on=datetime(2025, 5, 1, tzinfo=UTC))
    text = client.get(f"{link}/2026").text

    assert text.index(harbour.name) < text.index(lantern.name)
    assert "€70.00" in text
    assert "€7.00" not in text


def test_nobody_elses_money_is_in_it(client, pay, link, lantern):
    pay(lantern, 50_00), pay(lantern, 33_00, email="other@example.org")

    assert "€33.00" not in client.get(f"{link}/2026").text


def give_back(pledge, amount, kind="refund", reverses=None):
    """Book what went back of a payment, as a provider's refund is booked."""
    paid = db.session.query(Movement).filter_by(kind="payment", external_id=f"bank:{pledge.ref}").one()
    places = [db.session.get(LedgerAccount, number) for number in (paid.target_id, paid.source_id)]
    source, target = places if kind == "refund" else places[::-1]
    cause = (kind, f"stripe:{paid.id}:re_1")
    moved = ledger.move(Money(amount, "EUR"), source=source, target=target, cause=cause, reverses=reverses)
    db.session.commit()
    return moved


@pytest.mark.both_databases
def test_what_went_back_is_told_beside_what_was_paid(pay, lantern):
    pledge = pay(lantern, 50_00)
    with clock.at(NOW):
        give_back(pledge, 20_00)
    told = rules.statement(papers.of_address(PETRA), 2026, PETRA)

    assert told.totals == {"EUR": (50_00, 20_00)}
    assert [(each.paid, each.back) for each in told.entries] == [(50_00, 0), (0, 20_00)]


def test_what_came_again_is_taken_off_again(pay, lantern):
    pledge = pay(lantern, 50_00)
    with clock.at(NOW):
        give_back(pledge, 20_00, "refund_failed", give_back(pledge, 20_00))

    assert rules.statement(papers.of_address(PETRA), 2026, PETRA).totals == {"EUR": (50_00, 0)}


def test_it_is_told_in_the_year_in_which_it_went_back(pay, lantern):
    pledge = pay(lantern, 50_00, on=datetime(2025, 5, 1, tzinfo=UTC))
    with clock.at(NOW):
        give_back(pledge, 20_00)
    years = [rules.statement(papers.of_address(PETRA), year, PETRA).totals for year in (2025, 2026)]

    assert years == [{"EUR": (50_00, 0)}, {"EUR": (0, 20_00)}]


def test_currencies_are_not_added_up(pay, lantern, harbour):
    harbour.currency = "KES"
    db.session.commit()
    pay(lantern, 50_00), pay(harbour, 900_00)
    told = rules.statement(papers.of_address(PETRA), 2026, PETRA)

    assert told.totals == {"EUR": (50_00, 0), "KES": (900_00, 0)}


def test_the_years_are_listed(client, pay, link, lantern):
    pay(lantern, 50_00), pay(lantern, 7_00, on=datetime(2025, 5, 1, tzinfo=UTC))
    text = client.get(link).text

    assert text.index(">2026<") < text.index(">2025<")


def test_the_link_is_mailed_to_the_address_and_opens(client, pay, lantern):
    pay(lantern, 50_00)
    submit(client, "/statements", email=" Petra@Example.org ")

    assert client.get(link_to(PETRA, "/statements/")).status_code == 200


def test_the_answer_is_the_same_for_an_address_that_nobody_knows(client, app):
    answer = submit(client, "/statements", email="nobody@example.org", follow=True)

    assert "We have sent a link to nobody@example.org" in answer.text
    assert len(letters_to("nobody@example.org")) == 1


@pytest.mark.parametrize("ending", ["", "/2026", "/2026.pdf", "/2026.csv", "/2026/documents.zip"])
def test_an_old_link_opens_nothing(client, pay, link, lantern, ending):
    pay(lantern, 50_00)
    with clock.at(clock.now() + timedelta(days=8)):
        answer = client.get(link + ending)

    assert answer.status_code == 410
    assert "€50.00" not in answer.text


def test_the_table_has_the_same_figures(client, pay, link, lantern):
    pay(lantern, 50_00)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{link}/2026.csv").text)))

    assert [(row["Community"], row["Paid"], row["Went back"], row["Currency"]) for row in rows] == [
        (lantern.name, "50.00", "", "EUR")
    ]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_file_is_in_the_language_that_was_chosen(client, pay, link, lantern, lang):
    pay(lantern, 50_00)
    answer = client.get(f"{link}/2026.pdf?lang={lang}")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="statement-2026.pdf"'
    assert pypdf.PdfReader(io.BytesIO(answer.data)).trailer["/Root"]["/Lang"] == lang


def test_a_year_without_payments_says_so(client, link):
    assert "Nothing was paid in this year." in client.get(f"{link}/2026").text
    assert "Nothing was paid from this address yet" in client.get(link).text


def test_many_payments_ask_the_database_as_often_as_one(client, pay, link, lantern):
    pay(lantern, 50_00)
    client.get(f"{link}/2026")
    with counting() as one:
        client.get(f"{link}/2026")
    for _ in range(3):
        pay(lantern, 10_00)
    with counting() as many:
        client.get(f"{link}/2026")

    assert len(many) == len(one)
