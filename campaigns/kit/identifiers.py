"""What leads from a text to a person: phone numbers, addresses, accounts, names; also where it is disguised.

Found for a person to look at, never instead of one. Where in doubt something is found rather than missed, but for
amounts, dates, years and creditor references, which ordinary sentences are full of.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email
from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban

from campaigns.kit.refs import is_creditor_reference


class Kind(StrEnum):
    """What an identifier is."""

    IBAN = "bank account"
    EMAIL = "e-mail address"
    LINK = "link"
    HANDLE = "account elsewhere"
    PHONE = "phone number"
    NAME = "private name"


@dataclass(frozen=True)
class Identifier:
    """One identifier, where it stands in the text as it was written."""

    kind: Kind
    start: int
    end: int
    text: str


REGIONS = (None, "KE", "UG", "TZ", "RW", "NG", "GH", "ZA", "IN", "GB", "DE", "FR", "US")
ANY_TLD = (
    "com|org|net|info|biz|edu|gov|app|dev|online|site|xyz|link|page|club|shop|school|academy|"
    "ke|ug|tz|rw|ng|gh|za|et|cm|uk|gb|eu|de|fr|es|nl|ch|ca|au|ie|pl|pt|se|dk|fi|ru|br|jp|cn|gg|tv"
)
"""Endings that make two words with a dot between them an address."""
WORDY_TLD = r"me|to|it|in|is|at|be|no|so|us|my|do|am|io|co|ly|fm"
"""Endings that are words as well, or too short to tell: they count with a path or after an @."""
AT = r"(?:\s*@\s*|\s*[\[({<]\s*(?:at|a)\s*[\])}>]\s*|\s+(?:at|arobase|arroba)\s+)"
DOT = r"(?:\s*[\[({<]\s*(?:dot|\.)\s*[\])}>]\s*|\s+(?:dot|point|punkt|nukta)\s+|\s+\.\s*|\.)"
EMAIL = re.compile(rf"[\w.+%'-]*\w{AT}[\w-]+(?:{DOT}[\w-]+)*?{DOT}[a-z]{{2,}}\b(?:{DOT}[a-z]{{2,3}}\b)?", re.I)
LINK = re.compile(
    rf"\b(?:https?|ftp|hxxps?)\s*:\s*//\S+|\bwww\s*\.\s*\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:{ANY_TLD})\b(?:/\S*)?"
    rf"|\b[\w-]+(?:\.[\w-]+)*\.(?:{WORDY_TLD})/\S+"
    rf"|\b[\w-]+(?:\s+dot\s+[\w-]+)*\s+dot\s+(?:{ANY_TLD}|{WORDY_TLD})\b",
    re.I,
)
PLATFORM = (
    r"whats\s?app|watsapp|telegram|insta(?:gram)?|snap\s?chat|tik\s?tok|face\s?book|discord|skype|we\s?chat|viber"
    r"|linked\s?in|truecaller"
)
SHORT_PLATFORM = r"ig|fb|wa|tg|snap|messenger|signal|twitter|threads|line|imo|x"
SAID = r"(?:\s+(?:is|as|name|me|at|under|handle|user(?:\s?name)?|account|number|id|it's))*\s*(?:[:=@]|\bis\b)\s*@?"
HANDLE = re.compile(
    rf"(?<![\w@.])@\s?\w[\w.]+|\b(?:{PLATFORM})\b(?:{SAID}\s*[\w.]+|(?:\s+(?:as|under|at|@)\s+[\w.]+))?"
    rf"|\b(?:{SHORT_PLATFORM})\s*[:=@]\s*@?\s*\w[\w.]+",
    re.I,
)
IBAN = re.compile(r"\b[A-Z]{2}[\s-]?\d{2}(?:[\s-]?[A-Z0-9]){11,30}", re.I)
REFERENCE = re.compile(r"\bRF\d{2}(?:\s?[A-Z0-9]){1,21}", re.I)

DIGITS = re.compile(r"(?<![\w.,])[+(]*\d(?:[\s\-./()_*|~•·–—]{0,3}\d){6,14}(?!\w)")
APART = re.compile(r"(?<!\w)\d(?:[^\w]{1,3}\d){6,14}(?!\w)")
NO_NUMBER = re.compile(
    r"\d{4}\s*[-/–]\s*\d{4}"  # years
    r"|\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}"  # days
    r"|[1-9]\d{0,2}(?:[ .]\d{3})+(?:\.\d\d)?|[1-9]\d*\.\d\d"  # amounts
)
LOOK_ALIKE = re.compile(r"(?<!\w)[oOlI\d]{2,}(?!\w)")
LOOKS = str.maketrans("oOlI", "0011")
SHORTEST, SHORTEST_BARE = 7, 9
"""Digits of a number with a 0 or + before it, and of one without."""
SPELT = set(
    re.findall(
        r"\w+",
        "zero oh nil nought one two three four five six seven eight nine double triple"
        " sifuri moja mbili tatu nne tano sita saba nane tisa un deux trois quatre cinq sept huit neuf",
    )
)
ONE = rf"(?:{'|'.join(sorted(SPELT, key=len, reverse=True))}|\d+)"
SPOKEN = re.compile(rf"\b(?:plus[\s,.-]+)?{ONE}(?:[\s,.\-]+{ONE}){{5,}}\b", re.I)
NOT_A_NAME = re.compile(
    "school|secondary|primary|high|college|university|technical|institute|academy|cent(?:er|re)|girls|boys|the|and|for|saint"
)
SHORTEST_NAME = 3


def find(text: str, names: Iterable[str] = ()) -> list[Identifier]:
    """Every identifier, in order, none within another; `names` are those that must not be said either."""
    folded, places = _fold(text)
    spans = [*_ibans(folded), *_emails(folded), *_patterns(folded), *_phones(folded), *_names(folded, names)]
    found: list[tuple[int, int, Kind]] = []
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]), found[-1][2])
        else:
            found.append((start, end, kind))
    return [_identifier(text, places, *span) for span in found]


def strip(text: str, names: Iterable[str] = ()) -> str:
    """The text with a few words in place of each identifier that say what was there."""
    out, after = [], 0
    for each in find(text, names):
        out += [text[after : each.start], f"[{each.kind.value} removed]"]
        after = each.end
    return "".join([*out, text[after:]])


def _identifier(text: str, places: list[int], start: int, end: int, kind: Kind) -> Identifier:
    first, last = places[start], places[end - 1] + 1
    while last < len(text) and unicodedata.category(text[last]) in {"Mn", "Cf"}:
        last += 1
    return Identifier(kind, first, last, text[first:last])


def _fold(text: str) -> tuple[str, list[int]]:
    """The text in plain letters and figures, whatever the script of its figures; and where each stands in it."""
    plain, places = [], []
    for place, char in enumerate(text):
        for each in unicodedata.normalize("NFKD", char):
            if unicodedata.category(each) in {"Mn", "Cf"}:
                continue  # marks and invisible characters, put between figures to hide them
            number = unicodedata.digit(each, None)
            plain.append(str(number) if number is not None else each)
            places.append(place)
    return "".join(plain), places


Span = tuple[int, int, Kind]


def _ibans(text: str) -> Iterator[Span]:
    for match in IBAN.finditer(text):
        for end in range(match.end(), match.start() + 14, -1):
            if iban.is_valid(text[match.start() : end]):
                yield match.start(), end, Kind.IBAN
                break


def _emails(text: str) -> Iterator[Span]:
    for match in EMAIL.finditer(text):
        said = match[0]
        address = re.sub(DOT, ".", re.sub(AT, "@", said, count=1, flags=re.I), flags=re.I)
        if _is_address(address) or "@" in said:
            yield match.start(), match.end(), Kind.EMAIL


def _is_address(text: str) -> bool:
    name, _, domain = text.partition("@")
    if not re.fullmatch(rf"(?i).+\.(?:{ANY_TLD}|{WORDY_TLD})", domain):
        return False
    try:
        validate_email(f"{name}@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _patterns(text: str) -> Iterator[Span]:
    for pattern, kind in ((LINK, Kind.LINK), (HANDLE, Kind.HANDLE)):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), kind


def _phones(text: str) -> Iterator[Span]:
    figures = LOOK_ALIKE.sub(lambda match: match[0].translate(LOOKS), text)
    harmless = [
        match.span() for match in REFERENCE.finditer(text) if is_creditor_reference(_longest_reference(match[0]))
    ]
    for start, end in _numbers(figures):
        if not any(first <= start and end <= last for first, last in harmless):
            yield start, end, Kind.PHONE


def _longest_reference(text: str) -> str:
    words = text.split()
    whole = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
    return next((each for each in whole if is_creditor_reference(each)), "")


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    for region in REGIONS:
        for found in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
            if not _is_harmless(text, found.start, found.end):
                yield found.start, found.end
    for match in DIGITS.finditer(text):
        count = len(re.sub(r"\D", "", match[0]))
        needed = SHORTEST if match[0].lstrip("(")[0] in "+0" else SHORTEST_BARE
        if count >= needed and not _is_harmless(text, *match.span()):
            yield match.span()
    for pattern in (APART, SPOKEN):
        for match in pattern.finditer(text):
            if not NO_NUMBER.fullmatch(match[0]):
                yield match.span()


def _is_harmless(text: str, start: int, end: int) -> bool:
    """A day, a span of years, or an amount with or without its currency."""
    said = text[start:end].strip()
    if NO_NUMBER.fullmatch(said):
        return True
    money = r"(?:€|\$|£|₹|\b(?:EUR|USD|GBP|KES|UGX|TZS|NGN|INR|KSh|Sh|euros?|shillings?|pounds?|dollars?))"
    is_round = re.fullmatch(r"[1-9][\d.,\s]*", said) is not None
    before = re.search(rf"{money}\s*\.?\s*$", text[:start], re.I)
    return bool(is_round and (before or re.match(rf"\s*{money}", text[end:], re.I)))


def _names(text: str, names: Iterable[str]) -> Iterator[Span]:
    words = {word for name in names for word in re.findall(r"[^\W\d_]+", _fold(name)[0].casefold())}
    for word in sorted(words):
        if len(word) >= SHORTEST_NAME and not NOT_A_NAME.fullmatch(word):
            for match in re.finditer(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", text, re.I):
                yield match.start(), match.end(), Kind.NAME
