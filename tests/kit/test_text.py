import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.kit import text

# Markdown to HTML


def test_plain_marks_become_html() -> None:
    html = text.markdown("Some *warm* and **strong** `words`\n\n- one\n- two\n\n1. first")
    assert "<p>Some <em>warm</em> and <strong>strong</strong> <code>words</code></p>" in html
    assert "<ul>\n<li>one</li>\n<li>two</li>\n</ul>" in html
    assert "<ol>\n<li>first</li>\n</ol>" in html


def test_headings_begin_below_the_page_s_own() -> None:
    html = text.markdown("# One\n\n## Two\n\n##### Five\n\nSix\n===")
    assert re.findall(r"<(h\d)>(\w+)</h\d>", html) == [
        ("h3", "One"),
        ("h4", "Two"),
        ("h5", "Five"),
        ("h3", "Six"),
    ]


def test_a_table_keeps_its_cells_and_no_style_attribute() -> None:
    html = text.markdown("|Item|Cost|\n|-|-:|\n|Books|40|")
    assert "<th>Item</th>" in html
    assert "<td>40</td>" in html
    assert "style" not in html


def test_a_link_leads_out_without_vouching_for_the_other_end() -> None:
    html = text.markdown('[it](https://example.org/?b=1&c=2 "the site")')
    assert html == (
        '<p><a href="https://example.org/?b=1&amp;c=2" title="the site" rel="nofollow ugc noopener">it</a></p>\n'
    )
    assert 'href="mailto:a@example.org"' in text.markdown("<mailto:a@example.org>")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java\tscript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://example.org",
        "tel:+123",
        "/admin",
        "//evil.example",
        "../up",
        "?q=1",
        "#top",
        "evil.example",
    ],
)
def test_a_link_goes_to_the_web_or_to_mail_only(address: str) -> None:
    for source in (f"[x]({address})", f"[x](<{address}>)", f"[x][r]\n\n[r]: {address}", f"<{address}>"):
        assert "href" not in text.markdown(source)


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:x">y</a>',
        "<svg/onload=x>",
        "<style>*{display:none}</style>",
        "<iframe src=//evil.example></iframe>",
        "<b onmouseover=x>y</b>",
        "<!-- x -->",
        "<form action=x>",
        "a <i>b</i>",
        "```<script>\nx\n```",
        "    <script>",
    ],
)
def test_raw_html_is_shown_as_text(source: str) -> None:
    html = text.markdown(source)
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "pre", "code"}
    assert "&lt;" in html or source.startswith("```")


def test_an_image_leaves_only_its_description() -> None:
    html = text.markdown('![A *school* "yard" <b>](https://evil.example/pixel.png)')
    assert html == '<p>A school "yard" &lt;b&gt;</p>\n'


@given(st.text(alphabet=st.sampled_from("<>[]()!*_`#-|\"'&;:/\\ \n\tajsx1h=."), max_size=200))
def test_nothing_that_is_typed_makes_an_active_page(source: str) -> None:
    html = text.markdown(source)
    for tag in re.findall(r"<[^>]*>", html):
        assert re.fullmatch(r"</?[a-z0-9]+( (href|title|rel|start)=\"[^\"]*\")*>", tag)
        assert re.match(r"</?(\w+)", tag)[1] in text.TAGS
    assert not re.search(r'href="(?!https?:|mailto:)', html)


def test_html_is_not_escaped_a_second_time_by_a_template() -> None:
    assert text.markdown("a & b").__html__() == "<p>a &amp; b</p>\n"


# Plain text


def test_plain_text_keeps_blocks_lists_and_addresses() -> None:
    source = "# Hi *you*\n\nSee [the site](https://example.org) and <https://example.org/x>.\nNext line\n\n- one\n- two"
    assert text.plain(source) == (
        "Hi you\n\nSee the site (https://example.org) and https://example.org/x.\nNext line\n\n- one\n- two"
    )


