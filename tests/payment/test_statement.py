"""Reading a bank's file: what came in, what is of no concern, and what cannot be read, by its line."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.kit import clock
from campaigns.kit.money import Money
from campaigns.kit.tables import BadTable
from campaigns.payment.rules.files.columns import Columns, Mark, Order
from campaigns.payment.rules.files.lines import read_date, read_lines
from campaigns.payment.rules.files.reading import Unreadable
from campaigns.payment.rules.files.table import MOST_ROWS, guess, read_table

ENGLISH = """Date,Description,Amount,Currency,Payer,Transaction ID
2026-11-03,RF18 ABCD,"1,250.50",EUR,Petra Sponsor,TX-1
2026-11-04,Fees,-12.00,EUR,Bank,TX-2
"""
GERMAN = """Umsatzübersicht;Girokonto
Kontonummer:;DE89 3704 0044 0532 0130 00

"Buchungstag";"Wertstellung";"Auftraggeber / Empfänger";"Verwendungszweck";"Betrag (€)";"Währung";"Saldo";"Währung"
"03.11.2026";"03.11.2026";"Petra Müller";"RF18 ABCD";"1.250,50";"EUR";"9.000,00";"EUR"
"04.11.2026";"04.11.2026";"Bank";"Fees";"-12,00";"EUR";"8.988,00";"EUR"
"""
FRENCH = """Date opération;Date valeur;Libellé;Débit;Crédit
03/11/2026;03/11/2026;VIR RF18 ABCD;;1 250,50
04/11/2026;04/11/2026;FRAIS;12,00;
"""
NOON = datetime(2026, 12, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="module")
def noon():
    """Some days after these statements."""
    with clock.at(NOON):
        yield


def read(text, encoding="utf-8", currency="EUR", **changes):
    table = read_table(text.encode(encoding) if isinstance(text, str) else text)
    columns = guess(table)
    return read_lines(table, Columns(**(columns.__dict__ | changes)), currency)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "utf-8"),
        (ENGLISH, "utf-8-sig"),
        (ENGLISH, "utf-16"),
        (ENGLISH.replace(",", "\t").replace('"1\t250.50"', "1250.50"), "utf-8"),
        (ENGLISH.replace("\n", "\r\n"), "utf-8"),
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN.replace("€", "EUR"), "latin-1"),
        (GERMAN, "cp1252"),
        (FRENCH, "utf-8"),
        (FRENCH, "latin-1"),
    ],
)
def test_one_payment_is_read_from_what_banks_in_three_countries_write(text, encoding):
    reading = read(text, encoding)

    assert [(line.booked_on, line.money) for line in reading.lines] == [(date(2026, 11, 3), Money(1_250_50, "EUR"))]
    assert "RF18 ABCD" in reading.lines[0].text
    assert (reading.skipped, reading.troubles) == (1, [])


def test_the_published_sample_of_a_statement_is_read():
    sample = Path(__file__).parent / "sample_statement_en.csv"
    reading = read(sample.read_bytes())

    assert [(line.booked_on, line.money, line.payer) for line in reading.lines] == [
        (date(2018, 12, 15), Money(1_525_00, "EUR"), "Azure Interior")
    ]
    assert reading.skipped == 1


def test_the_payer_and_the_currency_are_found_by_their_names():
    line = read(GERMAN).lines[0]

    assert line.payer == "Petra Müller"
    assert guess(read_table(GERMAN.encode())).currency == "Währung"


def test_month_first_is_seen_from_the_dates():
    assert guess(read_table(b"Date,Amount\n12/15/2026,1.00\n01/02/2026,1.00")).order is Order.MONTH_FIRST
    assert guess(read_table(b"Date,Amount\n15/12/2026,1.00\n01/02/2026,1.00")).order is Order.DAY_FIRST
    assert guess(read_table(b"Date,Amount\n01/02/2026,1.00")).order is Order.DAY_FIRST


def test_the_decimal_mark_is_seen_from_the_amounts():
    assert guess(read_table(b"Datum;Betrag\n1.2.26;1,00\n1.2.26;1.000,50")).mark is Mark.COMMA
    assert guess(read_table(b'Date,Amount\n1.2.26,"1,000.50"\n1.2.26,1000')).mark is Mark.POINT


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1250.50", 1_250_50),
        ("1,250.50", 1_250_50),
        ("+12.00", 12_00),
        ("12.00 CR", 12_00),
        ("12.00 H", 12_00),
        ("€12.00", 12_00),
        ("12.00 EUR", 12_00),
        ("12", 12_00),
    ],
)
def test_money_that_came_in_is_read_however_it_is_written(cell, amount):
    assert read(f"Date;Amount\n2026-11-03;{cell}").lines[0].money == Money(amount, "EUR")


@pytest.mark.parametrize("cell", ["-12.00", "12.00-", "(12.00)", "−12.00", "12.00 S", "12.00 DR", "0.00", "0"])
def test_money_that_went_out_and_nothing_at_all_are_skipped(cell):
    reading = read(f"Date;Amount\n2026-11-03;{cell}")

    assert (reading.lines, reading.skipped, reading.troubles) == ([], 1, [])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-11-03;abc;EUR", "“abc” is not an amount."),
        ("2026-11-03;;EUR", "There is no amount."),
        ("2026-11-03;1.005;EUR", "“1.005” is not an amount."),
        ("2026-11-03;99999999999999999;EUR", "is not an amount."),
        ("2026-11-03;5.00;XYZ", "“XYZ” is not a currency."),
        ("yesterday;5.00;EUR", "“yesterday” is not a date."),
        (";5.00;EUR", "“” is not a date."),
        ("2026-02-30;5.00;EUR", "“2026-02-30” is not a date."),
        ("1999-12-31;5.00;EUR", "too far in the past"),
        ("2999-01-01;5.00;EUR", "or in the future"),
        ("2026-11-03", "There is no amount."),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_line_and_the_others_are_kept(row, says):
    reading = read(f"Date;Amount;Currency\n2026-11-02;1.00;EUR\n{row}\n2026-11-04;2.00;EUR")

    assert [line.number for line in reading.lines] == [2, 4]
    assert [number for number, _ in reading.troubles] == [3]
    assert says in reading.troubles[0][1]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty."),
        (b" \n \n", "The file is empty."),
        (b"just words", "This is not a table"),
        (b"one\ntwo\nthree", "This is not a table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "not a table"),
        (b"Date;Amount\n" + b"2026-11-03;1.00\n" * (MOST_ROWS + 1), "more than 5,000 rows"),
        (b"Date;Amount\n" + b"x" * 1_000_000, "larger than 1 MB"),
        (b"Date;Amount\n2026-11-03;" + b"9" * 200_000, "A cell is longer than can be read."),
    ],
)
def test_a_file_that_is_no_statement_is_refused_in_words(data, says):
    with pytest.raises(BadTable, match=says):
        read_table(data)


def test_the_most_rows_that_are_allowed_are_read():
    rows = b"Date;Amount\n" + b"2026-11-03;1.00\n" * MOST_ROWS

    assert len(read(rows).lines) == MOST_ROWS


def test_a_file_whose_columns_have_unknown_names_is_read_once_somebody_says_which_is_which():
    table = read_table(b"Wann;Wer;Wieviel\n03.11.2026;Petra;5,00")
    assert guess(table) == Columns()

    columns = Columns(date="Wann", amount="Wieviel", payer="Wer", mark=Mark.COMMA)
    assert read_lines(table, columns, "EUR").lines[0].money == Money(5_00, "EUR")


def test_columns_that_do_not_exist_give_troubles_not_faults():
    table = read_table(ENGLISH.encode())

    assert len(read_lines(table, Columns(date="Nope", amount="Never"), "EUR").troubles) == 2


def test_a_heading_that_occurs_twice_and_one_that_is_empty_get_names_of_their_own():
    assert read_table(b"Date;Amount;;Amount\n2026-11-03;1;2;3").heading == ("Date", "Amount", "Column 3", "Amount (4)")


def test_the_banks_own_reference_makes_an_entry_known_again_whatever_else_changes():
    one = read(ENGLISH).lines[0]
    other = read(ENGLISH.replace("RF18 ABCD", "RF18 ABCD (corrected)")).lines[0]

    assert one.fingerprint == other.fingerprint


def test_without_one_everything_the_row_says_does():
    plain = "Date;Amount;Payer;Text\n2026-11-03;5.00;Petra;Hello"

    assert read(plain).lines[0].fingerprint == read(plain).lines[0].fingerprint
    assert read(plain).lines[0].fingerprint != read(plain.replace("Hello", "Bye")).lines[0].fingerprint
    assert read(plain).lines[0].fingerprint != read(plain.replace("5.00", "5.01")).lines[0].fingerprint


def test_equal_rows_are_told_apart_and_stay_the_same_in_a_longer_statement():
    row = "2026-11-03;5.00;Petra;Hello\n"
    short = read("Date;Amount;Payer;Text\n" + row * 2)
    long = read("Date;Amount;Payer;Text\n" + row * 3)

    assert len({line.fingerprint for line in long.lines}) == 3
    assert [line.fingerprint for line in short.lines] == [line.fingerprint for line in long.lines][:2]


def test_a_reference_column_in_which_one_value_repeats_is_no_reference():
    text = "Date;Amount;Transaction ID\n2026-11-03;5.00;NONREF\n2026-11-04;6.00;NONREF"

    assert len({line.fingerprint for line in read(text).lines}) == 2


@pytest.mark.parametrize(
    ("cell", "order", "found"),
    [
        ("2026-12-03", Order.DAY_FIRST, date(2026, 12, 3)),
        ("2026-12-03T10:00:00Z", Order.MONTH_FIRST, date(2026, 12, 3)),
        ("20261103", Order.DAY_FIRST, date(2026, 11, 3)),
        ("3.11.2026", Order.DAY_FIRST, date(2026, 11, 3)),
        ("3.11.26", Order.DAY_FIRST, date(2026, 11, 3)),
        ("11/03/2026", Order.MONTH_FIRST, date(2026, 11, 3)),
        ("03/11/2026", Order.DAY_FIRST, date(2026, 11, 3)),
        ("2026/11/03", Order.DAY_FIRST, date(2026, 11, 3)),
    ],
)
def test_dates_are_read_as_banks_write_them(cell, order, found):
    assert read_date(cell, order) == found


@given(st.text(max_size=60))
def test_no_date_cell_makes_the_reader_stumble(cell):
    try:
        found = read_date(cell, Order.DAY_FIRST)
    except Unreadable:
        found = None
    assert found is None or found.year >= 2000


@given(st.binary(max_size=400))
def test_no_file_makes_the_reader_stumble(data):
    try:
        reading = read(data)
    except BadTable:
        reading = None
    assert reading is None or all(line.money.amount > 0 for line in reading.lines)
