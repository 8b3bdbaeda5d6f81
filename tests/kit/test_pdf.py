import io
import logging
from datetime import UTC, datetime

import pypdf
import pytest

from campaigns.kit.money import Money
from campaigns.kit.pdf import FONTS, Document

CREATED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def document(title: str = "Receipt", **options) -> Document:
    return Document(title, created=CREATED, **options)


def pages(made: Document) -> list[str]:
    """The text of each page, as a reader or a search would see it."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.bytes())).pages]


def text_of(made: Document) -> str:
    return "\n".join(pages(made))


def lines_of(made: Document) -> list[str]:
    return [line.strip() for line in text_of(made).splitlines()]


def test_a_document_says_what_it_is() -> None:
    reader = pypdf.PdfReader(io.BytesIO(document("Receipt für Zoë", lang="de", issuer="Vouch e.V.").bytes()))
    assert reader.metadata.title == "Receipt für Zoë"
    assert reader.metadata.author == "Vouch e.V."
    assert reader.metadata.creation_date == CREATED
    assert reader.trailer["/Root"]["/Lang"] == "de"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)


def test_the_same_input_gives_the_same_bytes() -> None:
    def made(title: str) -> bytes:
        paper = document(title)
        paper.text("Thank you.")
        paper.table(["a"], [["1"]])
        return paper.bytes()

    assert made("One") == made("One") != made("Two")


def test_heading_text_and_facts_stand_in_order() -> None:
    paper = document()
    paper.text("Thank you.\nNothing is due.")
    paper.facts([("Amount", Money(125050, "EUR")), ("Received", 3), ("Note", None)])
    paper.heading("What it pays for")
    lines = lines_of(paper)
    expected = ["Vouch", "Receipt", "Thank you.", "Nothing is due.", "Amount €1,250.50", "Received 3", "Note"]
    assert lines[:7] == expected
    assert lines[7] == "What it pays for"
    assert lines[-1] == "1 / 1 Receipt"


def test_a_table_has_its_heading_on_every_page() -> None:
    paper = document()
    paper.table(["Item", "Amount"], [[f"Fee {n}", Money(n, "EUR")] for n in range(100)], align="LR")
    sheets = pages(paper)
    assert len(sheets) > 1
    assert all("Item Amount" in sheet for sheet in sheets)
    assert [line for line in lines_of(paper) if line.startswith("Fee")] == [f"Fee {n} €0.{n:02d}" for n in range(100)]
    assert f"2 / {len(sheets)}" in sheets[1]


def test_a_heading_never_ends_a_page() -> None:
    for lines in range(36, 46, 2):
        paper = document()
        paper.text("\n".join(["line"] * lines))
        paper.heading("Heading")
        paper.text("Its text")
        together = [sheet for sheet in pages(paper) if "Heading" in sheet]
        assert "Its text" in together[0]


@pytest.mark.parametrize(
    "name",
    [
        "محمد الأمين",
        "Nguyễn Thị Minh",
        "Łukasz Żółć",
        "Ørsted & Søn",
        "Ελένη",
        "Анна",
        "Ğülşen İnan",
        "שרה",
        "অনন্যা",
        "सीता",
        "አማርኛ",
        "தமிழ்",
        "สมชาย",
    ],
)
def test_a_name_in_any_of_our_scripts_survives(name: str) -> None:
    paper = document()
    paper.facts([("Student", name)])
    paper.heading(name)
    lines = lines_of(paper)
    assert f"Student {name}" in lines
    assert lines.count(name) == 1


def drawn_at(made: Document, words: str) -> tuple[float, float]:
    """Where these words begin on the first page, in points from the left and from the bottom."""
    found = []

    def visit(text: str, _cm, matrix, *_) -> None:
        if words in text:
            found.append((matrix[4], matrix[5]))

    pypdf.PdfReader(io.BytesIO(made.bytes())).pages[0].extract_text(visitor_text=visit)
    return found[0]


def test_columns_and_labels_run_from_the_right_in_arabic() -> None:
    papers = document(), document("إيصال", lang="ar")
    for paper in papers:
        paper.facts([("Label", "Value")])
        paper.table(["First", "Second"], [["1", "2"]], align="LR")
    for words in ("Label", "First", "Value", "Second"):
        assert drawn_at(papers[0], words) != drawn_at(papers[1], words)
    english, arabic = (
        [drawn_at(paper, words)[0] for words in ("Label", "Value", "First", "Second")] for paper in papers
    )
    assert english[0] < english[1]
    assert english[2] < english[3]
    assert arabic[0] > arabic[1]
    assert arabic[2] > arabic[3]


def test_long_words_and_long_titles_stay_on_the_page() -> None:
    paper = document("A title " * 40)
    paper.facts([("L" * 200, "V" * 900)])
    paper.table(["Header" * 20, "b"], [["x" * 300, "y"]])
    text = text_of(paper)
    assert (text.count("L"), text.count("V"), text.count("x")) == (200, 900 + text.count("Vouch"), 300)


def test_characters_without_a_shape_are_left_out() -> None:
    paper = document("Re\0ceipt\x1b")
    paper.text("a\tb\x00c\ud800d\u2028e\r\nf")
    paper.table(["h\0"], [["c\x07"]])
    assert lines_of(paper)[1:4] == ["Receipt", "a bcd e", "f"]


def test_a_letter_that_no_font_has_is_marked_as_missing() -> None:
    paper = document("学生 🎓")
    paper.text("The rest is printed.")
    assert "The rest is printed." in text_of(paper)
    assert lines_of(paper)[1] == "\ufffd\ufffd \ufffd"
    assert pypdf.PdfReader(io.BytesIO(paper.bytes())).metadata.title == "学生 🎓"


def test_letters_and_their_marks_are_put_together() -> None:
    paper = document("Nguye\u0302\u0303n")
    assert lines_of(paper)[1] == "Nguyễn"


def test_an_empty_document_and_an_empty_table_can_be_printed() -> None:
    paper = document("")
    paper.text("")
    paper.facts([])
    paper.table(["Item"], [])
    assert "Item" in text_of(paper)


def test_only_the_letters_in_use_are_embedded() -> None:
    paper = document()
    paper.text("محمد हिन्दी")
    assert len(paper.bytes()) < 60_000


def test_the_fonts_lie_beside_their_licences() -> None:
    assert {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf"} <= {path.name for path in FONTS.iterdir()}
    assert "Bitstream" in (FONTS / "LICENSE-DejaVu.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in (FONTS / "LICENSE-NotoSans.txt").read_text(encoding="utf-8")


def test_the_font_tools_keep_quiet(caplog) -> None:
    caplog.set_level(logging.INFO)
    document().bytes()
    assert not [record for record in caplog.records if record.name.startswith("fontTools")]
