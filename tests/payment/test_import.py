"""Importing a statement: shown first, then stored whole or not at all, each file and each entry once."""

import base64
import io
import zlib
from datetime import UTC, datetime
from html import unescape
from re import DOTALL, findall

import pytest
from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from campaigns.account import queries as accounts
from campaigns.account.states import Role
from campaigns.community import queries as communities
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.payment.models import BankColumns, BankEntry, BankStatement
from campaigns.payment.rules import mapping
from campaigns.payment.rules import statement as rules
from campaigns.payment.rules.files import open_file
from campaigns.payment.rules.files.columns import Columns
from campaigns.payment.states import Because, EntryState
from campaigns.pledge import queries
from tests.cast.browser import hidden_fields
from tests.cast.crowd import at_once, committed
from tests.payment.samples import camt, detail, entry, of_each_kind

NOON = datetime(2026, 12, 24, 12, tzinfo=UTC)
HEAD = "Booking date;Payer;Remittance information;Amount;Currency"


@pytest.fixture(autouse=True)
def noon():
    """Some days after these statements."""
    with clock.at(NOON):
        yield


@pytest.fixture
def pledge(a_campaign, a_pledge):
    return a_pledge(a_campaign(), 50_00, name="Petra Sponsor")


@pytest.fixture
def treasurer(sign_in, tomas):
    return sign_in(tomas)


def reference(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one().instalments[0].reference


def a_file(*rows, head=HEAD):
    return "\n".join([head, *rows]).encode()


def upload(client, data, name="statement.csv"):
    """Choose a file and have it read."""
    shown = client.get("/a/lantern/money/import")
    file = FileStorage(io.BytesIO(data), name, "file", "text/csv")
    # Encoded here, for the client would spool a large one to a file that it never closes.
    boundary, body = encode_multipart(hidden_fields(shown.text) | {"file": file})
    content_type = f"multipart/form-data; boundary={boundary}"
    return client.post("/a/lantern/money/import", data=body, content_type=content_type)


def press(client, page, do, **columns):
    """Press a button of the preview, with what it shows and these changes."""
    form = hidden_fields(page.text) | chosen(page.text) | columns | {"do": do}
    return client.post("/a/lantern/money/import", data=form)


def chosen(page):
    """What the preview's lists have selected."""
    lists = findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, DOTALL)
    return {name: unescape(next(iter(findall(r'selected value="([^"]*)"', body)), "")) for name, body in lists}


def test_the_file_is_shown_before_anything_is_stored(treasurer, pledge):
    page = upload(treasurer, a_file(f"2026-12-03;Petra Sponsor;{reference(pledge)};50.00;EUR"))

    assert page.status_code == 200
    assert "1 new entry" in page.text
    assert "€50.00" in page.text
    assert db.session.query(BankEntry).count() == 0
    assert db.session.query(BankStatement).count() == 0


def test_what_was_shown_is_stored_and_what_it_pays_is_proposed(treasurer, pledge, tomas):
    page = upload(treasurer, a_file(f"2026-12-03;Petra Sponsor;{reference(pledge)};50.00;EUR"))
    answer = press(treasurer, page, "store")

    assert (answer.status_code, answer.location) == (303, "/a/lantern/money/entries")
    entry = db.session.query(BankEntry).one()
    assert (entry.amount, entry.payer, entry.state) == (50_00, "Petra Sponsor", EntryState.PROPOSED)
    assert entry.proposed_because is Because.EXACT
    statement = db.session.query(BankStatement).one()
    assert (statement.entry_count, statement.imported_by_id) == (1, tomas.id)


@pytest.mark.parametrize(
    ("day", "amount", "new"),
    [("2026-12-03", 50_00, 0), ("2026-12-13", 50_00, 0), ("2026-12-14", 50_00, 1), ("2026-12-03", 50_01, 1)],
)
def test_a_reference_that_the_bank_uses_again_hides_no_other_money(lantern, pledge, tomas, day, amount, new):
    def bring(day, amount, text):
        ref, paid = "<AcctSvcrRef>1</AcctSvcrRef>", f"{amount / 100:.2f}"
        data = camt(entry(paid, ref=ref, details=detail(text=text))).replace(b"2026-12-03</Dt>", f"{day}</Dt>".encode())
        return rules.store(lantern, open_file(data), None, by=tomas).new

    assert bring("2026-12-03", 50_00, "first") == 1
    assert bring(day, amount, "second") == new
    assert bring(day, amount, "in a third file") == 0
    assert db.session.query(BankEntry).count() == 1 + new


