import csv
import datetime
import io
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.kit import tables
from campaigns.kit.money import Money

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def read(text: str | bytes, max_rows: int = 100) -> list[tuple[int, dict[str, str]]]:
    data = text.encode() if isinstance(text, str) else text
    return list(tables.read_csv(data, max_rows=max_rows))


# Defusing


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        '=HYPERLINK("http://x")',
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "=",
        "+",
        "-",
        "+49 30 1234",
        "-33.50 EUR",
        "-1-1",
        "+cmd|' /C calc'!A0",
        "--1",
        "-1e9",
        "=cmd",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_defused(cell: str) -> None:
    assert tables.defuse(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Amina",
        "a=b",
        "1+1",
        "O'Neil",
        "'quoted",
        "(=1)",
        "-33.50",
        "+33,50",
        "-1,250.50",
        "-5%",
        "40",
        "é",
    ],
)
def test_plain_words_and_numbers_are_left_alone(cell: str) -> None:
    assert tables.defuse(cell) == cell


@pytest.mark.parametrize("cell", [None, -5, Decimal("-33.50"), datetime.date(2026, 11, 2), True])
def test_what_is_not_text_is_left_alone(cell) -> None:
    assert tables.defuse(cell) is cell


@given(CELLS)
def test_no_defused_cell_begins_a_formula(cell: str) -> None:
    defused = tables.defuse(cell)
    assert not defused.startswith(tables.FORMULA_STARTS) or tables.PLAIN_NUMBER.fullmatch(defused)
    assert defused.removeprefix("'") == cell.removeprefix("'")


# Writing


def test_a_table_is_written_with_its_heading_and_quoted_where_needed() -> None:
    rows = [['Ana, "the" one', 3, None], ["two\nlines", Decimal("-1.50"), datetime.date(2026, 11, 2)]]
    assert tables.csv_text(["name", "count", "day"], rows) == (
        'name,count,day\r\n"Ana, ""the"" one",3,\r\n"two\nlines",-1.50,2026-11-02\r\n'
    )


def test_money_is_written_for_machines() -> None:
    rows = [[Money(125050, "EUR")], [Money(-5, "EUR")], [Money(1250, "JPY")]]
    assert tables.csv_text(["amount"], rows) == "amount\r\n1250.50\r\n-0.05\r\n1250\r\n"


def test_headings_and_cells_are_defused_on_the_way() -> None:
    assert tables.csv_text(["=a"], [["=1+1"], ["-33.50"]]) == "'=a\r\n'=1+1\r\n-33.50\r\n"


def test_lines_stream_one_by_one() -> None:
    def rows():
        yield ["first"]
        pytest.fail("asked for a row before its line was sent")

    lines = tables.csv_lines(["name"], rows())
    assert [next(lines), next(lines)] == ["name\r\n", "first\r\n"]


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_another_reader_sees_the_cells_that_were_written(rows) -> None:
    text = tables.csv_text(["a", "b"], rows)
    seen = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert seen == [["a", "b"], *([tables.defuse(cell) for cell in row] for row in rows)]


# Reading


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_table_is_read_however_it_was_saved(delimiter: str, newline: str, encoding: str) -> None:
    text = newline.join(["name,town", "José,Málaga", '"Zoë, jr",Ürzig'])
    if delimiter != ",":
        text = text.replace("Zoë, jr", "Zoë | jr").replace(",", delimiter).replace("Zoë | jr", "Zoë, jr")
    assert read(text.encode(encoding)) == [
        (2, {"name": "José", "town": "Málaga"}),
        (3, {"name": "Zoë, jr", "town": "Ürzig"}),
    ]


def test_a_mark_says_which_byte_order() -> None:
    big = b"\xfe\xff" + "name\nJosé".encode("utf-16-be")
    assert read(big) == [(2, {"name": "José"})]


def test_a_row_knows_the_line_it_begins_on() -> None:
    text = 'name,note\n\n"Ana","two\nlines"\n,\n   \nBo,x\n'
    assert read(text) == [(3, {"name": "Ana", "note": "two\nlines"}), (7, {"name": "Bo", "note": "x"})]


def test_cells_and_headings_are_trimmed() -> None:
    assert read(" name ,  note\n Ana , x ") == [(2, {"name": "Ana", "note": "x"})]


def test_commas_within_cells_do_not_mislead_about_the_separator() -> None:
    assert read("name;amount\nAna;1,50\nBo;2,50,3,4") == [
        (2, {"name": "Ana", "amount": "1,50"}),
        (3, {"name": "Bo", "amount": "2,50,3,4"}),
    ]


def test_empty_cells_beyond_the_heading_do_not_matter() -> None:
    assert read("a,b\n1,2,,\n3,\n") == [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": ""})]


def test_a_heading_without_rows_is_an_empty_table() -> None:
    assert read("a,b\n") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n3", "Line 3: 2 columns were expected, 1 found."),
        ("a,b\n1,2,3", "Line 2: 2 columns were expected, 3 found."),
        ('a,b\n1,2\n"3,4\n5,6', "Line 3: the quotation marks do not match, or a cell is too long."),
        ('a,b\n"1"x,2', "Line 2: the quotation marks do not match, or a cell is too long."),
        ("a,a\n1,2", "Line 1: the heading must name each column once."),
        ("\na,,c\n1,2,3", "Line 2: the heading must name each column once."),
        ("", "Line 1: the heading must name each column once."),
        ("\n \n", "Line 1: the heading must name each column once."),
    ],
)
def test_a_broken_row_is_told_by_its_line(text: str, words: str) -> None:
    with pytest.raises(tables.BadTable) as refusal:
        read(text)
    assert str(refusal.value) == words
    assert refusal.value.field == "file"


def test_rows_before_the_broken_one_are_given() -> None:
    rows = tables.read_csv(b"a,b\n1,2\n3\n", max_rows=10)
    assert next(rows) == (2, {"a": "1", "b": "2"})
    with pytest.raises(tables.BadTable) as refusal:
        next(rows)
    assert refusal.value.line == 3


def test_more_rows_than_may_be_read_are_refused() -> None:
    assert len(read("a\n1\n2\n", max_rows=2)) == 2
    with pytest.raises(tables.BadTable, match="Line 4: the table has more than 2 rows"):
        read("a\n1\n2\n3\n", max_rows=2)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a,b\n\x81\x8d", b"a\0b\0c", b"PK\3\4\0\0\0\0"])
def test_what_is_not_text_is_no_table(data: bytes) -> None:
    with pytest.raises(tables.BadTable):
        read(data)


def test_an_endless_cell_is_refused() -> None:
    with pytest.raises(tables.BadTable, match="Line 2"):
        read("a\n" + "x" * 200_000)


@given(st.binary(max_size=200))
@example(b'a,b\n"')
def test_any_bytes_are_a_table_or_a_refusal(data: bytes) -> None:
    with suppress(tables.BadTable):
        assert all(line > 1 and row for line, row in read(data))
