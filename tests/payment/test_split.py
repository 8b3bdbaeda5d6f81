"""One payment pays several pledges, or only a part."""

import pytest

from campaigns.campaign.models import Campaign
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.ledger.models import LedgerAccount
from campaigns.ledger.rules import problems as unbalanced
from campaigns.payment.models import BankEntry, BankEntryShare, PaymentCase, Receipt
from campaigns.payment.rules import entries as rules
from campaigns.payment.rules import shares
from campaigns.payment.rules.check import problems
from campaigns.payment.rules.entries import ConfirmedBefore
from campaigns.payment.rules.receive import OtherCurrency
from campaigns.payment.rules.shares import NotAllOfIt, NothingChosen
from campaigns.payment.states import Because, EntryState
from campaigns.pledge import queries
from campaigns.pledge.states import PledgeStatus
from tests.cast.browser import submit
from tests.payment.samples import stand_entry

ENTRIES = "/a/lantern/money/entries"


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 1_000_000)])


@pytest.fixture
def other(a_campaign):
    return a_campaign(needs=[("Books", 500_000)])


@pytest.fixture
def pledges(campaign, other, a_pledge):
    """Two of one company, for two campaigns."""
    lumen = {"name": "Petra Lumen", "organisation": "Lumen GmbH"}
    return a_pledge(campaign, 50_00, **lumen), a_pledge(other, 30_00, **lumen)


@pytest.fixture
def an_entry(lantern):
    def make(remittance="", amount=80_00, **said):
        return stand_entry(lantern.id, remittance, amount, **said)

    return make


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id).execution_options(populate_existing=True)).one()


def due(pledge):
    return now(pledge).instalments[-1]


def euros(amount):
    return Money(amount, "EUR")


def both(pledges, first=50_00, second=30_00):
    return {due(pledges[0]): euros(first), due(pledges[1]): euros(second)}


def fresh(entry):
    db.session.expire_all()
    return db.session.get(BankEntry, entry.id)


def quoting(*pledges):
    return " ".join(due(each).reference for each in pledges)


def test_two_references_that_come_to_the_amount_are_proposed_together(pledges, an_entry):
    entry = fresh(an_entry(quoting(*pledges)))

    assert (entry.state, entry.proposed_because) == (EntryState.PROPOSED, Because.SEVERAL)
    assert sorted(each.amount for each in db.session.query(BankEntryShare)) == [30_00, 50_00]


def test_two_references_that_come_to_another_amount_wait_for_somebody_to_look(pledges, an_entry, lantern, tomas):
    entry = fresh(an_entry(quoting(*pledges), amount=70_00))

    assert entry.proposed_because is Because.REFERENCE
    assert db.session.query(BankEntryShare).count() == 0
    assert rules.confirm_sure(lantern, by=tomas) == 0


@pytest.mark.both_databases
def test_all_that_are_sure_are_confirmed_and_each_pledge_gets_its_part(pledges, an_entry, lantern, tomas):
    an_entry(quoting(*pledges))
    assert rules.confirm_sure(lantern, by=tomas) == 1
    db.session.commit()

    assert [now(each).status for each in pledges] == [PledgeStatus.FULFILLED] * 2
    assert sorted(each.received for each in db.session.query(Campaign)) == [30_00, 50_00]
    assert sorted(each.amount for each in db.session.query(Receipt)) == [30_00, 50_00]
    assert problems() == unbalanced() == []


@pytest.mark.both_databases
def test_a_treasurer_splits_an_entry_on_its_page_and_confirms_it(sign_in, tomas, pledges, an_entry):
    treasurer, entry = sign_in(tomas), an_entry("Thank you", payer="Lumen")
    page = f"{ENTRIES}/{entry.id}/split"
    amounts = {f"pays_{due(pledges[0]).id}": "50", f"pays_{due(pledges[1]).id}": "30"}

    assert submit(treasurer, page, **amounts).status_code == 303
    assert 'Lumen GmbH, <bdi class="money">€50' in treasurer.get(ENTRIES).text
    assert submit(treasurer, ENTRIES, to=f"{ENTRIES}/{entry.id}/confirm").status_code == 303
    assert [now(each).status for each in pledges] == [PledgeStatus.FULFILLED] * 2
    assert "Lumen GmbH" in treasurer.get(f"{ENTRIES}?state=confirmed").text


