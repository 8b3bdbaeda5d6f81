"""Stripe's calls about money that goes back, about disputes and about its balance."""

from datetime import datetime
from typing import Any

from campaigns.payment import answers, back
from campaigns.payment.answers import TakenBack
from campaigns.payment.back import BalanceEntry, Claim, Return
from campaigns.payment.gateway.calls import Clients, Missing, call, every


class BackCalls(Clients):
    """Refunds, disputes, the balance."""

    def refund(self, ref: str) -> TakenBack:
        """One refund as it is now."""
        return answers.taken_back(call(lambda: self._patient.v1.refunds.retrieve(ref)))

    def give_back(self, order: Return, *, waiting: bool = True) -> TakenBack:
        """Send money back to the card it came from, once for each key."""
        refunds = self._client(waiting).v1.refunds
        params: Any = {
            "charge": order.charge_ref,
            "amount": order.money.amount * answers.units(order.money.currency),
            "metadata": {"refund": order.key},
        }
        return answers.taken_back(call(lambda: refunds.create(params=params, options={"idempotency_key": order.key})))

    def find_refund(self, order: Return) -> TakenBack | None:
        """The refund that a key has made of this charge; None where there is none."""
        params: Any = {"charge": order.charge_ref, "limit": 100}
        made = call(lambda: [answers.taken_back(each) for each in every(self._patient.v1.refunds, params)])
        return next((each for each in made if each.key == order.key), None)

    def dispute(self, ref: str) -> Claim:
        """One dispute as it is now, with the money that it has moved."""
        return back.claim(call(lambda: self._patient.v1.disputes.retrieve(ref)))

    def balance(self, since: datetime, until: datetime) -> list[BalanceEntry]:
        """How our balance moved in that time, each with its source, the newest first."""
        made = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        params: Any = {"created": made, "limit": 100, "expand": ["data.source"]}
        moved = self._patient.v1.balance_transactions
        return list(call(lambda: [back.balance_entry(each) for each in every(moved, params)]))

    def knows(self, ref: str) -> bool:
        """Whether Stripe has the charge, refund or movement with this id."""
        things: Any = {"re": self._patient.v1.refunds, "txn": self._patient.v1.balance_transactions}
        found = things.get(ref.partition("_")[0], self._patient.v1.charges)
        try:
            call(lambda: found.retrieve(ref))
        except Missing:
            return False
        return True
