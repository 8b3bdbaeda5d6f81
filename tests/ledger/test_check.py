"""The check finds what does not add up."""

import pytest
import sqlalchemy as sa

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.ledger import rules

pytestmark = pytest.mark.both_databases


@pytest.fixture
def book(app: object) -> None:
    """Two movements between three accounts."""
    bank, campaign, school = (rules.account(code, "EUR") for code in ("bank:1:EUR", "campaign:1", "school:1"))
    rules.move(Money(5000, "EUR"), source=bank, target=campaign, cause=("receipt", "1"))
    rules.move(Money(2000, "EUR"), source=campaign, target=school, cause=("disbursement", "1"))
    db.session.commit()


def test_a_true_book_has_no_problems(book):
    assert rules.problems() == []


def test_an_empty_book_has_none_either(app):
    assert rules.problems() == []


def test_a_balance_that_somebody_changed_is_found(book):
    db.session.execute(sa.text("UPDATE ledger_account SET balance = balance + 1 WHERE code = 'campaign:1'"))
    assert rules.problems() == ["campaign:1: kept 3001, moved 3000", "EUR sums to 1"]


def test_two_changes_that_even_out_are_found(book):
    db.session.execute(sa.text("UPDATE ledger_account SET balance = balance + 1 WHERE code = 'campaign:1'"))
    db.session.execute(sa.text("UPDATE ledger_account SET balance = balance - 1 WHERE code = 'school:1'"))
    assert sorted(rules.problems()) == ["campaign:1: kept 3001, moved 3000", "school:1: kept 1999, moved 2000"]


def test_a_balance_on_an_account_that_nothing_ever_moved_is_found(book):
    rules.account("campaign:9", "EUR")
    db.session.execute(sa.text("UPDATE ledger_account SET balance = 7 WHERE code = 'campaign:9'"))
    assert "campaign:9: kept 7, moved 0" in rules.problems()


def test_each_currency_is_summed_by_itself(book):
    rules.account("bank:1:USD", "USD")
    db.session.execute(sa.text("UPDATE ledger_account SET balance = 5 WHERE code = 'bank:1:USD'"))
    db.session.execute(sa.text("UPDATE ledger_account SET balance = balance - 5 WHERE code = 'bank:1:EUR'"))
    problems = rules.problems()
    assert "USD sums to 5" in problems
    assert "EUR sums to -5" in problems
