"""Workbooks: what is written is read back, no cell runs, and a broken or swollen file is refused in words."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.kit import sheets
from campaigns.kit.money import Money
from campaigns.kit.tables import BadTable

WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


def read(data: bytes, max_rows: int = 100) -> list[tuple[int, dict[str, str]]]:
    return list(sheets.read_xlsx(data, max_rows=max_rows))


def written(*rows: tuple[object, ...], header: tuple[str, ...] = ("Name", "Amount")) -> bytes:
    return sheets.xlsx(header, rows, title="People")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_what_is_written_is_read_back(rows):
    assert read(written(*rows)) == [
        (line, {"Name": name, "Amount": amount}) for line, (name, amount) in enumerate(rows, start=2)
    ]


def test_a_formula_is_written_as_text_and_money_as_figures():
    assert read(written(("=1+1", Money(1250_50, "EUR")))) == [(2, {"Name": "'=1+1", "Amount": "1250.50"})]


def test_dates_are_read_as_iso():
    data = written((date(2011, 5, 4), datetime(2026, 1, 2, 3, 4, tzinfo=UTC)))
    assert read(data) == [(2, {"Name": "2011-05-04", "Amount": "2026-01-02T03:04:00"})]


def test_a_whole_number_has_no_decimal_point():
    assert read(written((900.0, 12.5)))[0][1] == {"Name": "900", "Amount": "12.5"}


def test_empty_rows_are_skipped_and_lines_still_count():
    assert read(written(("Ann", "1"), (None, None), ("Bob", "2")))[1][0] == 4


def test_a_short_row_is_filled_up():
    assert read(written(("Ann",))) == [(2, {"Name": "Ann", "Amount": ""})]


def test_a_longer_row_is_refused_by_line():
    with pytest.raises(BadTable, match="Line 2"):
        read(written(("Ann", "1", "more")))


def test_a_heading_that_names_a_column_twice_is_refused():
    with pytest.raises(BadTable, match="each column once"):
        read(written(header=("Name", "Name")))


def test_too_many_rows_are_refused():
    with pytest.raises(BadTable, match="more than 1 rows"):
        read(written(("a", "1"), ("b", "2")), max_rows=1)


@pytest.mark.parametrize("data", [b"PK\x03\x04 nonsense", b"", b"Name,Amount\n"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(BadTable, match="not a workbook"):
        read(data)


def test_a_workbook_that_would_swell_is_refused_before_it_does(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1000)
    with pytest.raises(BadTable, match="too large"):
        read(written(*(("x" * 500, "y" * 500) for _ in range(50))))


def test_entities_in_a_sheet_are_not_expanded():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written(("Ann", "1")))) as good, zipfile.ZipFile(out, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            if name.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + data.replace(b"Ann", b"&a;")
            bad.writestr(name, data)
    with pytest.raises(BadTable):
        read(out.getvalue())


def test_a_workbook_is_known_by_how_it_begins():
    assert sheets.is_xlsx(written())
    assert not sheets.is_xlsx(b"Name;Amount")