def test_plain_text_numbers_its_lists_and_indents_nothing() -> None:
    assert text.plain("3. three\n4. four\n   - inner\n\nEnd") == "3. three\n4. four\n- inner\n\nEnd"


def test_plain_text_keeps_loose_lists_code_quotes_and_tables() -> None:
    assert text.plain("- one\n\n- two\n\n> said\n\n```\nx < y\n```\n\n|a|b|\n|-|-|\n|1|2|") == (
        "- one\n\n- two\n\nsaid\n\nx < y\n\na\tb\n1\t2"
    )


def test_plain_text_shows_what_was_written_not_entities() -> None:
    assert text.plain("Tom &amp; <b>Jerry</b> ![alt](x.png) <a@example.org>") == (
        "Tom & <b>Jerry</b> alt a@example.org"
    )


def test_nothing_stays_nothing() -> None:
    assert text.markdown("") == text.plain("") == text.summary("  \n") == ""


# Summary


def test_a_short_text_is_its_own_summary_in_one_line() -> None:
    assert text.summary("Amina wants\nto **study**.\n\n- [nursing](https://example.org)") == (
        "Amina wants to study. - nursing"
    )


def test_a_long_text_is_cut_between_words() -> None:
    assert text.summary("one two, three four", 10) == "one two…"
    assert text.summary("unbreakable", 5) == "unbr…"


@given(st.text(max_size=400), st.integers(2, 200))
def test_a_summary_is_one_line_within_its_length(source: str, length: int) -> None:
    line = text.summary(source, length)
    assert len(line) <= length
    assert line == " ".join(line.split())


# Addresses


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("A laptop for Amina!", "a-laptop-for-amina"),
        ("Año de ÉTUDES à Łódź, Straße Øst", "ano-de-etudes-a-lodz-strasse-ost"),
        ("Nguyễn Thị Minh", "nguyen-thi-minh"),
        ("  --x__y--  ", "x-y"),
        ("ﬁne ２０２６", "fine-2026"),
        ("محمد الأمين", ""),
        ("学生", ""),
        ("", ""),
        ("../../etc/passwd\x00", "etc-passwd"),
    ],
)
def test_an_address_is_plain_words(name: str, slug: str) -> None:
    assert text.slugify(name) == slug


def test_an_address_ends_with_a_whole_word() -> None:
    assert text.slugify("one two three", 9) == "one-two"
    assert text.slugify("one two three", 7) == "one-two"
    assert text.slugify("x" * 100, 10) == "x" * 10


@given(st.text(max_size=200), st.integers(1, 60))
def test_an_address_is_always_safe(name: str, length: int) -> None:
    slug = text.slugify(name, length)
    assert len(slug) <= length
    assert slug == "" or re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)


# Hash


def test_a_content_hash_depends_on_each_part_and_its_bounds() -> None:
    hashes = [text.content_hash(*parts) for parts in ((), ("",), ("ab", "c"), ("a", "bc"), ("abc",), ("c", "ab"))]
    assert len(set(hashes)) == len(hashes)
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in hashes)


def test_a_content_hash_is_the_same_for_text_and_its_bytes() -> None:
    assert text.content_hash("é") == text.content_hash("é".encode())
    assert text.content_hash("a") == "3b196fd4907bedf51c3090e9835f2f7cb61e7ee1b2299ea3b8fed9b4183a822a"


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("# a\n\n## b", ["h3", "h4"]),
        ("## a\n\n## b", ["h3", "h3"]),
        ("### a\n\n# b", ["h3", "h3"]),
        ("# a\n\n###### b\n\n# c", ["h3", "h4", "h3"]),
        ("# a\n## b\n### c\n#### d\n##### e\n###### f", ["h3", "h4", "h5", "h6", "h6", "h6"]),
    ],
)
def test_headings_begin_below_the_pages_own_and_skip_no_level(source, tags):
    assert re.findall(r"<(h\d)>", text.markdown(source)) == tags