def test_which_column_is_which_is_said_once_for_a_bank(treasurer, pledge):
    odd = "Tag;Wer;Wofür;Wieviel;Was sonst"
    page = upload(treasurer, a_file("03.12.2026;Petra Sponsor;Geschenk;50,00;EUR", head=odd))
    assert "1 new entry" not in page.text
    said = {"date": "Tag", "payer": "Wer", "text": "Wofür", "amount": "Wieviel", "currency": "Was sonst"}
    press(treasurer, page, "store", **said, order="day_first", mark="comma")
    assert db.session.query(BankEntry).one().amount == 50_00

    again = upload(treasurer, a_file("04.12.2026;Jonas;Noch eins;7,50;EUR", head=odd))
    assert "1 new entry" in again.text
    assert {name: chosen(again.text)[name] for name in said} == said
    press(treasurer, again, "store", payer="")
    assert db.session.query(BankColumns).one().columns["mark"] == "comma"
    assert "payer" not in db.session.query(BankColumns).one().columns


def test_what_one_community_says_of_its_bank_is_not_said_for_another(treasurer, pledge, harbour):
    file = open_file(a_file("03.12.2026;Petra;x;50,00;EUR", head="Tag;Wer;Was;Wieviel;W"))
    mapping.remember(pledge.organisation_id, file.table, Columns(date="Tag", amount="Wieviel"))
    assert mapping.remembered(pledge.organisation_id, file.table).amount == "Wieviel"
    assert mapping.remembered(harbour.id, file.table) is None


@pytest.mark.parametrize("kind", sorted(set(of_each_kind("")) - {"csv"}))
def test_other_forms_need_nobody_to_say_which_column_is_which(treasurer, pledge, kind):
    page = upload(treasurer, of_each_kind(reference(pledge))[kind], "statement")
    assert "1 new entry" in page.text
    assert "Which column is which" not in page.text
    assert press(treasurer, page, "store").location == "/a/lantern/money/entries"
    assert db.session.query(BankEntry).one().proposed_because is Because.EXACT


def test_one_that_is_damaged_is_refused_at_the_field(treasurer, pledge):
    answer = upload(treasurer, of_each_kind("x")["camt.053.001.02"][:-60])
    assert answer.status_code == 422
    assert "Line 9: The file is damaged or ends too early." in answer.text


def test_the_payers_name_is_sealed_in_the_database(treasurer, pledge):
    press(treasurer, upload(treasurer, a_file("2026-12-03;Canary Payer;x;50.00;EUR")), "store")

    assert "Canary" not in str(db.session.execute(text("SELECT * FROM bank_entry")).all())


def test_a_file_is_imported_once(treasurer, pledge):
    data = a_file("2026-12-03;Petra;x;50.00;EUR")
    press(treasurer, upload(treasurer, data), "store")

    again = upload(treasurer, data)
    assert again.status_code == 422
    assert "imported before" in again.text
    assert db.session.query(BankEntry).count() == 1


def test_pressing_import_twice_stores_the_file_once(treasurer, pledge):
    page = upload(treasurer, a_file("2026-12-03;Petra;x;50.00;EUR"))
    press(treasurer, page, "store")
    again = press(treasurer, page, "store")

    assert again.status_code == 422
    assert db.session.query(BankEntry).count() == 1


def test_an_entry_of_two_overlapping_statements_is_stored_once(treasurer, pledge):
    one, two = "2026-12-03;Petra;x;50.00;EUR", "2026-12-04;Jens;y;20.00;EUR"
    press(treasurer, upload(treasurer, a_file(one)), "store")
    page = upload(treasurer, a_file(one, two))

    assert "1 new entry" in page.text
    assert "1 known from an earlier import" in page.text
    press(treasurer, page, "store")
    assert [entry.amount for entry in db.session.query(BankEntry).order_by(BankEntry.id)] == [50_00, 20_00]


def test_two_real_payments_that_look_alike_are_two(treasurer, pledge):
    row = "2026-12-03;Petra;x;50.00;EUR"
    press(treasurer, upload(treasurer, a_file(row, row)), "store")

    assert db.session.query(BankEntry).count() == 2


def test_rows_that_cannot_be_read_are_named_and_left_out(treasurer, pledge):
    page = upload(treasurer, a_file("2026-12-03;Petra;x;50.00;EUR", "soon;Jens;y;much;EUR", "2026-12-05;;z;-9.00;EUR"))

    assert "1 row could not be read" in page.text
    assert "“much” is not an amount." in page.text
    assert "1 row of money that went out" in page.text
    press(treasurer, page, "store")
    assert db.session.query(BankEntry).count() == 1


def test_a_column_that_was_guessed_wrong_is_set_right(treasurer, pledge):
    data = a_file("03.12.2026;Petra;1;50,00", head="Wann;Wer;Stück;Wieviel")
    page = upload(treasurer, data)
    assert "0 new entries" in page.text

    right = {"date": "Wann", "payer": "Wer", "amount": "Wieviel", "mark": "comma"}
    page = press(treasurer, page, "read", **right)
    assert "1 new entry" in page.text
    assert chosen(page.text)["amount"] == "Wieviel"
    press(treasurer, page, "store")
    assert db.session.query(BankEntry).one().amount == 50_00


