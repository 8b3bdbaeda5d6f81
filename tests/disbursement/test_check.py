"""`flask check` recomputes the figures; the Today page asks what waits."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement import queries, rules
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger


def test_sound_books_have_no_problems(a_payment):
    a_payment(DisbursementState.PROVEN)
    a_payment(DisbursementState.RELEASED)
    a_payment(DisbursementState.CANCELLED)
    a_payment()
    assert rules.problems() == []


def test_a_wrong_campaign_figure_is_found(a_payment):
    a_payment(DisbursementState.RELEASED)
    db.session.execute(sa.update(Campaign).values(disbursed=49_999))
    problems = rules.problems()
    assert "disbursed 49999, paid out 50000" in problems[0]
    assert "disbursed 49999, 50000 at schools in the book" in problems[1]


def test_a_wrong_line_figure_is_found(a_payment):
    a_payment(DisbursementState.PROVEN)
    db.session.execute(sa.update(BudgetLine).where(BudgetLine.proven > 0).values(proven=1))
    assert ["proven 1, receipted 50000" in problem for problem in rules.problems()] == [True]


def test_a_payment_that_the_book_does_not_know_is_found(a_payment, amina):
    payment = a_payment()
    payment.state, payment.released_by_id, payment.bank_reference = DisbursementState.RELEASED, amina.id, "TRX"
    db.session.flush()
    assert f"payment {payment.ref} is not in the book" in rules.problems()


def test_a_movement_without_a_payment_is_found(a_payment):
    payment = a_payment(DisbursementState.RELEASED)
    source = ledger.account(f"campaign:{payment.campaign_id}", "EUR")
    school = ledger.account(f"school:{payment.school_id}:EUR", "EUR")
    ledger.move(Money(100, "EUR"), source=source, target=school, cause=("disbursement", "NOBODY"))
    assert "the book has a payment NOBODY of nobody's" in rules.problems()


def test_today_shows_proposals_and_payments_without_a_receipt_for_two_weeks(a_payment, lantern, harbour):
    proposed, fresh = a_payment(), a_payment(DisbursementState.RELEASED)
    with clock.at(clock.now() - timedelta(days=15)):
        late = a_payment(DisbursementState.RELEASED)
        done = a_payment(DisbursementState.PROVEN)
    found = db.session.scalars(queries.waiting(lantern.id)).all()
    assert {payment.id for payment in found} == {proposed.id, late.id}
    assert not {fresh.id, done.id} & {payment.id for payment in found}
    assert found[0].campaign.title == "A nurse for Western Kenya"
    assert db.session.scalars(queries.waiting(harbour.id)).all() == []
