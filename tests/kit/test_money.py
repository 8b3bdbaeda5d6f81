import operator
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.kit import amounts, money
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "KES", "INR", "CHF", "UGX"])
LOCALES = st.sampled_from(["en", "en-GB", "fr", "de", "de_CH", "de_AT", "ar", "sw", "hi", "pt_PT", "da", "fa"])


def euros(cents: int) -> Money:
    return Money(cents, "EUR")


# Arithmetic


def test_amounts_of_one_currency_add_and_subtract() -> None:
    assert euros(150) + euros(75) == euros(225)
    assert euros(150) - euros(200) == euros(-50)
    assert sum([euros(1), euros(2), euros(3)], Money.zero("EUR")) == euros(6)
    assert -euros(5) == euros(-5)


def test_an_amount_multiplies_by_whole_numbers_only() -> None:
    assert euros(1250) * 3 == 3 * euros(1250) == euros(3750)
    for factor in (1.5, Decimal(2), True):
        with pytest.raises(TypeError):
            euros(100) * factor  # type: ignore[operator]


@pytest.mark.parametrize("act", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge])
def test_currencies_never_mix(act) -> None:
    with pytest.raises(money.CurrencyMismatch):
        act(euros(1), Money(1, "USD"))


def test_amounts_of_two_currencies_are_unequal_rather_than_an_error() -> None:
    assert euros(1) != Money(1, "USD")
    assert euros(0) != Money(0, "JPY")


def test_amounts_of_one_currency_are_ordered() -> None:
    assert sorted([euros(3), euros(-1), euros(2)]) == [euros(-1), euros(2), euros(3)]
    assert euros(2) <= euros(2) < euros(3)
    assert euros(3) >= euros(3) > euros(2)


def test_money_does_not_mix_with_plain_numbers() -> None:
    for act in (operator.add, operator.sub, operator.lt):
        with pytest.raises(TypeError):
            act(euros(1), 1)


def test_nothing_is_false() -> None:
    assert not Money.zero("EUR")
    assert euros(1)
    assert euros(-1)


@pytest.mark.parametrize("amount", [1.0, Decimal(1), "1", None, True])
def test_minor_units_are_whole_numbers(amount) -> None:
    with pytest.raises(TypeError):
        Money(amount, "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "ZZZ", "€"])
def test_a_currency_is_one_that_cldr_knows(currency: str) -> None:
    with pytest.raises(ValueError, match="unknown currency"):
        Money(1, currency)


def test_money_does_not_change() -> None:
    with pytest.raises(AttributeError):
        euros(1).amount = 2  # type: ignore[misc]


# Sharing out


def test_the_first_parts_carry_the_odd_cents() -> None:
    assert euros(1000).split(3) == [euros(334), euros(333), euros(333)]
    assert Money(5, "JPY").split(2) == [Money(3, "JPY"), Money(2, "JPY")]


def test_shares_follow_their_weights_by_largest_remainder() -> None:
    assert euros(100).allocate([1, 1, 4]) == [euros(17), euros(17), euros(66)]
    assert euros(10).allocate([0, 1]) == [euros(0), euros(10)]


@given(st.integers(-(10**14), 10**14), st.integers(1, 200), CURRENCIES)
def test_splitting_loses_no_cent_and_is_fair(amount: int, parts: int, currency: str) -> None:
    whole = Money(amount, currency)
    shares = whole.split(parts)
    assert len(shares) == parts
    assert sum(shares, Money.zero(currency)) == whole
    assert (max(shares) - min(shares)).amount <= 1


@given(st.integers(-(10**14), 10**14), st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_allocating_loses_no_cent_and_stays_near_proportion(amount: int, weights: list[int]) -> None:
    shares = euros(amount).allocate(weights)
    assert sum(shares, euros(0)) == euros(amount)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.amount * sum(weights) - amount * weight) <= sum(weights)
        assert share.amount * amount >= 0
        assert weight or not share


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_mean_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        euros(1).allocate(weights)


@pytest.mark.parametrize("parts", [0, -1])
def test_money_does_not_split_into_nothing(parts: int) -> None:
    with pytest.raises(ValueError, match="one part"):
        euros(1).split(parts)


# Reading what people type


@pytest.mark.parametrize(
    "typed",
    [
        "1250.50",
        "1,250.50",
        "1.250,50",
        "1 250.50",
        "1 250,50",
        "1'250.50",
        "1’250.50",
        "1250,50",
        "1250,5",
        "€1,250.50",
        "€ 1250.50",
        "1250.50 €",
        "1250.50EUR",
        "eur 1250.50",
        "1250.50 euros",
        "+1250.50",
        "01250.50",
        "1\u202f250,50\xa0€",
        "\u200e€1,250.50",
        "１２５０．５０",
        "١٢٥٠٫٥٠",
        "  1250.50\n",
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str) -> None:
    assert Money.parse(typed, "EUR") == euros(125050)


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "amount"),
    [
        ("1,250", "EUR", "en", 125000),
        ("1.250", "EUR", "de", 125000),
        ("1,25", "EUR", "en", 125),
        ("12,34,567", "INR", "en", 123456700),
        ("1.234.567", "EUR", "en", 123456700),
        (".5", "EUR", "en", 50),
        ("40.", "EUR", "en", 4000),
        ("1,250", "JPY", "en", 1250),
        ("1.250", "JPY", "en", 1250),
        ("1.250", "KWD", "en", 1250),
        ("1,250", "KWD", "de", 1250),
        ("1.250,500", "KWD", "en", 1250500),
        ("$40", "CAD", "en", 4000),
        ("40 kr.", "DKK", "da", 4000),
        ("10000000000.00", "EUR", "en", 10**12),
    ],
)
def test_points_and_commas_follow_the_locale_only_where_they_could_mean_either(typed, currency, locale, amount) -> None:
    assert Money.parse(typed, currency, locale) == Money(amount, currency)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "forty",
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "inf",
        "1e9",
        "1E9",
        "0x10",
        "1_000",
        "10²",
        "½",
        "①",
        "1.2.3",
        "1,250,50",
        "1.250.50",
        "12 50",
        "1  250",
        "1,2,3",
        "(5)",
        "5-",
        "5 + 5",
        "40 60",
        "€",
        ".",
        "40 apples",
        "1,25O",
        "9" * 61,
        "1" * 10**6,
        "1\x00",
        "<b>1</b>",
        "1%",
        "5 ,",
        "1;2",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(amounts.NotANumber, match="figures"):
        Money.parse(typed, "EUR")


