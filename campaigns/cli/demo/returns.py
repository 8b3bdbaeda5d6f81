"""Sample money that went back: a sponsor had typed one zero too many."""

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.cli.demo import money
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.kit import clock, crypto, db, refs
from campaigns.kit.money import Money
from campaigns.payment.models import Receipt
from campaigns.payment.rules import refunds
from campaigns.payment.rules.refunds import Wish
from campaigns.payment.states import RefundReason
from campaigns.pledge.models import Instalment


def show(cast: Cast, campaign: Campaign) -> None:
    """A pledge that was paid, and of which the treasurer has sent a part back."""
    pledge = money.pledge(campaign, ("Astrid Nyberg", None, 3_000, 0), 12)
    money.pay(cast, pledge, 3_000, 9, treasurer="Tomas")
    with db.transaction(), day(5):
        mine = sa.select(Receipt).join(Instalment).where(Instalment.pledge_id == pledge.id)
        wish = Wish(
            Money(1_500, campaign.currency),
            RefundReason.SPONSOR_ASKED,
            "Meant to give half of it; asked by e-mail.",
            bank_reference=f"SEPA-{refs.random_ref(8)}",
            sent_on=clock.today(),
        )
        refunds.ask(db.session.scalars(mine).one(), wish, once=crypto.token(), by=cast["Tomas"])
