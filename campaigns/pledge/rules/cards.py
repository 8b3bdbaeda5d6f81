"""Which amounts can be paid by card: what the card companies refuse is refused before they are asked."""

from campaigns.kit.amounts import digits
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money

# docs.stripe.com/currencies, in minor units. Where a currency is not named, what it is settled in counts, which only
# the card company knows.
LEAST = {
    "AED": 200, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400,
    "HUF": 17500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200, "RON": 200,
    "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50,
}  # fmt: skip
MOST = 99_999_999  # minor units: eight digits, but for
TWELVE_DIGITS = frozenset({"COP", "HUF", "IDR", "INR", "JPY", "LBP"})


class NotByCard(Refused):
    """This amount cannot be paid by card."""

    field = "method"

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Please choose bank transfer, or another amount.")


def check(amount: Money) -> None:
    """Return quietly where a card can be charged so much. Raises NotByCard."""
    least = Money(LEAST.get(amount.currency, 1), amount.currency)
    if amount < least:
        raise NotByCard(f"The least that can be paid by card is {least}.")
    if amount.amount > MOST and amount.currency not in TWELVE_DIGITS:
        raise NotByCard(f"The most that can be paid by card at once is {Money(MOST, amount.currency)}.")
    if amount.amount % step(amount.currency):
        raise NotByCard(f"The last digit of {amount} has to be 0 to pay it by card.")


def is_payable(amount: Money) -> bool:
    """Whether a card can be charged so much."""
    try:
        check(amount)
    except NotByCard:
        return False
    return True


def step(currency: str) -> int:
    """Cards take tens of the smallest unit of a currency that has three decimals."""
    return 10 if digits(currency) == 3 else 1