@pytest.mark.parametrize("typed", ["-5", "−5", "-€5", "€-5", "€ -5", "--5", "-0"])
def test_an_amount_below_zero_is_refused(typed: str) -> None:
    with pytest.raises(amounts.Negative, match="above zero"):
        Money.parse(typed, "EUR")


@pytest.mark.parametrize("typed", ["0", "0.00", "€0", "00"])
def test_nothing_is_refused(typed: str) -> None:
    with pytest.raises(amounts.Zero, match="above zero"):
        Money.parse(typed, "EUR")


@pytest.mark.parametrize(
    ("typed", "currency", "words"),
    [
        ("1.005", "EUR", "Euros have 2 decimals."),
        ("1.250", "EUR", "Euros have 2 decimals."),
        ("0,500", "EUR", "Euros have 2 decimals."),
        ("10.5", "JPY", "Japanese yen have no decimals."),
        ("1.0005", "KWD", "Kuwaiti dinars have 3 decimals."),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused(typed: str, currency: str, words: str) -> None:
    with pytest.raises(amounts.TooPrecise) as refusal:
        Money.parse(typed, currency)
    assert str(refusal.value) == words


@pytest.mark.parametrize("typed", ["10000000000.01", "9" * 59])
def test_an_amount_beyond_reason_is_refused(typed: str) -> None:
    with pytest.raises(amounts.TooLarge, match="larger"):
        Money.parse(typed, "EUR")


@pytest.mark.parametrize(("typed", "named"), [("40 USD", "USD"), ("usd40", "USD"), ("$40", "$"), ("40 £", "£")])
def test_another_currency_is_refused_by_name(typed: str, named: str) -> None:
    with pytest.raises(amounts.OtherCurrency) as refusal:
        Money.parse(typed, "EUR")
    assert str(refusal.value) == f"Amounts here are in EUR; you typed {named}."
    assert refusal.value.field == "amount"


@given(st.text(max_size=80))
def test_whatever_is_typed_is_either_an_amount_or_a_refusal(typed: str) -> None:
    with suppress(Refused):
        assert 0 < Money.parse(typed, "EUR").amount <= money.LARGEST


@given(st.integers(1, money.LARGEST), CURRENCIES, LOCALES)
def test_what_we_print_can_be_typed_back(amount: int, currency: str, locale: str) -> None:
    printed = Money(amount, currency)
    assert Money.parse(printed.format(locale), currency, locale) == printed


@given(st.integers(1, money.LARGEST), CURRENCIES)
def test_the_machine_form_can_be_typed_back(amount: int, currency: str) -> None:
    assert Money.parse(Money(amount, currency).major, currency) == Money(amount, currency)


# Writing


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        (125050, "EUR", "en", "€1,250.50"),
        (125050, "EUR", "de", "1.250,50\xa0€"),
        (125050, "EUR", "fr-FR", "1\u202f250,50\xa0€"),
        (1250, "JPY", "en", "¥1,250"),
        (1250500, "KWD", "en", "KWD\xa01,250.500"),
        (-125050, "EUR", "en", "-€1,250.50"),
    ],
)
def test_an_amount_is_written_as_the_language_does(amount: int, currency: str, locale: str, text: str) -> None:
    assert Money(amount, currency).format(locale) == text


def test_an_amount_speaks_english_by_itself() -> None:
    assert str(euros(4000)) == f"{euros(4000)}" == "€40.00"
    assert str(Money(4000, "KES")) == "KES\xa040.00"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (125050, "EUR", "1250.50"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (1250, "JPY", "1250"),
        (1, "KWD", "0.001"),
        (0, "EUR", "0.00"),
        (10**20, "EUR", "1000000000000000000.00"),
    ],
)
def test_machines_get_a_point_and_no_grouping(amount: int, currency: str, text: str) -> None:
    assert Money(amount, currency).major == text
    assert Money(amount, currency).decimal == Decimal(text)


def test_decimals_come_from_cldr() -> None:
    assert [amounts.digits(currency) for currency in ("EUR", "JPY", "KWD")] == [2, 0, 3]
