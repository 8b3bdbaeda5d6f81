"""Bringing in a bank's statement by command: whole or not at all, once, and by whom."""

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.cli.statement import _told
from campaigns.kit import clock, db
from campaigns.payment.models import BankEntry, BankStatement
from campaigns.payment.states import EntryState
from campaigns.pledge import queries
from tests.payment.samples import CSV, of_each_kind


@pytest.fixture(autouse=True)
def in_december():
    with clock.at(clock.datetime(2026, 12, 4, 12, tzinfo=clock.UTC)):
        yield


@pytest.fixture
def bring(app, tmp_path, tomas):
    """Run the command over these bytes; gives its exit code and what it said."""

    def run(data, *others, name="statement.txt", by=tomas.email):
        (tmp_path / name).write_bytes(data)
        done = app.test_cli_runner().invoke(args=["import-statement", str(tmp_path / name), "--as", by, *others])
        return done.exit_code, done.output

    return run


@pytest.fixture
def reference(a_campaign, a_pledge):
    pledge = a_pledge(a_campaign(), 50_00, name="Petra Sponsor")
    return db.session.scalars(queries.whole(pledge.id)).one().instalments[0].reference


def stored():
    return db.session.scalar(sa.select(sa.func.count(BankEntry.id)))


@pytest.mark.parametrize("kind", list(of_each_kind("")))
def test_it_says_what_was_read_was_new_and_is_matched(bring, reference, kind, tomas):
    assert bring(of_each_kind(reference)[kind]) == (
        0,
        "Reading statement.txt ...\nStoring\nMatching\n1 entries read, 1 new, 1 matched.\n",
    )
    entry = db.session.scalars(sa.select(BankEntry)).one()
    assert (entry.state, entry.amount) == (EntryState.PROPOSED, 50_00)
    assert db.session.scalars(sa.select(BankStatement)).one().imported_by_id == tomas.id


def test_a_file_is_brought_in_once_and_so_is_each_entry(bring, reference):
    data = CSV.format(text=reference).encode()
    bring(data)
    code, said = bring(data)
    assert code == 1
    assert "has been imported before" in said
    assert "2 entries read, 1 new, 0 matched" in bring(data + b"2026-12-04;7.00;Jonas;Thanks\n")[1]
    assert stored() == 2


def test_what_is_wrong_in_it_is_told_by_line_and_nothing_is_kept(bring, reference):
    code, said = bring(CSV.format(text=reference).encode() + b"2026-12-04;seven;Jonas;Thanks\n31.11.2026;7;J;T\n")
    assert code == 1
    assert "line 4: “seven” is not an amount." in said
    assert "line 5: “31.11.2026” is not a date." in said
    assert "nothing was imported" in said
    assert stored() == 0


def test_so_is_where_a_file_is_cut(bring, reference):
    code, said = bring(of_each_kind(reference)["camt.053.001.02"][:-60])
    assert (code, stored()) == (1, 0)
    assert "Line 9: The file is damaged or ends too early." in said


def test_somebody_has_to_answer_for_it(bring, reference, marta):
    data = CSV.format(text=reference).encode()
    assert "Nobody has an account as nobody@example.org." in bring(data, by="nobody@example.org")[1]
    code, said = bring(data, by=marta.email)
    assert code == 1
    assert "Your role does not include this." in said
    assert stored() == 0


def test_a_treasurer_of_several_says_which(bring, reference, a_user, lantern, harbour):
    both = a_user("Tilda", (Role.TREASURER, lantern), (Role.TREASURER, harbour))
    data = CSV.format(text=reference).encode()
    assert "--community; theirs: harbour, lantern." in bring(data, by=both.email)[1]
    assert bring(data, "--community", "lantern", by=both.email)[0] == 0
    assert bring(data, "--community", "vouch", by=both.email)[0] == 1


def test_on_a_terminal_a_bar_grows_while_it_stores_and_matches(monkeypatch, capsys):
    monkeypatch.setattr("click._termui_impl.isatty", lambda _: True)
    assert list(_told("Matching", [1, 2, 3, 4])) == [1, 2, 3, 4]
    said = capsys.readouterr().out
    assert "Matching" in said
    assert "100%" in said
