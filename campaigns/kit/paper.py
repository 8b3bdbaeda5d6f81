"""A document as what is printed on it: kept as JSON, shown as a page, and set as a PDF from the same words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from babel import Locale
from babel.dates import format_date

from campaigns.kit.money import Money
from campaigns.kit.pdf import Attached, Document

Row = list[str]


@dataclass(frozen=True)
class Paper:
    """What a document says, already in words: nothing is looked up again when it is shown.

    `blocks` are dicts with one key: `heading` and `text` hold text, `facts` pairs of a label and a value, `table`
    its `head`, its `rows`, its `align` (L or R) and `widths` (shares of the page) by column and, as its last row, its
    `total` (may be empty).
    """

    title: str
    lang: str
    issuer: str
    created: str  # ISO 8601
    blocks: list[dict[str, Any]]

    @property
    def dir(self) -> str:
        """Which way the language is written."""
        return str(Locale.parse(self.lang).text_direction)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """The document from what `asdict` gave."""
        return cls(**kept)

    def pdf(self, attached: Attached | None = None) -> bytes:
        """The document as PDF; with a file inside, as PDF/A-3."""
        made = Document(
            self.title,
            created=datetime.fromisoformat(self.created),
            lang=self.lang,
            issuer=self.issuer,
            attached=attached,
        )
        for block in self.blocks:
            ((kind, content),) = block.items()
            if kind == "table":
                rows = content["rows"] + [row for row in [content["total"]] if row]
                made.table(content["head"], rows, content["align"], tuple(content["widths"]))
            elif kind == "facts":
                made.facts([(label, value) for label, value in content])
            else:
                (made.heading if kind == "heading" else made.text)(content)
        return made.bytes()


def heading(text: str) -> dict[str, Any]:
    """The beginning of a section."""
    return {"heading": text}


def text(text: str) -> dict[str, Any]:
    """A paragraph; line breaks in it are kept."""
    return {"text": text}


def facts(*pairs: tuple[str, object]) -> dict[str, Any]:
    """Labels with their values; what has no value is left out."""
    return {"facts": [[label, str(value)] for label, value in pairs if value not in (None, "")]}


def table(
    head: Row, rows: list[Row], *, align: str, widths: tuple[float, ...], total: Row | None = None
) -> dict[str, Any]:
    """Rows under a heading, and what they come to."""
    return {"table": {"head": head, "rows": rows, "align": align, "widths": list(widths), "total": total or []}}


def day(moment: Any, lang: str) -> str:
    """A date in words of the language: 3 Dec 2026; nothing for nothing."""
    return "" if moment is None else format_date(moment, "d MMM y", locale=lang)


def amount(money: Money, lang: str) -> str:
    """An amount as the language writes it."""
    return money.format(lang)
