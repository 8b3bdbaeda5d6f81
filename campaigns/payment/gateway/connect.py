"""Stripe Connect: schools that set up being paid by Stripe, and what is sent to them."""

from dataclasses import dataclass
from typing import Any

from campaigns.kit.money import Money
from campaigns.payment import answers
from campaigns.payment.answers import mark
from campaigns.payment.gateway.calls import Clients, call, every


@dataclass(frozen=True)
class NewPayee:
    """A school that is to be paid."""

    key: str
    name: str
    email: str | None
    country: str | None


@dataclass(frozen=True)
class PayeeNow:
    """What Stripe says of a school's account, fetched just now."""

    ref: str
    ready: bool


@dataclass(frozen=True)
class TransferOrder:
    """Money to be sent, once for each key."""

    key: str
    money: Money
    account_ref: str
    words: str


@dataclass(frozen=True)
class Sent:
    """What Stripe says of a transfer."""

    ref: str
    key: str | None
    money: Money
    returned: Money


class ConnectCalls(Clients):
    """Stripe's calls about schools and transfers to them."""

    def open_payee(self, payee: NewPayee) -> str:
        """Open an account for a school, which Stripe will ask about itself; gives its id."""
        params: Any = {
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "stripe_dashboard": {"type": "express"},
            },
            "capabilities": {"transfers": {"requested": True}},
            "business_profile": {"name": payee.name[:100]},
            "metadata": {"payee": payee.key},
        }
        params |= {"email": payee.email} if payee.email else {}
        params |= {"country": payee.country} if payee.country else {}
        options: Any = {"idempotency_key": payee.key}
        made: str = call(lambda: self._prompt.v1.accounts.create(params=params, options=options)).id
        return made

    def onboarding(self, account_ref: str, back: str) -> str:
        """The address of a page, good once, where a school tells Stripe what it has to know."""
        params: Any = {"account": account_ref, "type": "account_onboarding", "return_url": back, "refresh_url": back}
        page: str = call(lambda: self._prompt.v1.account_links.create(params=params)).url
        return page

    def payee(self, account_ref: str, *, waiting: bool = False) -> PayeeNow:
        """A school's account as it is now."""
        found = call(lambda: self._client(waiting).v1.accounts.retrieve(account_ref))
        transfers = getattr(found.capabilities, "transfers", None)
        return PayeeNow(found.id, transfers == "active" and bool(found.payouts_enabled))

    def transfer(self, order: TransferOrder, *, waiting: bool = True) -> Sent:
        """Send money to a school's account, once for each key."""
        params: Any = {
            "amount": order.money.amount * answers.units(order.money.currency),
            "currency": order.money.currency.lower(),
            "destination": order.account_ref,
            "description": order.words,
            "transfer_group": order.key,
            "metadata": {"transfer": order.key},
        }
        transfers = self._client(waiting).v1.transfers
        return _sent(call(lambda: transfers.create(params=params, options={"idempotency_key": order.key})))

    def find_transfer(self, key: str) -> Sent | None:
        """The transfer that a key has made; None where there is none."""
        params: Any = {"transfer_group": key, "limit": 10}
        made = call(lambda: [_sent(each) for each in every(self._patient.v1.transfers, params)])
        return next((each for each in made if each.key == key), None)

    def transfer_now(self, ref: str) -> Sent:
        """One transfer as it is now."""
        return _sent(call(lambda: self._patient.v1.transfers.retrieve(ref)))


def _sent(found: Any) -> Sent:
    returned = answers.money(found.amount_reversed, found.currency)
    return Sent(found.id, mark(found, "transfer"), answers.money(found.amount, found.currency), returned)
