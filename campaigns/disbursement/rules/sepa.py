"""Writing a SEPA credit transfer file (ISO 20022 pain.001.001.09), validated against its schema."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError

from campaigns.kit.errors import Refused

SCHEMA = "pain.001.001.09"


class CannotBeWritten(Refused):
    """The file for the bank could not be written. Look at the names and accounts, your own too."""


class Payer(NamedTuple):
    """Whose account is debited."""

    name: str
    iban: str
    bic: str | None


class Transfer(NamedTuple):
    """One order; `amount` in euro cents. `reference` comes back on the statement as the end-to-end id."""

    name: str
    iban: str
    amount: int
    reference: str
    text: str


def write(payer: Payer, transfers: Sequence[Transfer], execute_on: date) -> tuple[str, str]:
    """The file as text, and the message id in it. Raises CannotBeWritten."""
    config = {"name": payer.name, "IBAN": payer.iban, "currency": "EUR", "batch": True}
    file = SepaTransfer(config | ({"BIC": payer.bic} if payer.bic else {}), schema=SCHEMA, clean=True)
    for each in transfers:
        order = {"name": each.name, "IBAN": each.iban, "amount": each.amount, "description": each.text}
        file.add_payment({**order, "execution_date": execute_on, "endtoend_id": each.reference})
    try:
        return file.export(validate=True).decode(), file.msg_id
    except ValidationError as fault:
        raise CannotBeWritten() from fault
