"""Two treasurers, and a bank that tells of the same money twice, at the very same moment."""

from functools import partial

import pytest

from campaigns.account import queries as accounts
from campaigns.account.states import Role
from campaigns.campaign.models import Campaign
from campaigns.community.models import Community
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.models import BankEntry, Receipt
from campaigns.payment.rules import entries
from campaigns.payment.rules.check import problems
from campaigns.payment.rules.entries import ConfirmedBefore, KnownEntry, Seen
from campaigns.payment.rules.receive import receive
from campaigns.payment.states import Because, EntryState
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.models import Instalment
from tests.cast.crowd import at_once, committed

pytestmark = pytest.mark.both_databases


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 1_000_000)])


@pytest.fixture
def tilda(a_user, lantern):
    """Another treasurer."""
    return a_user("Tilda", (Role.TREASURER, lantern))


def first(pledge):
    return db.session.scalars(pledges.whole(pledge.id)).one().instalments[0]


def an_entry(pledge, fingerprint="a" * 64):
    entry = BankEntry(
        organisation_id=pledge.organisation_id,
        fingerprint=fingerprint,
        booked_on=clock.today(),
        amount=pledge.amount,
        currency=pledge.currency,
        state=EntryState.PROPOSED,
        proposed_because=Because.EXACT,
        instalment_id=first(pledge).id,
    )
    db.session.add(entry)
    db.session.commit()
    return entry


def somebody(email):
    by = db.session.scalars(accounts.by_email(email)).one()
    by.second_factor = True
    return by


def all_adds_up():
    return ledger.problems() == pledge_rules.problems() == problems() == []


def test_two_treasurers_confirm_one_entry_and_the_second_is_told_kindly(app, campaign, a_pledge, tomas, tilda):
    entry_id = an_entry(a_pledge(campaign, 100_00)).id

    def press(email):
        return entries.confirm(db.session.get_one(BankEntry, entry_id), by=somebody(email))[0].number

    acts = [committed(partial(press, person.email)) for person in (tomas, tilda)]
    answers = at_once(app, *acts)

    late = [answer for answer in answers if isinstance(answer, ConfirmedBefore)]
    assert len(late) == 1
    assert "confirmed this entry" in str(late[0])
    assert "The money was booked once" in str(late[0])
    assert db.session.query(Movement).count() == 1
    assert db.session.query(Campaign).one().received == 100_00
    assert all_adds_up()


def test_one_confirms_an_entry_while_the_other_confirms_them_all(app, campaign, a_pledge, lantern, tomas, tilda):
    ids = [an_entry(a_pledge(campaign, 100_00), str(number) * 64).id for number in range(4)]

    def one():
        return entries.confirm(db.session.get_one(BankEntry, ids[2]), by=somebody(tilda_email)) is not None

    def every():
        return entries.confirm_sure(db.session.get_one(Community, lantern_id), by=somebody(tomas_email))

    tomas_email, tilda_email, lantern_id = tomas.email, tilda.email, lantern.id
    answers = at_once(app, committed(one), committed(every))

    assert all(isinstance(answer, bool | int | ConfirmedBefore) for answer in answers), answers
    assert db.session.query(Movement).count() == 4
    assert {entry.state for entry in db.session.query(BankEntry)} == {EntryState.CONFIRMED}
    assert all_adds_up()


def test_the_same_payment_recorded_twice_by_hand_counts_once(app, campaign, a_pledge, tomas, tilda):
    pledge = a_pledge(campaign, 100_00)
    seen, reference = Seen(pledge.money, clock.today(), "BANK-1"), first(pledge).reference

    def record(email):
        select = pledges.unpaid(campaign_org).where(Instalment.reference == reference)
        instalment = db.session.scalars(select).one_or_none()
        return entries.record(instalment, seen, by=somebody(email)).id if instalment is not None else None

    campaign_org = campaign.organisation_id
    answers = at_once(app, *[committed(partial(record, person.email)) for person in (tomas, tilda)])

    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert all(answer is None or isinstance(answer, int | KnownEntry) for answer in answers), answers
    assert db.session.query(Movement).count() == 1
    assert all_adds_up()


def test_receipts_stay_without_gaps_when_many_payments_arrive_at_once(app, campaign, a_pledge):
    ids = [first(a_pledge(campaign, 10_00)).id for _ in range(8)]

    def arrive(instalment_id):
        source = f"bank:{organisation_id}:EUR"
        cause = ("payment", f"bank:{instalment_id}")
        instalment = db.session.get_one(Instalment, instalment_id)
        return receive(instalment, Money(10_00, "EUR"), source=source, cause=cause, by=None).number

    organisation_id = campaign.organisation_id
    numbers = at_once(app, *[committed(partial(arrive, each)) for each in ids])

    assert sorted(numbers) == list(range(1, 9))
    assert db.session.query(Receipt).count() == 8
    assert db.session.query(LedgerAccount).filter_by(code=f"campaign:{campaign.id}").one().balance == 80_00
    assert all_adds_up()


def test_the_same_cause_told_by_many_at_once_moves_money_once(app, campaign, a_pledge):
    instalment_id = first(a_pledge(campaign, 10_00)).id

    def arrive():
        instalment = db.session.get_one(Instalment, instalment_id)
        source, cause = f"bank:{organisation_id}:EUR", ("payment", "bank:the same")
        return receive(instalment, Money(10_00, "EUR"), source=source, cause=cause, by=None) is not None

    organisation_id = campaign.organisation_id
    answers = at_once(app, *[committed(arrive)] * 5)

    assert sorted(answers) == [False, False, False, False, True]
    assert db.session.query(Movement).count() == 1
    assert all_adds_up()


def test_money_arrives_while_the_pledge_is_taken_back(app, campaign, a_pledge):
    pledge_id = a_pledge(campaign, 100_00).id
    organisation_id = campaign.organisation_id

    def arrive():
        instalment = db.session.scalars(pledges.whole(pledge_id)).one().instalments[0]
        source, cause = f"bank:{organisation_id}:EUR", ("payment", "bank:1")
        return receive(instalment, Money(100_00, "EUR"), source=source, cause=cause, by=None) is not None

    def take_back():
        pledge_rules.withdraw(db.session.scalars(pledges.whole(pledge_id)).one(), "Changed our mind.")

    arrived, taken_back = at_once(app, committed(arrive), committed(take_back))

    # Whoever was first: the money either counts and nothing is left to take back, or it was put aside.
    assert arrived is isinstance(taken_back, pledge_rules.NothingToEnd)
    received = db.session.query(Campaign).one().received
    assert received == (100_00 if arrived else 0)
    assert all_adds_up()
