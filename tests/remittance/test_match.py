"""A transfer that quotes an order's reference pays all that is in it."""

import pytest
import sqlalchemy as sa

from campaigns.cli import check
from campaigns.kit import clock, crypto, db
from campaigns.payment import queries as payments
from campaigns.payment.models import BankEntry
from campaigns.payment.rules import entries
from campaigns.payment.rules.proposals import propose
from campaigns.payment.states import Because, EntryState
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import InstalmentState
from campaigns.remittance import rules
from campaigns.remittance.models import RemittanceOrder
from campaigns.remittance.states import OrderState
from tests.remittance import test_order

campaign, due, finn, meridian = test_order.campaign, test_order.due, test_order.finn, test_order.meridian


@pytest.fixture
def arrive(lantern):
    """Money arrives at the bank: `arrive(500_00, "Invoice RF…")`; looked at at once."""

    def make(amount, remittance):
        entry = BankEntry(organisation_id=lantern.id, fingerprint=crypto.digest(crypto.token()), amount=amount)
        entry.booked_on, entry.currency, entry.remittance = clock.today(), "EUR", remittance
        entry.state, entry.payer = EntryState.UNMATCHED, "Meridian Freight Ltd"
        db.session.add(entry)
        db.session.flush()
        propose(lantern.id)
        db.session.commit()
        return db.session.scalars(payments.entry(entry.id)).one()

    return make


@pytest.mark.both_databases
def test_it_is_proposed_as_one_and_pays_each(arrive, meridian, finn, due, tomas):
    (order,) = rules.order(meridian, test_order.instalments(*due), by=finn)
    db.session.commit()
    entry = arrive(500_00, f"Our payment {order.reference}, thank you")
    assert (entry.state, entry.proposed_because) == (EntryState.PROPOSED, Because.SEVERAL)
    entries.confirm(entry, by=tomas)
    db.session.commit()
    states = db.session.scalars(sa.select(Instalment.state)).all()
    assert states == [InstalmentState.PAID, InstalmentState.PAID]
    rules.follow()
    assert db.session.scalars(sa.select(RemittanceOrder.state)).one() is OrderState.CLOSED
    assert check.problems() == []


def test_one_that_was_taken_back_is_matched_by_hand(arrive, meridian, finn, due):
    (order,) = rules.order(meridian, test_order.instalments(*due), by=finn)
    rules.cancel(order, by=finn)
    assert arrive(500_00, order.reference).state is EntryState.UNMATCHED


def test_another_sum_is_proposed_for_the_longest_due_and_left_to_the_treasurer(arrive, meridian, finn, due):
    (order,) = rules.order(meridian, test_order.instalments(*due), by=finn)
    entry = arrive(300_00, order.reference)
    assert (entry.state, entry.proposed_because) == (EntryState.PROPOSED, Because.REFERENCE)