def test_a_file_without_money_that_came_in_is_not_stored(treasurer, pledge):
    page = upload(treasurer, a_file("2026-12-03;Bank;fees;-50.00;EUR"))
    answer = press(treasurer, page, "store")

    assert answer.status_code == 422
    assert "No money came in according to this file" in answer.text
    assert db.session.query(BankStatement).count() == 0


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b"no table at all", "This is not a table"),
        (b"%PDF-1.7\n\x00\x01\x02" * 100, "not a table"),
        (b"Date;Amount\n" + b"2026-12-03;1.00\n" * 5_001, "more than 5,000 rows"),
        (b"x" * 1_200_000, "larger than 1 MB"),
    ],
)
def test_a_bad_file_is_refused_at_its_field(treasurer, pledge, data, says):
    page = upload(treasurer, data)

    assert page.status_code == 422
    assert says in page.text
    assert db.session.query(BankStatement).count() == 0


def test_nothing_chosen_is_said_kindly(treasurer, pledge):
    form = hidden_fields(treasurer.get("/a/lantern/money/import").text)
    page = treasurer.post("/a/lantern/money/import", data=form)

    assert page.status_code == 422
    assert "Choose the file that you downloaded from the bank." in page.text


@pytest.mark.parametrize("kept", ["x", "!!!!", "eJw=", "A" * 1000])
def test_a_preview_that_was_tampered_with_is_no_file(treasurer, pledge, kept):
    page = upload(treasurer, a_file("2026-12-03;Petra;x;50.00;EUR"))
    answer = press(treasurer, page, "store", kept=kept)

    assert answer.status_code == 422
    assert db.session.query(BankEntry).count() == 0


def test_a_preview_that_unfolds_to_more_than_a_file_may_hold_is_refused(treasurer, pledge):
    bomb = base64.b64encode(zlib.compress(b"0" * 50_000_000, 9)).decode()
    page = upload(treasurer, a_file("2026-12-03;Petra;x;50.00;EUR"))

    answer = press(treasurer, page, "store", kept=bomb)
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.text


def test_what_a_bank_file_says_is_never_run_as_code(treasurer, pledge):
    page = upload(treasurer, a_file("2026-12-03;<script>alert(1)</script>;<img src=x>;50.00;EUR"))

    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


def test_a_whole_statement_is_stored_or_nothing_of_it(lantern, pledge, tomas, monkeypatch):
    file = open_file(a_file(*[f"2026-12-03;Petra;x;{amount}.00;EUR" for amount in range(1, 50)]))
    monkeypatch.setattr(rules, "propose", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        rules.store(lantern, file, None, by=tomas)
    db.session.rollback()
    assert db.session.query(BankEntry).count() == 0
    assert db.session.query(BankStatement).count() == 0


@pytest.mark.parametrize("who", ["amina", "marta", "victor", "safiya"])
def test_only_the_treasurer_imports(request, sign_in, lantern, pledge, who):
    somebody = request.getfixturevalue(who)

    assert sign_in(somebody).get("/a/lantern/money/import").status_code == 403
    file = open_file(a_file("2026-12-03;Petra;x;50.00;EUR"))
    for look in (rules.preview, rules.store):
        with pytest.raises(NotAllowed):
            look(lantern, file, None, by=somebody)


def test_another_community_does_not_even_know_of_it(sign_in, otto, pledge):
    assert sign_in(otto).get("/a/lantern/money/import").status_code == 404


@pytest.mark.both_databases
def test_two_treasurers_import_the_same_file_at_once(app, lantern, a_campaign, a_pledge, tomas, a_user):
    tilda = a_user("Tilda", (Role.TREASURER, lantern))
    a_pledge(a_campaign(), 50_00)
    file = open_file(a_file(*[f"2026-12-03;Petra;x;{amount}.00;EUR" for amount in range(1, 20)]))
    emails, slug = [tomas.email, tilda.email], lantern.slug

    def bring(email):
        with clock.at(NOON):
            by = db.session.scalars(accounts.by_email(email)).one()
            by.second_factor = True
            community = db.session.scalars(communities.of_member(by, slug)).one()
            return rules.store(community, file, None, by=by).new

    answers = at_once(app, *[committed(lambda email=email: bring(email)) for email in emails])

    assert sum(isinstance(answer, rules.KnownFile) for answer in answers) == 1
    assert 19 in answers
    assert db.session.query(BankEntry).count() == 19
    assert db.session.query(BankStatement).count() == 1
