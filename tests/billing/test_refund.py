"""Money that goes back after it was invoiced, receipted and paid: the paper follows."""

from campaigns.billing.models import BillingDocument
from campaigns.billing.rules.credit import credit_what_ended
from campaigns.billing.states import Kind
from campaigns.cli import check
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.payment.models import Receipt
from campaigns.payment.queries import papers
from campaigns.payment.rules import refunds
from campaigns.payment.rules.papers import statement as rules
from campaigns.payment.rules.refunds import Wish
from campaigns.payment.states import RefundReason
from campaigns.pledge.states import Method


def test_a_refund_is_taken_off_the_invoice_and_told_in_the_year(cards, bill, legal, a_campaign, a_pledge, tomas):
    pledge = a_pledge(a_campaign(), 50_00, method=Method.CARD)
    invoice, email = bill(pledge).id, pledge.email
    cards.pay(pledge)
    tomas.second_factor = tomas.reauthenticated = True
    wish = Wish(Money(20_00, "EUR"), RefundReason.SPONSOR_ASKED)
    made = refunds.ask(db.session.query(Receipt).one(), wish, once="a", by=tomas)
    db.session.commit()
    refunds.send(made.id)
    credit_what_ended()
    credit_what_ended()

    note = db.session.query(BillingDocument).filter_by(kind=Kind.CREDIT_NOTE).one()
    assert (note.corrects_id, note.amount) == (invoice, 20_00)
    assert rules.statement(papers.of_address(email), clock.today().year, email).totals == {"EUR": (50_00, 20_00)}
    db.session.rollback()
    assert check.problems() == []
