"""Statements in whatever form a bank gives them: what came in is read, or the whole file is refused."""

import io
import os
import zipfile
from datetime import date
from pathlib import Path

import mt940
import pytest

from campaigns.kit import clock
from campaigns.kit.money import Money
from campaigns.kit.tables import BadTable
from campaigns.payment.rules.files import Format, open_file
from tests.payment.samples import MT940, OFX_NEW, OFX_OLD, camt, detail, entry, of_each_kind

KINDS = list(of_each_kind(""))
SENT = Path(__file__).parents[2].parent / "shared" / "data" / "bank"


@pytest.fixture(autouse=True)
def in_december():
    with clock.at(clock.datetime(2026, 12, 4, 12, tzinfo=clock.UTC)):
        yield


def read(data):
    return open_file(data).read(None, "EUR")


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def broken(archive):
    """The same with nonsense where what is packed begins, behind a heading of 31 bytes."""
    return archive[:31] + b"\xff" * 8 + archive[39:]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_money_is_read_in_every_form(kind):
    reading = read(of_each_kind("RF18 5390 0754 7034")[kind])
    (line,) = reading.lines
    assert (line.money, line.booked_on) == (Money(50_00, "EUR"), date(2026, 12, 3))
    assert line.payer.casefold() == "petra sponsor"
    assert "RF18 5390 0754 7034" in line.text
    assert (reading.skipped, reading.troubles) == (1, [])


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_is_known_again_and_two_equal_payments_are_two(kind):
    data = of_each_kind("x")[kind]
    assert [line.fingerprint for line in read(data).lines] == [line.fingerprint for line in read(data).lines]


class TestCamt:
    def test_equal_entries_without_a_reference_are_two(self):
        first, second = read(camt(entry(details=detail()), entry(details=detail()))).lines
        assert first.fingerprint != second.fingerprint

    def test_the_bank_s_own_reference_makes_an_entry_known_in_another_file(self):
        here = entry(ref="<AcctSvcrRef>B-1</AcctSvcrRef>", details=detail())
        there = entry(ref="<AcctSvcrRef>B-1</AcctSvcrRef>", details=detail(text="written otherwise"))
        assert read(camt(here)).lines[0].fingerprint == read(camt(there)).lines[0].fingerprint

    def test_a_number_that_counts_within_a_statement_does_not(self):
        here = entry(ref="<NtryRef>1</NtryRef>", details=detail())
        there = entry(ref="<NtryRef>1</NtryRef>", details=detail(text="another gift"))
        assert read(camt(here)).lines[0].fingerprint != read(camt(there)).lines[0].fingerprint

    def test_a_notice_of_what_the_statement_will_say_is_no_statement(self):
        with pytest.raises(BadTable, match=r"no CAMT\.053 statement"):
            read(camt(entry()).replace(b"camt.053", b"camt.054"))

    @pytest.mark.parametrize("status", ["PDNG", "INFO", "<Cd>PDNG</Cd>"])
    def test_what_is_not_booked_yet_has_not_come_in(self, status):
        assert read(camt(entry(status=status, details=detail()))).lines == []

    def test_a_batch_is_told_apart_where_its_parts_come_to_the_whole(self):
        parts = [detail(text=text, amount=f'<Amt Ccy="EUR">{amount}</Amt>') for text, amount in (("a", 30), ("b", 20))]
        lines = read(camt(entry(ref="<AcctSvcrRef>7</AcctSvcrRef>", details="".join(parts)))).lines
        assert [(line.money.amount, line.text) for line in lines] == [(30_00, "a"), (20_00, "b")]
        assert len({line.fingerprint for line in lines}) == 2

    def test_it_stays_whole_where_they_do_not(self):
        parts = [detail(amount='<Amt Ccy="EUR">30</Amt>'), detail(amount='<Amt Ccy="EUR">30</Amt>')]
        assert [line.money.amount for line in read(camt(entry(details="".join(parts)))).lines] == [50_00]

    def test_what_the_payer_was_told_to_pay_in_another_currency_is_not_what_came(self):
        told = '<AmtDtls><InstdAmt><Amt Ccy="USD">58.10</Amt></InstdAmt></AmtDtls>'
        assert read(camt(entry(details=detail(amount=told)))).lines[0].money == Money(50_00, "EUR")

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (camt(entry())[:-40], "Line 6: The file is damaged or ends too early."),
            (camt(entry(), entry("5o")), "Entry 2: “5o EUR” is not an amount."),
            (camt(entry("0.001")), "Entry 1: “0.001 EUR” is not an amount."),
            (camt(entry()).replace(b"2026-12-03</Dt>", b"2062-12-03</Dt>"), "Entry 1: “2062-12-03” is too far"),
            (camt(entry()).replace(b"2026-12-03</Dt>", b"3.12.2026</Dt>"), "Entry 1: “3.12.2026” is not a date."),
            (
                camt(entry()).replace(b"<Document", b'<!DOCTYPE x [<!ENTITY a "b">]><Document'),
                "holds what no statement",
            ),
            (camt(entry()).replace(b"<Document", b"<!DOCTYPE x><Document"), "holds what no statement"),
            (b"<html><body>Please sign in</body></html>", "This is XML, but no CAMT.053 statement."),
        ],
    )
    def test_one_that_is_damaged_is_refused_whole(self, data, said):
        with pytest.raises(BadTable, match=said.replace(".", r"\.")):
            read(data)


