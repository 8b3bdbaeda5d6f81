"""Credit notes: the only way in which something that was issued is taken back."""

import pytest

from campaigns.billing import queries, rules
from campaigns.billing.models import BillingDocument
from campaigns.billing.rules import check
from campaigns.billing.rules.credit import NothingLeft, credit_what_ended
from campaigns.billing.states import Kind
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.states import InstalmentState
from tests.billing.conftest import text_of
from tests.cast.crowd import at_once, committed
from tests.cast.letters import letters_to


def cancel(invoice, by, once="cancel", commit=True):
    note = rules.cancel(db.session.get(BillingDocument, invoice.id), "Wrong order number", once=once, by=by)
    if commit:
        db.session.commit()
    return note


def standing(invoice):
    return sum(row.amount for row in db.session.execute(queries.standing_of(invoice.id)))


def test_a_credit_note_takes_an_invoice_back(bill, pledge, tomas):
    invoice = bill(pledge)
    note = cancel(invoice, tomas)

    assert note.label.startswith("CR-")
    assert note.label.endswith("-0001")
    assert (note.corrects_id, note.money, note.due_on) == (invoice.id, invoice.money, None)
    assert "Wrong order number" in text_of(note)
    assert f"This corrects Invoice {invoice.label} of" in text_of(note)
    assert note.label in letters_to(pledge.email)[-1].subject
    assert check.problems() == []


def test_after_it_the_same_can_be_invoiced_again(bill, pledge, tomas):
    cancel(bill(pledge), tomas)

    assert bill(pledge).number == 2
    assert check.problems() == []


def test_an_invoice_is_cancelled_once(bill, pledge, tomas):
    invoice = bill(pledge)
    first = cancel(invoice, tomas)

    assert cancel(invoice, tomas).id == first.id
    with pytest.raises(NothingLeft):
        cancel(invoice, tomas, once="again")


@pytest.mark.both_databases
def test_of_two_who_cancel_at_once_one_is_refused(app, bill, pledge, tomas):
    from campaigns.account.models import User

    invoice, who = bill(pledge).id, tomas.id

    def act(once):
        by = db.session.get(User, who)
        by.second_factor = True
        return cancel(db.session.get(BillingDocument, invoice), by, once, commit=False).number

    done = at_once(app, committed(lambda: act("one")), committed(lambda: act("two")))
    assert {type(each) for each in done} == {int, NothingLeft}
    assert check.problems() == []


def test_only_the_treasurer_cancels(bill, pledge, amina):
    with pytest.raises(NotAllowed):
        cancel(bill(pledge), amina)


def test_a_pledge_that_is_taken_back_takes_its_invoice_back(bill, pledge, a_campaign, a_pledge):
    other = a_pledge(a_campaign(), 20_00)
    invoice = bill(pledge, other)
    pledge_rules.withdraw(db.session.scalars(pledges.whole(other.id)).one(), "Changed our minds")
    db.session.commit()
    credit_what_ended()
    credit_what_ended()

    note = db.session.query(BillingDocument).filter_by(kind=Kind.CREDIT_NOTE).one()
    assert (note.corrects_id, note.amount) == (invoice.id, 20_00)
    assert standing(invoice) == 500_00


def test_what_was_paid_of_it_stays_invoiced(bill, pledge):
    invoice = bill(pledge)
    whole = db.session.scalars(pledges.whole(pledge.id)).one()
    pledge_rules.settle(whole.instalments[0], Money(200_00, "EUR"))
    pledge_rules.withdraw(whole, "No more")
    db.session.commit()
    credit_what_ended()

    assert standing(invoice) == 200_00
    assert check.problems() == []


def test_a_pledge_that_stands_keeps_its_invoice(bill, pledge):
    invoice = bill(pledge)
    credit_what_ended()

    assert standing(invoice) == 500_00


def test_what_went_back_after_it_was_paid_is_taken_off(bill, pledge):
    invoice = bill(pledge)
    whole = db.session.scalars(pledges.whole(pledge.id)).one()
    pledge_rules.settle(whole.instalments[0], Money(500_00, "EUR"))
    whole.instalments[0].move_to(InstalmentState.RETURNED)
    whole.instalments[0].paid_at = None
    db.session.commit()
    credit_what_ended()

    assert standing(invoice) == 0


@pytest.mark.both_databases
def test_two_sweeps_at_once_take_it_back_once(app, bill, pledge):
    bill(pledge)
    pledge_rules.withdraw(db.session.scalars(pledges.whole(pledge.id)).one(), "Changed our minds")
    db.session.commit()
    at_once(app, credit_what_ended, credit_what_ended)

    assert db.session.query(BillingDocument).filter_by(kind=Kind.CREDIT_NOTE).count() == 1
    assert check.problems() == []
