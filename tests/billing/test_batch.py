"""Many papers at once: in parts that one request can make, with names that say what they are."""

import io
import zipfile
from datetime import timedelta

import pytest

from campaigns.kit import clock, db, links
from campaigns.kit.bundle import bundle
from campaigns.kit.money import Money
from campaigns.payment.rules.papers import batch
from campaigns.payment.rules.papers import statement as rules
from campaigns.payment.rules.papers.batch import Batch
from campaigns.payment.rules.receive import receive
from campaigns.pledge import queries
from tests.cast.queries import counting

URL = "/a/lantern/money/documents/batch"


@pytest.fixture
def receipted(bill, pledge, lantern):
    """An invoice that was paid."""
    invoice = bill(pledge)
    instalment = db.session.scalars(queries.whole(pledge.id)).one().instalments[0]
    cause = ("payment", f"bank:{pledge.ref}")
    receipt = receive(instalment, Money(500_00, "EUR"), source=f"bank:{lantern.id}:EUR", cause=cause, by=None)
    db.session.commit()
    return f"receipt-{receipt.label}.pdf", f"{invoice.label}.pdf"


def opened(answer):
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.data))


def this_month():
    return f"since={clock.today().replace(day=1)}&until={clock.today()}"


def test_a_treasurer_gets_a_period_with_a_list(sign_in, tomas, receipted):
    browser = sign_in(tomas)
    assert "2 documents" in browser.get(f"{URL}?{this_month()}").text

    archive = opened(browser.get(f"{URL}.zip?{this_month()}"))
    assert archive.namelist() == ["list.csv", *receipted]
    assert archive.testzip() is None
    assert all(archive.read(name).startswith(b"%PDF") for name in receipted)
    assert archive.read("list.csv").decode().count("500.00") == 2


def test_the_last_day_is_within_and_the_day_before_the_first_is_not(lantern, receipted):
    today, day = clock.today(), timedelta(days=1)

    assert len(batch.of_community(lantern.id, today - day, today)) == 2
    assert len(batch.of_community(lantern.id, today - day, today - day)) == 0
    assert len(batch.of_community(lantern.id, today + day, today + day)) == 0


def test_another_community_gets_nothing_of_it(harbour, receipted):
    assert len(batch.of_community(harbour.id, clock.today(), clock.today())) == 0


def test_a_sponsor_gets_all_of_their_year(client, pledge, receipted):
    token = links.issue(rules.LINK, 0, lasts=rules.LASTS, payload={"email": pledge.email})
    db.session.commit()
    archive = opened(client.get(f"/statements/{token}/{clock.today().year}/documents.zip"))

    assert archive.namelist() == ["list.csv", *receipted]


def test_a_great_many_come_in_parts_none_left_out():
    whole = Batch(list(range(70)), list(range(200, 290)))
    parts = [whole.part(number) for number in range(1, whole.parts + 1)]

    assert [len(part) for part in parts] == [50, 50, 50, 10]
    assert [each for part in parts for each in part.receipts] == whole.receipts
    assert [each for part in parts for each in part.documents] == whole.documents


@pytest.mark.parametrize("query", ["part=0", "part=2", "part=-1"])
def test_a_part_that_is_not_there_is_not_found(sign_in, tomas, receipted, query):
    assert sign_in(tomas).get(f"{URL}.zip?{this_month()}&{query}").status_code == 404


def test_a_period_that_ends_before_it_begins_is_said_at_its_field(sign_in, tomas, lantern):
    text = sign_in(tomas).get(f"{URL}?since=2026-02-01&until=2026-01-01").text
    assert "The last day cannot be before the first." in text


def test_more_papers_ask_the_database_as_often(lantern, bill, receipted, a_campaign, a_pledge):
    def asked():
        db.session.rollback()
        with counting() as sent:
            list(batch.archive(batch.of_community(lantern.id, clock.today(), clock.today())))
        return len(sent)

    one = asked()
    bill(a_pledge(a_campaign(), 20_00, email="other@example.org"))
    assert asked() == one


def test_files_of_one_name_do_not_hide_each_other_and_each_is_made_in_its_turn():
    made = []

    def make(text):
        return lambda: made.append(text) or text.encode()

    pieces = bundle([("a.txt", make("one")), ("a.txt", make("two"))])
    first = next(pieces)
    assert made == ["one"]
    archive = zipfile.ZipFile(io.BytesIO(first + b"".join(pieces)))
    assert {name: archive.read(name) for name in archive.namelist()} == {"a.txt": b"one", "a-2.txt": b"two"}
