"""Money that has gone the whole way: pledged, paid, sent to the school and receipted there."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement import rules as disbursements
from campaigns.disbursement.models import Disbursement
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.payment.rules import entries
from campaigns.payment.rules.entries import Seen
from campaigns.pledge.models import Instalment, Pledge
from tests.cast.accounts import pay_at

RECEIPT = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def pay(tomas: User) -> Callable[..., None]:
    """A bank transfer arrives: `pay(pledge, 500_00)`."""

    def make(pledge: Pledge, amount: int | None = None, *, by: User | None = None) -> None:
        due = sa.select(Instalment).where(Instalment.pledge_id == pledge.id).options(joinedload(Instalment.pledge))
        instalment = db.session.scalars(due.order_by(Instalment.number.desc())).first()
        assert instalment is not None
        seen = Seen(Money(amount or instalment.amount, pledge.currency), clock.today(), crypto.token()[:12])
        entries.record(instalment, seen, by=by or tomas)
        db.session.commit()

    return make


@pytest.fixture
def send(tomas: User, amina: User) -> Callable[..., Disbursement]:
    """The school is paid for the first line: `send(campaign, 300_00)`, and gives its receipt unless `proven=False`."""

    def make(campaign: Campaign, amount: int, *, proven: bool = True) -> Disbursement:
        lines: Any = sa.select(BudgetLine.id).where(BudgetLine.campaign_id == campaign.id).order_by(BudgetLine.id)
        amounts = {db.session.scalars(lines).first(): Money(amount, campaign.currency)}
        pay_at(campaign)
        made = disbursements.propose(campaign, amounts, once=crypto.token(), by=tomas)
        disbursements.release(made, bank_reference="CANARYREF 4711", paid_on=clock.today(), by=amina)
        if proven:
            receipt = {"school_receipt": "CANARY-17", "receipt_on": clock.today()}
            disbursements.prove(made, data=RECEIPT, **receipt, by=tomas)
        db.session.commit()
        return made

    return make
