"""What people write, made safe to show, to mail and to put in an address."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {
    *("p", "br", "hr", "strong", "em", "a", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
AFTER = {
    **dict.fromkeys(("paragraph_close", "heading_close", "bullet_list_close", "ordered_list_close"), "\n\n"),
    "fence": "\n",
    "code_block": "\n",
    "table_close": "\n\n",
    "tr_close": "\n",
    "td_close": "\t",
    "th_close": "\t",
}
"""What plain text has after each piece: a blank line, a new line, or a tab between the cells of a table."""
SCHEMES = {"http", "https", "mailto"}
# Latin letters that do not fall apart into a plain letter and a mark.
PLAIN_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ŋ": "ng"}
)


def _shift_headings(state: StateCore) -> None:
    """The page has its own h1 and h2, so what people write begins at h3 and skips no level."""
    used = sorted({token.tag for token in state.tokens if token.type == "heading_open"})
    level = 2
    for token in state.tokens:
        if token.type == "heading_open":
            level = min(used.index(token.tag) + 3, level + 1, 6)
            token.tag = f"h{level}"
        elif token.type == "heading_close":
            token.tag = f"h{level}"


def _image_as_words(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Images come only through the upload with its consent; a linked one leaves its description."""
    return str(Markup.escape(_words(tokens[index].children or [])))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    parser.core.ruler.push("shift_headings", _shift_headings)
    parser.add_render_rule("image", _image_as_words)
    return parser


def _pieces(tokens: Sequence[Token], links: bool) -> Iterator[str]:
    marker = ""
    for token in tokens:
        if token.type == "list_item_open":
            marker = f"{token.info}. " if token.info else "- "
            yield "\n"
        elif token.type in ("inline", "fence", "code_block"):
            yield marker + (_words(token.children, links) if token.children else token.content)
            marker = ""
        if not token.hidden:
            yield AFTER.get(token.type, "")


def _words(tokens: Sequence[Token], links: bool = False) -> str:
    """The words of one paragraph; with `links`, the address in brackets where the words do not say it."""
    words, address, start = "", "", 0
    for token in tokens:
        if token.type == "link_open":
            address, start = str(token.attrs["href"]), len(words)
        elif token.type == "link_close" and links and address.removeprefix("mailto:") != words[start:]:
            words += f" ({address})"
        elif token.type in ("softbreak", "hardbreak"):
            words += "\n"
        else:
            words += _words(token.children) if token.children else token.content
    return words


MARKDOWN = _parser()
SANITISER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel="nofollow ugc noopener",
)


def markdown(source: str) -> Markup:
    """CommonMark and tables as HTML that is safe in a page: no raw HTML, images, styles or scripts.

    Links go to http, https or mailto only and carry rel="nofollow ugc noopener".
    """
    return Markup(SANITISER.clean(MARKDOWN.render(source)))  # noqa: S704 - cleaned right here


def plain(source: str, *, links: bool = True) -> str:
    """The text for a mail: no marks, a blank line between blocks, each address after its link."""
    text = "".join(_pieces(MARKDOWN.parse(source), links))
    lines = (line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def summary(source: str, length: int = 160) -> str:
    """The beginning in one line of at most `length` characters, cut between words with an ellipsis."""
    line = " ".join(plain(source, links=False).split())
    if len(line) <= length:
        return line
    cut = line[:length]
    before_last_word = cut.rpartition(" ")[0] or cut[:-1]
    return before_last_word.rstrip(" ,.;:–-") + "…"


def one_line(text: str) -> str:
    """A name or title as one line: spaces run together, no control or direction marks that could break a
    header, hide letters or turn the text around them."""
    visible = (" " if char.isspace() else char for char in text if char.isspace() or char.isprintable())
    return " ".join("".join(visible).split())


def slugify(text: str, max_length: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens; "" where no Latin letter or digit is left, so that the
    caller appends a random part of its own."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN_LETTERS))
    words = re.findall(r"[a-z0-9]+", "".join(char for char in letters if not unicodedata.combining(char)))
    slug = "-".join(words)
    if len(slug) <= max_length:
        return slug
    return slug[: max_length + 1].rpartition("-")[0] or slug[:max_length]


def content_hash(*parts: str | bytes) -> str:
    """SHA-256 in hex over the parts, each with its length: ("ab", "c") differs from ("a", "bc")."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
