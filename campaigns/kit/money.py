"""Amounts of money as whole minor units and a currency; never a float."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, total_ordering
from typing import Self

from babel import Locale, numbers

from campaigns.kit.errors import Refused

LARGEST = 10**12  # minor units that a person may type: ten thousand million euros
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
# CLDR's currencySpacing, which Babel leaves out: "KES 40", not "KES40".
LETTER_BY_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met where one currency was needed; a mistake in the program."""


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


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """A sum in minor units (cents) of one ISO 4217 currency.

    Amounts of different currencies are unequal; adding or ordering them raises CurrencyMismatch.
    ValueError for a currency that CLDR does not know, TypeError for an amount that is no whole number.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"minor units are whole numbers, not {self.amount!r}")
        if self.currency not in CURRENCIES:
            raise ValueError(f"unknown currency {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in this currency: where a sum starts."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str, locale: str = "en") -> Self:
        """Read an amount above zero as a person types it: "1,250.50", "1 250", "€40", "40 EUR".

        Where a lone point or comma before three digits could mean either, the locale decides.
        Raises a BadAmount that says what to type instead.
        """
        number = _number_in(text, currency, locale)
        whole, _, fraction = _plain_decimal(number, currency, locale).partition(".")
        if len(fraction) > digits(currency):
            raise TooPrecise(currency)
        amount = int(whole + fraction.ljust(digits(currency), "0"))
        if amount == 0:
            raise Zero
        if amount > LARGEST:
            raise TooLarge
        return cls(amount, currency)

    @classmethod
    def exact(cls, number: Decimal, currency: str) -> Self:
        """An amount above zero in major units, as machines write it. Raises Zero, TooPrecise, TooLarge; ValueError."""
        minor = number.scaleb(digits(currency))
        if not minor.is_finite() or minor != minor.to_integral_value():
            raise TooPrecise(currency)
        if minor > LARGEST:
            raise TooLarge
        if minor <= 0:
            raise Zero
        return cls(int(minor), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact: 125050 cents are Decimal("1250.50")."""
        return Decimal(self.amount).scaleb(-digits(self.currency))

    @property
    def major(self) -> str:
        """The amount for machines and spreadsheets, without the currency: "1250.50"."""
        return f"{self.decimal:f}"

    def format(self, locale: str = "en") -> str:
        """The amount for people, as CLDR writes it in that language: "€1,250.50"."""
        text = numbers.format_currency(self.decimal, self.currency, locale=_locale(locale))
        return LETTER_BY_DIGIT.sub("\u00a0", text)

    def split(self, parts: int) -> list[Self]:
        """As many near-equal parts as asked; they add up to the whole, and the first carry the odd cents."""
        if parts < 1:
            raise ValueError("money splits into one part or more")
        return self.allocate([1] * parts)

    def allocate(self, weights: Sequence[int]) -> list[Self]:
        """Parts in proportion to the weights, by largest remainder (a tie: the first); they sum to the whole."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights are zero or more, and not all zero")
        sign = -1 if self.amount < 0 else 1
        shares = [divmod(abs(self.amount) * weight, total) for weight in weights]
        missing = abs(self.amount) - sum(share for share, _ in shares)
        first = sorted(range(len(shares)), key=lambda index: -shares[index][1])[:missing]
        return [self._with(sign * (share + (index in first))) for index, (share, _) in enumerate(shares)]

    def _with(self, amount: int) -> Self:
        return type(self)(amount, self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.amount

    def __add__(self, other: "Money") -> Self:
        return self._with(self.amount + self._same(other)) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: "Money") -> Self:
        return self._with(self.amount - self._same(other)) if isinstance(other, Money) else NotImplemented

    def __mul__(self, times: int) -> Self:
        return self._with(self.amount * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return self._with(-self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other) if isinstance(other, Money) else NotImplemented

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return self.format()


def _locale(locale: str) -> Locale:
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
    for language in (Locale("en"), _locale(locale)):
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
    return separator == numbers.get_group_symbol(_locale(locale))
