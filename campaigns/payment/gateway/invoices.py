"""Invoices at Stripe: a draft, its one item, finalized, sent; and what was paid of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from campaigns.kit.money import Money
from campaigns.payment import answers
from campaigns.payment.answers import id_of, mark
from campaigns.payment.gateway.calls import Clients, Rejected, call, every

BANKS = {
    "EUR": {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}},
    "GBP": {"type": "gb_bank_transfer"},
    "JPY": {"type": "jp_bank_transfer"},
    "MXN": {"type": "mx_bank_transfer"},
    "USD": {"type": "us_bank_transfer"},
}
"""The bank transfers that Stripe takes, by currency; others pay by what the account offers."""


@dataclass(frozen=True)
class Biller:
    """Who is billed."""

    name: str
    email: str
    address: dict[str, str]
    eu_vat: str | None


@dataclass(frozen=True)
class Terms:
    """What stands on an invoice, and by when it is to be paid."""

    currency: str
    days: int
    fields: Sequence[tuple[str, str]]
    description: str


@dataclass(frozen=True)
class Part:
    """Money that came for an invoice through Stripe."""

    ref: str
    money: Money
    intent_ref: str | None
    charge_ref: str | None


@dataclass(frozen=True)
class Bill:
    """What Stripe says of an invoice, fetched just now."""

    ref: str
    key: str | None  # ours, from the metadata
    status: str
    total: Money
    elsewhere: Money  # said to have been paid outside Stripe
    number: str | None
    url: str | None
    due_on: date | None
    parts: tuple[Part, ...] = ()


class InvoiceCalls(Clients):
    """Stripe's calls about invoices. Every one that makes something takes a key of its own."""

    def make_customer(self, biller: Biller, key: str) -> str:
        """Whom an invoice is for; gives its id."""
        params: Any = {"name": biller.name, "email": biller.email, "metadata": {"invoice": key}}
        params |= {"address": biller.address} if biller.address else {}
        params |= {"tax_id_data": [{"type": "eu_vat", "value": biller.eu_vat}]} if biller.eu_vat else {}
        options: Any = {"idempotency_key": f"{key}:customer"}
        made: str = call(lambda: self._patient.v1.customers.create(params=params, options=options)).id
        return made

    def draft(self, customer_ref: str, terms: Terms, key: str) -> str:
        """A draft without items, that nothing but a call finalizes; gives its id."""
        bank = BANKS.get(terms.currency)
        transfer: Any = {
            "payment_method_types": ["customer_balance"],
            "payment_method_options": {"customer_balance": {"funding_type": "bank_transfer", "bank_transfer": bank}},
        }
        params: Any = {
            "customer": customer_ref,
            "currency": terms.currency.lower(),
            "collection_method": "send_invoice",
            "days_until_due": terms.days,
            "auto_advance": False,
            "pending_invoice_items_behavior": "exclude",
            "custom_fields": [{"name": name, "value": value} for name, value in terms.fields],
            "description": terms.description,
            "metadata": {"invoice": key},
        }
        params |= {"payment_settings": transfer} if bank else {}
        params = {name: value for name, value in params.items() if value not in ([], "")}
        options: Any = {"idempotency_key": f"{key}:draft"}
        made: str = call(lambda: self._patient.v1.invoices.create(params=params, options=options)).id
        return made

    def find_draft(self, customer_ref: str) -> str | None:
        """The one invoice of a customer, whatever has become of it; None where there is none."""
        found = call(lambda: list(every(self._patient.v1.invoices, {"customer": customer_ref, "limit": 10})))
        return found[0].id if found else None

    def add_item(self, customer_ref: str, invoice_ref: str, money: Money, words: str, key: str) -> None:
        """Put the one item on a draft, unless it is there."""
        items = self._patient.v1.invoice_items
        if call(lambda: items.list(params={"invoice": invoice_ref, "limit": 1})).data:
            return
        params: Any = {
            "customer": customer_ref,
            "invoice": invoice_ref,
            "amount": money.amount * answers.units(money.currency),
            "currency": money.currency.lower(),
            "description": words,
        }
        call(lambda: items.create(params=params, options={"idempotency_key": f"{key}:item"}))

    def finalize(self, ref: str, key: str) -> None:
        """Number a draft and open it, unless that was done."""
        if self.bill(ref).status == "draft":
            options: Any = {"idempotency_key": f"{key}:finalize"}
            call(
                lambda: self._patient.v1.invoices.finalize_invoice(ref, params={"auto_advance": False}, options=options)
            )

    def send_invoice(self, ref: str, key: str) -> None:
        """Mail an open invoice to whom it is for."""
        call(lambda: self._patient.v1.invoices.send_invoice(ref, options={"idempotency_key": f"{key}:send"}))

    def void(self, ref: str, key: str) -> None:
        """End an invoice that is not to be paid any more. Raises Rejected where it has been."""
        call(lambda: self._patient.v1.invoices.void_invoice(ref, options={"idempotency_key": f"{key}:void"}))

    def drop_draft(self, ref: str) -> None:
        """Delete a draft."""
        call(lambda: self._patient.v1.invoices.delete(ref))

    def bill(self, ref: str) -> Bill:
        """An invoice as it is now, with what was paid of it."""
        found = call(lambda: self._patient.v1.invoices.retrieve(ref))
        params: Any = {"invoice": ref, "status": "paid", "limit": 100, "expand": ["data.payment.payment_intent"]}
        payments = call(lambda: list(every(self._patient.v1.invoice_payments, params)))
        return Bill(
            ref=found.id,
            key=mark(found, "invoice"),
            status=str(found.status),
            total=answers.money(found.total, found.currency),
            elsewhere=answers.money(getattr(found, "amount_paid_off_stripe", None) or 0, found.currency),
            number=found.number,
            url=found.hosted_invoice_url,
            due_on=datetime.fromtimestamp(found.due_date, UTC).date() if found.due_date else None,
            parts=tuple(part for each in payments if (part := _part(each)) is not None),
        )

    def bill_or_none(self, ref: str) -> Bill | None:
        """The same; None where it is not there any more."""
        try:
            return self.bill(ref)
        except Rejected as fault:
            if str(fault).startswith("resource_missing"):
                return None
            raise

    def left_with(self, customer_ref: str) -> list[Money]:
        """What a customer has transferred that no open invoice has taken, in each currency."""
        balance = call(lambda: self._patient.v1.customers.cash_balance.retrieve(customer_ref))
        lying = balance.available.to_dict() if balance.available else {}
        return [answers.money(amount, currency) for currency, amount in sorted(lying.items()) if amount]

    def invoice_of_payment(self, ref: str) -> str | None:
        """The id of the invoice that an invoice payment is for."""
        return id_of(call(lambda: self._patient.v1.invoice_payments.retrieve(ref)).invoice)


def _part(found: Any) -> Part | None:
    """What really came, which may be more than the invoice asked for; None for money outside Stripe."""
    intent = getattr(found.payment, "payment_intent", None)
    if intent is None or not hasattr(intent, "id") or intent.latest_charge is None:
        return None
    came = answers.money(intent.amount_received, found.currency)
    return Part(found.id, came, intent.id, id_of(intent.latest_charge))
