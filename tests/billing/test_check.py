"""`check` sees what no rule would have written."""

import pytest
import sqlalchemy as sa

from campaigns.billing.models import BillingContent, BillingDocument, BillingLine
from campaigns.billing.rules.check import problems
from campaigns.kit import db


@pytest.fixture
def forge(bill, pledge):
    """Change what is frozen, behind the triggers' back."""
    bill(pledge)

    def change(statement):
        db.session.execute(sa.text("DROP TRIGGER billing_document_no_update"))
        db.session.execute(sa.text("DROP TRIGGER billing_line_no_update"))
        db.session.execute(statement)
        db.session.commit()
        return problems()

    return change


def test_it_finds_a_gap(forge):
    assert any("1 up to 3" in each for each in forge(sa.update(BillingDocument).values(number=3)))


def test_it_finds_a_sum_that_is_none(forge):
    assert any("its lines 50000" in each for each in forge(sa.update(BillingDocument).values(amount=1)))


def test_it_finds_words_that_were_changed(forge):
    assert any("not what was issued" in each for each in forge(sa.update(BillingContent).values(content="{}")))


def test_it_finds_words_that_are_gone(forge):
    assert any("not what was issued" in each for each in forge(sa.delete(BillingContent)))


def test_it_finds_an_instalment_on_two_invoices(forge, bill, pledge, a_campaign, a_pledge):
    bill(a_pledge(a_campaign(), 20_00, email="other@example.org"))
    instalment = db.session.query(BillingLine.instalment_id).first()[0]

    assert any(
        "stands on 2 invoices" in each for each in forge(sa.update(BillingLine).values(instalment_id=instalment))
    )


def test_it_finds_nothing_where_all_is_well(bill, pledge):
    bill(pledge)
    assert problems() == []