class TestArchives:
    def test_the_files_in_it_are_read_together(self):
        files = {"1.xml": camt(entry(details=detail(text="a"))), "2.xml": camt(entry(details=detail(text="b")))}
        assert [line.text for line in read(zipped(**files)).lines] == ["a", "b"]

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (zipped(**{"a/": b""}), "empty"),
            (zipped(a=b"0" * 2_000_000), "more than can be read"),
            (zipped(a=camt(entry()), b=MT940.encode()), "several kinds"),
            (zipped(a=b"Date;Amount\n2026-12-03;5\n", b=b"Date;Amount\n2026-12-03;6\n"), "one at a time"),
            (zipped(a=camt(entry()))[:60], "damaged or locked"),
            (broken(zipped(a=camt(entry()))), "damaged or locked"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_others_are_refused(self, data, said):
        with pytest.raises(BadTable, match=said):
            read(data)


class TestMt940:
    def test_a_debit_that_was_taken_back_came_in_and_a_credit_that_was_did_not(self):
        data = MT940.replace("1203C50,00", "1203RC50,00").replace("1203D20,00", "1203RD20,00").encode()
        assert [line.money.amount for line in read(data).lines] == [20_00]

    def test_letters_of_windows_are_read(self):
        assert read(MT940.format(text="Für Bücher").encode("cp1252")).lines[0].text == "Für Bücher"

    @pytest.mark.parametrize("ending", ["\r\n", "\r"])
    def test_lines_end_as_on_any_machine(self, ending):
        assert [line.number for line in read(MT940.replace("\n", ending).encode()).lines] == [5]

    def test_one_of_which_the_library_leaves_out_an_entry_is_refused(self, monkeypatch):
        whole = mt940.parse
        monkeypatch.setattr(mt940, "parse", lambda text: list(whole(text))[1:])
        with pytest.raises(BadTable, match="Only 1 of 2 entries"):
            read(MT940.encode())

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (MT940.partition(":62F:")[0], "Line 7: No closing balance"),
            (MT940.replace("2612031203C50,00", "rubbish"), "Line 5: The entries cannot be read as MT940."),
            (MT940.replace(":61:261203", ":61:621203"), "Line 5: “2062-12-03” is too far"),
        ],
    )
    def test_one_that_is_damaged_is_refused_by_line(self, data, said):
        with pytest.raises(BadTable, match=said):
            read(data.encode())


class TestOfx:
    @pytest.mark.parametrize("text", [OFX_OLD, OFX_NEW])
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("</OFX>", "", "ends too early"),
            ("<TRNAMT>50.00", "<TRNAMT>5o", "cannot be read as OFX"),
            ("<CURDEF>EUR", "<CURDEF>XQX", "Entry 1: “XQX” is not a currency."),
        ],
    )
    def test_one_that_is_damaged_is_refused(self, text, old, new, said):
        with pytest.raises(BadTable, match=said):
            read(text.replace(old, new).encode())


@pytest.mark.skipif(not SENT.is_dir(), reason="real statements are not beside the project")
@pytest.mark.parametrize(
    ("name", "kind", "came_in"),
    [
        ("ing.sta", Format.MT940, 2),
        ("postfinance.sta", Format.MT940, 3),
        ("sepa_mt9401.sta", Format.MT940, 41),
        ("test-camt053.zip", Format.CAMT, 2),
        ("test_ofx.ofx", Format.OFX, 0),
        ("sample_statement_en.csv", Format.CSV, 1),
    ],
)
def test_real_statements_are_read(name, kind, came_in):
    file = open_file((SENT / name).read_bytes())
    assert (file.format, len(file.read(None, "EUR").lines)) == (kind, came_in)


@pytest.mark.skipif(not os.path.isdir(SENT), reason="real statements are not beside the project")
def test_a_real_one_with_an_entry_behind_its_balance_is_refused_by_line():
    with pytest.raises(BadTable, match="Line 38: No closing balance"):
        read((SENT / "multiline.sta").read_bytes())
