"""Amounts as people type them: the figures in what was typed, or what to type instead."""

import re
import unicodedata
from functools import cache

from babel import Locale, numbers

from campaigns.kit.errors import Refused

CURRENCIES = frozenset(numbers.list_currencies())
LONGEST = 60
DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
SAME_AS = str.maketrans({"٫": ".", "٬": ",", "，": ",", "．": ".", "−": "-", "－": "-", "＋": "+", "’": "'"})
NUMBER = re.compile(
    r"(?P<minus>-?)\+?(?P<before>(?:[^\d.,+-]|[.,](?!\d))*?)(?P<minus_after>-?)"
    r"(?P<number>[.,]?\d(?:[\d.,' ]*[\d.,])?)(?P<after>\D*)"
)
GROUPED = re.compile(
    r"[1-9]\d{0,2}(?P<by>[.,' ])\d{3}(?:(?P=by)\d{3})*"
    r"|[1-9]\d?(?P<lakh>[,' ])(?:\d\d(?P=lakh))*\d{3}"  # 12,34,567 as in India
)


class BadAmount(Refused):
    """What was typed is not an amount that can be taken."""

    field = "amount"


class NotANumber(BadAmount):
    """Type an amount in figures, such as 1250 or 1,250.50."""


class Negative(BadAmount):
    """The amount must be above zero; leave out the minus sign."""


class Zero(BadAmount):
    """The amount must be above zero."""


class TooLarge(BadAmount):
    """The amount is larger than can be recorded here."""


class TooPrecise(BadAmount):
    """More decimals were typed than the currency has."""

    def __init__(self, currency: str) -> None:
        name = numbers.get_currency_name(currency, count=2, locale="en")
        has = digits(currency)
        count = "no decimals" if has == 0 else f"{has} decimal{'s' if has > 1 else ''}"
        super().__init__(f"{name[0].upper()}{name[1:]} have {count}.")


class OtherCurrency(BadAmount):
    """Another currency was named than the one that counts here."""

    def __init__(self, typed: str, currency: str) -> None:
        super().__init__(f"Amounts here are in {currency}; you typed {typed}.")


@cache
def digits(currency: str) -> int:
    """How many decimals the currency has in CLDR: 2 for EUR, 0 for JPY, 3 for KWD."""
    return numbers.get_currency_precision(currency)


def typed_decimal(text: str, currency: str, locale: str) -> str:
    """The number that was typed, with a point for decimals and no grouping. Raises a BadAmount."""
    return _plain_decimal(_number_in(text, currency, locale), currency, locale)


def locale_of(locale: str) -> Locale:
    """A locale by its tag: "pt-BR"."""
    return Locale.parse(locale.replace("-", "_"))


def _ascii(char: str) -> str:
    """Digits of any script and all kinds of space become plain ones; superscripts and fractions do not."""
    return " " if char.isspace() else str(unicodedata.decimal(char, char))


def _number_in(text: str, currency: str, locale: str) -> str:
    """The figures in what was typed, once the currency's name or sign is taken off."""
    if len(text) > LONGEST:
        raise NotANumber
    plain = "".join(map(_ascii, text.translate(DIRECTION_MARKS).translate(SAME_AS))).strip()
    found = NUMBER.fullmatch(plain)
    if found is None:
        raise NotANumber
    for mark in (found["before"].strip(), found["after"].strip()):
        if mark.casefold() not in _marks(currency, locale):
            raise _stranger(mark, currency)
    if found["minus"] or found["minus_after"]:
        raise Negative
    return found["number"]


@cache
def _marks(currency: str, locale: str) -> frozenset[str]:
    """What may stand beside an amount of this currency: its code, signs and names, or nothing."""
    names = {"", currency}
    for language in (Locale("en"), locale_of(locale)):
        symbol = numbers.get_currency_symbol(currency, language).translate(DIRECTION_MARKS)
        names |= {symbol, *(char for char in symbol if unicodedata.category(char) == "Sc")}
        names |= {numbers.get_currency_name(currency, count, language) for count in (1, 2, None)}
    return frozenset(name.casefold() for name in names)


def _stranger(mark: str, currency: str) -> BadAmount:
    code = mark.upper()
    if code in CURRENCIES or any(unicodedata.category(char) == "Sc" for char in mark):
        return OtherCurrency(code, currency)
    return NotANumber()


def _plain_decimal(number: str, currency: str, locale: str) -> str:
    """The number with a point for decimals and no grouping."""
    whole, fraction = number, ""
    last = max(number.rfind("."), number.rfind(","))
    if last >= 0 and not _groups(number, number[last], currency, locale):
        whole, fraction = number[:last], number[last + 1 :]
        if number[last] in whole:
            raise NotANumber
    if (whole and not whole.isdecimal() and not GROUPED.fullmatch(whole)) or not (fraction or "0").isdecimal():
        raise NotANumber
    figures = "".join(filter(str.isdecimal, whole))
    return f"{figures or '0'}.{fraction}"


def _groups(number: str, separator: str, currency: str, locale: str) -> bool:
    """Whether this separator groups thousands; a lone one does where the locale says so."""
    if not GROUPED.fullmatch(number):
        return False
    if number.count(separator) > 1 or digits(currency) == 0:
        return True
    return separator == numbers.get_group_symbol(locale_of(locale))
