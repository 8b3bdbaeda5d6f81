"""Money that a card had paid goes back at the provider after its sponsor has chosen."""

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.departure import rules
from campaigns.departure.states import Choice
from campaigns.kit import db
from campaigns.ledger.models import LedgerAccount
from campaigns.payment.models import PaymentCase
from campaigns.payment.states import CaseKind
from tests.departure.conftest import shares_of, student_of


def left_share(cards, pledge, a_departure):
    """The student of a pledge that was paid by card has left; the provider's session, and what is left."""
    session = cards.pay(pledge)
    [share] = shares_of(a_departure(student_of(db.session.get(Campaign, pledge.campaign_id))))
    return session, share


def held(start):
    codes = sa.select(sa.func.coalesce(sa.func.sum(LedgerAccount.balance), 0))
    return db.session.scalar(codes.where(LedgerAccount.code.startswith(start)))


def test_it_leaves_what_was_set_apart(cards, card_pledge, a_departure, in_order):
    session, share = left_share(cards, card_pledge, a_departure)
    rules.choose(share, Choice.BACK)
    db.session.commit()
    assert held("suspense:") == share.paid
    assert db.session.query(PaymentCase).filter_by(kind=CaseKind.REFUND_DUE).one().attempt_id is not None
    cards.deliver(cards.fake.refund(session))
    assert (held("suspense:"), held("stripe") + held("fee:")) == (0, 0)  # the card company keeps its fee
    in_order()


def test_or_the_campaign_that_the_pledge_stands_for_now(cards, card_pledge, a_departure, a_campaign, in_order):
    session, share = left_share(cards, card_pledge, a_departure)
    other = a_campaign(needs=[("Fees", 900_000)])
    rules.choose(share, Choice.ANOTHER, other)
    db.session.commit()
    cards.deliver(cards.fake.refund(session))
    db.session.expire_all()
    assert db.session.get(Campaign, other.id).received == 0
    in_order()
