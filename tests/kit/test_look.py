"""What pages look like, as far as it can be held without a browser: weight, contrast, direction, content policy."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "static/css/vouch.css").read_text()
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".svg", ".xml"})
PAGES = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT / "templates").parts]

TEXT = [
    *[(ink, ground) for ink in ("ink", "muted", "brand", "link", "danger") for ground in ("paper", "surface")],
    *[("ink", f"{tone}-tint") for tone in ("good", "wait", "bad", "info")],
    *[("link", f"{tone}-tint") for tone in ("good", "wait", "bad", "info")],
    ("ink", "track"),
    ("muted", "track"),
    ("brand", "good-tint"),
    ("pledged", "wait-tint"),
    ("danger", "bad-tint"),
    ("pledged", "paper"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("on-danger", "danger"),
]


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


LIGHT = tokens(CSS.split("@media (prefers-color-scheme: dark)")[0])
DARK = {**LIGHT, **tokens(CSS.split("@media (prefers-color-scheme: dark)")[1].split("/* ----")[0])}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_gives_the_known_extremes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(scheme, ink, ground):
    assert contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
@pytest.mark.parametrize("shape", ["control", "brand", "pledged", "danger"])
def test_borders_and_bars_stand_out_from_their_ground(scheme, shape, ground):
    assert contrast(scheme[shape], scheme[ground]) >= 3


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_one_of_the_two_focus_rings_stands_out_on_every_ground(scheme):
    for ground in ("paper", "surface", "track", "good-tint", "wait-tint", "bad-tint", "info-tint"):
        assert max(contrast(scheme[ring], scheme[ground]) for ring in ("focus", "ink")) >= 3


def test_dark_has_its_own_value_for_every_colour_that_text_stands_in():
    for name in ("paper", "surface", "ink", "muted", "brand", "pledged", "link", "danger", "control", "line"):
        assert LIGHT[name] != DARK[name]


def test_the_stylesheet_weighs_at_most_ten_kilobytes():
    assert len(gzip.compress(CSS.encode())) <= 10 * 1024


def test_htmx_is_the_file_its_readme_names():
    folder = ROOT / "static/vendor/htmx-4.0.1"
    digest = hashlib.sha256((folder / "htmx.min.js").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text()
    assert (folder / "LICENSE").exists()


PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)|(?:left|right|top|bottom)\s*:"
    r"|(?:min-|max-)?(?:width|height)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
    r"|border-(?:top|bottom)-(?:left|right)-radius)"
)


def test_positions_are_logical_so_that_right_to_left_works():
    rules = re.sub(r"@media[^{]*", "", CSS)
    assert PHYSICAL.findall(rules) == []
    four_sided = [sides.split() for sides in re.findall(r"(?:margin|padding|inset): ([^;}(]+)", rules)]
    assert [sides for sides in four_sided if len(sides) == 4 and sides[1] != sides[3]] == []


def test_the_search_for_physical_properties_finds_them():
    planted = "a { margin-left: 1px } b { text-align: right } c { top: 0 } d { max-width: 3px } e { padding-right: 0 }"
    assert len(PHYSICAL.findall(planted)) == 5


def test_the_stylesheet_loads_nothing():
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert "http" not in CSS.replace('[href^="http"]', "")


INLINE = re.compile(
    r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|hx-on|javascript:", re.IGNORECASE
)
ELSEWHERE = re.compile(r"(?:src|href|action|srcset)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_holds_no_inline_script_or_style_and_loads_nothing_from_elsewhere(path):
    source = path.read_text()
    assert INLINE.findall(source) == []
    # A link that a person may follow loads nothing by itself.
    assert ELSEWHERE.findall(re.sub(r"<a\s[^>]*>", "", source)) == []


def test_the_search_for_inline_code_finds_it():
    for planted in ('<p style="x">', "<script>x</script>", '<a onclick="x">', '<a href="javascript:x">'):
        assert INLINE.search(planted)
    assert not INLINE.search('<script src="/x.js" defer></script>')
    assert ELSEWHERE.search('<img src="//cdn.example/x.png">')