def test_shares_that_do_not_come_to_the_amount_keep_what_was_typed(sign_in, tomas, pledges, an_entry):
    treasurer, entry = sign_in(tomas), an_entry("Thank you", payer="Lumen")
    amounts = {f"pays_{due(pledges[0]).id}": "50", f"pays_{due(pledges[1]).id}": "12.34"}
    answer = submit(treasurer, f"{ENTRIES}/{entry.id}/split", **amounts)

    assert answer.status_code == 422
    assert "Together these are €62.34, so €17.66 of the entry is left." in answer.text
    assert 'value="12.34"' in answer.text
    assert fresh(entry).state is EntryState.UNMATCHED


def test_what_is_due_is_found_by_its_sponsor_s_name(sign_in, tomas, pledges, campaign, a_pledge, an_entry):
    far = a_pledge(campaign, 999_00, name="Quentin Far")
    treasurer, entry = sign_in(tomas), an_entry("Thank you", payer="Lumen")

    assert due(far).reference not in treasurer.get(f"{ENTRIES}/{entry.id}/split").text
    assert due(far).reference in treasurer.get(f"{ENTRIES}/{entry.id}/split?find=quentin").text
    assert "Nothing that is due fits this" in treasurer.get(f"{ENTRIES}/{entry.id}/split?find=nobody").text


@pytest.mark.both_databases
def test_a_part_of_one_and_all_of_another_leaves_the_rest_due(pledges, an_entry, tomas):
    entry = an_entry("Thank you", amount=60_00)
    shares.split(fresh(entry), both(pledges, 30_00, 30_00), by=tomas)
    rules.confirm(entry, by=tomas)
    db.session.commit()

    assert now(pledges[0]).status is PledgeStatus.IN_PROGRESS
    assert due(pledges[0]).amount == 20_00
    assert now(pledges[1]).status is PledgeStatus.FULFILLED
    assert problems() == unbalanced() == []


def test_what_is_more_than_due_is_put_aside_with_a_case(pledges, an_entry, tomas, lantern):
    entry = an_entry("Thank you", amount=100_00)
    shares.split(fresh(entry), both(pledges, 50_00, 50_00), by=tomas)
    rules.confirm(entry, by=tomas)
    db.session.commit()

    assert db.session.query(PaymentCase).one().amount == 20_00
    suspense = db.session.query(LedgerAccount).filter_by(code=f"suspense:{lantern.id}:EUR").one()
    assert suspense.balance == 20_00
    assert problems() == unbalanced() == []


def test_one_that_is_changed_to_a_single_pledge_forgets_its_shares(pledges, an_entry, tomas):
    entry = an_entry(quoting(*pledges))
    rules.choose(fresh(entry), due(pledges[0]), by=tomas)
    db.session.commit()

    assert db.session.query(BankEntryShare).count() == 0
    assert fresh(entry).instalment_id == due(pledges[0]).id


def test_one_that_is_set_aside_forgets_its_shares(pledges, an_entry, tomas):
    entry = an_entry(quoting(*pledges))
    rules.ignore(fresh(entry), "a membership fee", by=tomas)
    db.session.commit()

    assert db.session.query(BankEntryShare).count() == 0
    assert fresh(entry).instalment_id is None


def test_a_split_that_names_nothing_is_refused(pledges, an_entry, tomas):
    with pytest.raises(NothingChosen):
        shares.split(an_entry("Thank you"), {}, by=tomas)


def test_more_than_the_entry_has_is_refused(pledges, an_entry, tomas):
    with pytest.raises(NotAllOfIt, match=r"€0.01 more than the entry has"):
        shares.split(an_entry("Thank you"), both(pledges, 50_01), by=tomas)


def test_another_currency_is_refused(a_campaign, a_pledge, pledges, an_entry, tomas):
    entry = an_entry("Thank you", currency="USD")
    with pytest.raises(OtherCurrency):
        shares.split(entry, both(pledges), by=tomas)


def test_nobody_splits_what_is_confirmed(pledges, an_entry, tomas):
    entry = an_entry(quoting(*pledges))
    rules.confirm(fresh(entry), by=tomas)
    db.session.commit()

    with pytest.raises(ConfirmedBefore):
        shares.split(entry, both(pledges), by=tomas)


def test_an_organiser_does_not_split_entries(pledges, an_entry, otto):
    with pytest.raises(NotAllowed):
        shares.split(an_entry("Thank you"), both(pledges), by=otto)


def test_a_share_without_its_money_is_told_by_the_check(pledges, an_entry, tomas):
    entry = an_entry(quoting(*pledges))
    rules.confirm(fresh(entry), by=tomas)
    db.session.query(BankEntryShare).filter_by(amount=30_00).update({"amount": 29_00})
    db.session.commit()

    assert problems() == [f"bank entry {entry.id} of {entry.organisation_id}: confirmed, not booked"]
