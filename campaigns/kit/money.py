"""Amounts of money as whole minor units and a currency; never a float."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering
from typing import Self

from babel import numbers

from campaigns.kit.amounts import CURRENCIES, TooLarge, TooPrecise, Zero, digits, locale_of, typed_decimal

LARGEST = 10**12  # minor units that a person may type: ten thousand million euros
# CLDR's currencySpacing, which Babel leaves out: "KES 40", not "KES40".
LETTER_BY_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met where one currency was needed; a mistake in the program."""


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
        whole, _, fraction = typed_decimal(text, currency, locale).partition(".")
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
        text = numbers.format_currency(self.decimal, self.currency, locale=locale_of(locale))
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
