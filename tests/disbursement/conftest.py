"""A campaign whose sponsors have paid, and payments to its school in each state."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.account.models import User
from campaigns.campaign.models import Campaign
from campaigns.disbursement import rules
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from tests.cast.accounts import pay_at
from tests.disbursement.helpers import PDF, lines_of, receive


@pytest.fixture
def a_funded_campaign(a_campaign: Callable[..., Campaign]) -> Callable[..., Campaign]:
    """`a_funded_campaign(80_000)` asks for €900 tuition and €125.50 books, and holds €800."""

    def make(amount: int = 102_550, **given: Any) -> Campaign:
        campaign = a_campaign(**given)
        pay_at(campaign)
        receive(campaign, amount)
        return campaign

    return make


@pytest.fixture
def a_payment(a_funded_campaign: Callable[..., Campaign], tomas: User, amina: User) -> Callable[..., Disbursement]:
    """`a_payment(RELEASED)`: €500 of tuition, proposed by Tomas, released by Amina."""

    def make(
        state: DisbursementState = DisbursementState.PROPOSED, *, amount: int = 50_000, campaign: Campaign | None = None
    ) -> Disbursement:
        campaign = campaign or a_funded_campaign()
        amounts = {lines_of(campaign)[0].id: Money(amount, campaign.currency)}
        made = rules.propose(campaign, amounts, once=crypto.token(), by=tomas)
        if state in (DisbursementState.RELEASED, DisbursementState.PROVEN):
            rules.release(made, bank_reference="TRX 4711", paid_on=clock.today(), by=amina)
        if state is DisbursementState.PROVEN:
            rules.prove(made, data=PDF, school_receipt="R-17", receipt_on=clock.today(), by=tomas)
        if state is DisbursementState.CANCELLED:
            rules.cancel(made, reason="The fees were lowered.", by=tomas)
        db.session.commit()
        return made

    return make
