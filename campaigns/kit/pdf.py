"""Documents on paper: receipts, packs and reports as PDF, in any language that the bundled fonts have."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from unicodedata import normalize

from babel import Locale
from fpdf import FPDF, FontFace, ViewerPreferences

FONTS = Path(__file__).parents[2] / "static" / "fonts"
FAMILY = "DejaVu"
BRAND, INK, MUTED, RULE = (11, 93, 78), (27, 31, 35), (84, 91, 99), (205, 208, 205)
MARGIN = 22
LINE = 1.5
LONGEST_FOOT = 80
MIRRORED = {"L": "R", "R": "L", "C": "C"}
MISSING = "\ufffd"
KEPT = "\n\u00a0\u202f\u200c\u200d"
"""Unprintable yet meant: line breaks, spaces that do not break, and what joins or parts letters."""

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it reports every table of every font it cuts down


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF that says the same for machines, and the XMP (an `x:xmpmeta`) that tells of it."""

    name: str
    mime: str
    data: bytes
    xmp: str


class Document:
    """A4 pages in the house style, filled from top to bottom; the same input gives the same bytes.

    `created` is printed nowhere but stands in the file, with the title and the language. In a language written
    from right to left, everything is set from the right. Characters that do not print are left out; a letter that
    no font has prints as �. With a file inside (`attached`) it is PDF/A-3.
    """

    def __init__(
        self,
        title: str,
        *,
        created: datetime,
        lang: str = "en",
        issuer: str = "Vouch",
        attached: Attached | None = None,
    ) -> None:
        self._rtl = Locale.parse(lang.replace("-", "_")).text_direction == "rtl"
        self._side = "R" if self._rtl else "L"
        self._sheet = _Sheet(_printable(title), _printable(issuer), lang, created, attached)
        self._write(title, size=20, style="B", colour=BRAND, after=6)

    def heading(self, text: str) -> None:
        """Begin a section; it stays with the lines that follow."""
        if self._sheet.will_page_break(30):
            self._sheet.add_page()
        self._sheet.ln(3)
        self._write(text, size=13, style="B", colour=BRAND, after=2)

    def text(self, text: str) -> None:
        """A paragraph; line breaks in it are kept."""
        self._write(text, size=10.5, after=3)

    def facts(self, facts: Sequence[tuple[str, object]]) -> None:
        """Labels with their values, one below the other."""
        style = FontFace(color=MUTED)
        self._table([(label, value) for label, value in facts], "LL", (1, 2.4), borders="NONE", first=style)

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        align: str = "",
        widths: tuple[float, ...] | None = None,
    ) -> None:
        """Rows under a heading that each page repeats; `align` has L, C or R for each column, all L if left out.

        `widths` are the columns' shares of the page, the same for each if left out.
        """
        body = [tuple(header), *map(tuple, rows)]
        self._table(body, align or "L" * len(header), widths, borders="HORIZONTAL_LINES", headed=True)

    def bytes(self) -> bytes:
        """The finished PDF."""
        return bytes(self._sheet.output())

    def _write(
        self, text: str, *, size: float, style: str = "", colour: tuple[int, int, int] = INK, after: float = 0
    ) -> None:
        self._sheet.set_font(FAMILY, style, size)
        self._sheet.set_text_color(*colour)
        height = size * LINE / self._sheet.k
        self._sheet.multi_cell(0, height, self._sheet.drawn(text), align=self._side, new_x="LMARGIN", new_y="NEXT")
        self._sheet.ln(after)

    def _table(
        self,
        rows: Sequence[Sequence[object]],
        align: str,
        widths: tuple[float, ...] | None,
        *,
        borders: str,
        headed: bool = False,
        first: FontFace | None = None,
    ) -> None:
        """Draw a table, mirrored where the language runs from right to left; `first` styles the first column."""
        step = -1 if self._rtl else 1
        self._sheet.set_font(FAMILY, "", 10)
        self._sheet.set_text_color(*INK)
        self._sheet.set_draw_color(*RULE)
        with self._sheet.table(
            borders_layout=borders,
            col_widths=widths[::step] if widths else None,
            first_row_as_headings=headed,
            headings_style=FontFace(emphasis="B", color=MUTED),
            line_height=10 * LINE / self._sheet.k,
            padding=(1, 1.5),
            text_align=tuple((MIRRORED[side] if self._rtl else side) for side in align[::step]),
            v_align="T",
        ) as table:
            for cells in rows:
                row = table.row()
                for index, cell in list(enumerate(cells))[::step]:
                    row.cell(_printable("" if cell is None else str(cell)), style=first if index == 0 else None)
        self._sheet.ln(4)


class _Sheet(FPDF):
    """The page itself: fonts, issuer on top, page number and title at the foot."""

    def __init__(self, title: str, issuer: str, lang: str, created: datetime, attached: Attached | None) -> None:
        super().__init__(format="A4", enforce_compliance="PDFA_3B" if attached else None)
        self.issuer = issuer
        self.set_title(title)
        self.set_author(issuer)
        self.set_lang(lang)
        self.set_creation_date(created)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
        for path in _fallback_fonts():
            self.add_font(path.stem, "", path)
        self.set_fallback_fonts([path.stem for path in _fallback_fonts()], exact_match=False)
        self.letters = {letter for font in self.fonts.values() for letter in getattr(font, "cmap", ())}
        self.set_text_shaping(True)  # joins Arabic letters, orders Indic vowels, reverses what runs to the left
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN)
        if attached is not None:
            self._attach(attached, created)
        self.add_page()

    def _attach(self, file: Attached, created: datetime) -> None:
        self.set_xmp_metadata(file.xmp)
        self.embed_file(
            bytes=file.data,
            basename=file.name,
            desc=file.name,
            mime_type=file.mime,
            modification_date=created,
            associated_file_relationship="Alternative",
            compress=True,
        )

    def drawn(self, text: str) -> str:
        """The text with a mark for each letter that no font has, which would otherwise vanish unseen."""
        return "".join(char if char in KEPT or ord(char) in self.letters else MISSING for char in _printable(text))

    def header(self) -> None:
        """The issuer over a rule."""
        self.set_y(12)
        self.set_font(FAMILY, "B", 9)
        self.set_text_color(*BRAND)
        self.cell(0, 5, self.drawn(self.issuer), new_x="LMARGIN", new_y="NEXT")
        self.set_draw_color(*BRAND)
        self.line(self.l_margin, 18, self.w - self.r_margin, 18)
        self.set_y(26)

    def footer(self) -> None:
        """The page's number and the title."""
        self.set_y(-15)
        self.set_font(FAMILY, "", 8)
        self.set_text_color(*MUTED)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}")
        self.cell(0, 5, self.drawn(self.title or "")[:LONGEST_FOOT], align="R")


@cache
def _fallback_fonts() -> list[Path]:
    return sorted(FONTS.glob("NotoSans*-Regular.ttf"))


def _printable(text: str) -> str:
    """Control characters and lone surrogates have no shape, and make the font code stumble."""
    return "".join(
        char if char.isprintable() or char in KEPT else " " if char.isspace() else "" for char in normalize("NFC", text)
    )
