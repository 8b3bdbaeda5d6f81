"""One SEPA file orders what two people approved; it is the same however often it is taken."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from campaigns.account import queries as accounts
from campaigns.account.states import Role
from campaigns.campaign.models import Campaign
from campaigns.community.models import Community
from campaigns.disbursement import rules
from campaigns.disbursement.models import Disbursement, TransferBatch
from campaigns.disbursement.rules.batch import BadDay, HasLeft, IsVoid, NoBank, NothingToOrder, NotOrdered
from campaigns.disbursement.rules.propose import InFile, NotEnoughMoney
from campaigns.disbursement.rules.release import AlreadyReleased, NotYet
from campaigns.disbursement.rules.where import AccountChanged, NotSepa
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import IllegalMove, NotAllowed, ReauthenticationNeeded
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import Movement
from campaigns.student.models import SchoolAccount
from tests.cast.accounts import IBAN, OTHER_IBAN, pay_at
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
HOME = "/a/lantern/disbursements"


@pytest.fixture
def approved(a_payment, amina):
    """`approved()`: €500 that Tomas proposed and Amina approved for the next file."""

    def make(**given) -> Disbursement:
        payment = a_payment(**given)
        rules.approve(payment, by=amina)
        db.session.commit()
        return payment

    return make


@pytest.fixture
def order(tomas, lantern):
    """`order(payment)`: the file that Tomas makes for it."""

    def make(*payments: Disbursement, once: str | None = None, day=None) -> TransferBatch:
        community = db.session.get_one(Community, lantern.id)
        refs = [payment.ref for payment in payments]
        made = rules.make_batch(community, refs, day or clock.today(), once=once or crypto.token(), by=tomas)
        db.session.commit()
        return made

    return make


def sent() -> int:
    return db.session.query(Movement).filter_by(kind="disbursement").count()


def texts(batch: TransferBatch, path: str) -> list[str | None]:
    return [each.text for each in ElementTree.fromstring(batch.content).iterfind(f".//p:{path}", NS)]


def test_approved_money_is_set_apart_and_has_not_left(approved):
    payment = approved()
    campaign = db.session.get_one(Campaign, payment.campaign_id)
    assert (payment.state, payment.account_print is not None, sent()) == (DisbursementState.APPROVED, True, 0)
    assert (campaign.disbursed, rules.available(campaign).amount) == (0, 52_550)
    assert [left.amount for _, left in rules.open_lines(campaign.id)] == [40_000, 12_550]


def test_the_file_orders_each_payment_to_its_account(approved, order):
    first = approved()
    second = approved(amount=10_000, campaign=db.session.get_one(Campaign, first.campaign_id))
    batch = order(first, second)
    assert texts(batch, "InstdAmt") == ["500.00", "100.00"]
    assert texts(batch, "EndToEndId") == [first.ref, second.ref]
    assert texts(batch, "CdtrAcct/p:Id/p:IBAN") == [IBAN, IBAN]
    assert texts(batch, "GrpHdr/p:CtrlSum") == ["600.00"]
    assert texts(batch, "MsgId") == [batch.message_id]
    assert (batch.amount, batch.payments, batch.sha256) == (60_000, 2, crypto.digest(batch.content))
    assert rules.problems() == []


def test_the_file_is_sealed_at_rest(approved, order):
    order(approved())
    assert IBAN not in str(db.session.execute(sa.text("SELECT * FROM transfer_batch")).one())


def test_it_is_the_same_file_each_time_and_each_time_is_written_down(approved, order, tomas, amina):
    batch = order(approved())
    assert rules.download(batch, by=tomas) == rules.download(batch, by=tomas) == batch.content
    assert (batch.downloads, batch.downloaded_by_id) == (2, tomas.id)
    with pytest.raises(NotAllowed):
        rules.download(batch, by=amina)
    tomas.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        rules.download(batch, by=tomas)


def test_what_a_dispute_has_frozen_since_is_in_no_file(approved, order, monkeypatch):
    payment = approved()
    monkeypatch.setattr("campaigns.payment.queries.disputes.frozen", lambda _: sa.select(sa.literal(1_000_00)))

    with pytest.raises(NotEnoughMoney):
        order(payment)


def test_no_payment_is_in_two_files_and_a_double_click_makes_one(approved, order):
    payment = approved()
    assert order(payment, once="once") is order(payment, once="once")
    with pytest.raises(NothingToOrder):
        order(payment)
    with pytest.raises(NothingToOrder):
        order()


@pytest.mark.both_databases
def test_of_two_files_at_once_one_orders_it(app, approved, lantern):
    ref = approved().ref

    def make():
        by = db.session.scalars(accounts.by_email("tomas@example.org")).one()
        by.second_factor = by.reauthenticated = True
        community = db.session.get_one(Community, lantern_id)
        rules.make_batch(community, [ref], clock.today(), once=crypto.token(), by=by)

    lantern_id = lantern.id
    done = at_once(app, committed(make), committed(make))
    assert sorted(type(each).__name__ for each in done) == ["NoneType", "NothingToOrder"]
    assert db.session.query(TransferBatch).count() == 1


def test_the_bank_has_made_it_so_it_counts_as_sent(approved, order, tomas):
    payment = approved()
    order(payment)
    rules.settle(payment, bank_reference="TRX 1", paid_on=clock.today(), by=tomas)
    rules.settle(payment, bank_reference="TRX 1", paid_on=clock.today(), by=tomas)
    db.session.commit()
    assert (payment.state, payment.settled_by_id, sent()) == (DisbursementState.RELEASED, tomas.id, 1)
    assert db.session.get_one(Campaign, payment.campaign_id).disbursed == 50_000
    assert ledger.problems() == rules.problems() == []


@pytest.mark.both_databases
def test_settled_by_two_at_once_it_leaves_once(app, approved, order, a_user, lantern):
    other = a_user("Tessa", (Role.TREASURER, lantern)).email
    payment = approved()
    order(payment)
    payment_id = payment.id

    def act(email):
        def run():
            by = db.session.scalars(accounts.by_email(email)).one()
            by.second_factor = by.reauthenticated = True
            found = db.session.get_one(Disbursement, payment_id)
            rules.settle(found, bank_reference="TRX 1", paid_on=clock.today(), by=by)

        return committed(run)

    done = at_once(app, act("tomas@example.org"), act(other))
    assert sorted(type(each).__name__ for each in done) == [AlreadyReleased.__name__, "NoneType"]
    assert sent() == 1


def test_only_what_is_approved_is_settled_and_not_for_tomorrow(a_payment, approved, tomas, amina):
    with pytest.raises(NotOrdered):
        rules.settle(a_payment(), bank_reference="T", paid_on=clock.today(), by=tomas)
    payment = approved()
    with pytest.raises(NotYet):
        rules.settle(payment, bank_reference="T", paid_on=clock.today() + timedelta(days=1), by=tomas)
    with pytest.raises(NotAllowed):
        rules.settle(payment, bank_reference="T", paid_on=clock.today(), by=amina)
    with pytest.raises(IllegalMove):
        rules.release(payment, bank_reference="T", paid_on=clock.today(), by=amina)


def test_a_file_that_was_never_sent_is_voided_by_another_and_its_payments_go_into_the_next(
    approved, order, tomas, amina
):
    payment = approved()
    batch = order(payment)
    rules.download(batch, by=tomas)
    with pytest.raises(NotAllowed):
        rules.void(batch, reason="Lost.", by=tomas)
    rules.void(batch, reason="Lost.", by=amina)
    db.session.commit()
    with pytest.raises(IsVoid):
        rules.download(batch, by=tomas)
    with pytest.raises(IsVoid):
        rules.void(batch, reason="Again.", by=amina)
    again = order(payment)
    assert again.message_id != batch.message_id
    assert texts(again, "EndToEndId") == [payment.ref]
    assert rules.problems() == []


def test_a_file_of_which_something_has_left_is_never_void(approved, order, tomas, amina):
    payment = approved()
    batch = order(payment)
    rules.settle(payment, bank_reference="T", paid_on=clock.today(), by=tomas)
    with pytest.raises(HasLeft):
        rules.void(batch, reason="Lost.", by=amina)


def test_what_a_file_orders_is_not_cancelled(approved, order, tomas):
    payment = approved()
    order(payment)
    with pytest.raises(InFile):
        rules.cancel(payment, reason="No.", by=tomas)
    other = approved(amount=1_000, campaign=db.session.get_one(Campaign, payment.campaign_id))
    rules.cancel(other, reason="No.", by=tomas)
    assert other.state is DisbursementState.CANCELLED


def test_a_changed_account_keeps_it_out_of_the_file_until_both_have_agreed_anew(approved, order, tomas, amina):
    payment = approved()
    pay_at(db.session.get_one(Campaign, payment.campaign_id), OTHER_IBAN)
    db.session.commit()
    with pytest.raises(AccountChanged):
        order(payment)
    db.session.rollback()
    rules.look_again(payment, by=tomas)
    assert (payment.state, payment.released_by_id) == (DisbursementState.PROPOSED, None)
    rules.approve(payment, by=amina)
    assert texts(order(payment), "CdtrAcct/p:Id/p:IBAN") == [OTHER_IBAN]


@pytest.mark.parametrize(
    "account", [{"iban": None, "number": "1", "bank": "B"}, {"iban": "BR150000000000001093284081"}]
)
def test_what_sepa_does_not_reach_is_ordered_by_hand(a_payment, amina, account):
    payment = a_payment()
    db.session.execute(sa.update(SchoolAccount).values(**account))
    db.session.expire_all()
    with pytest.raises(NotSepa):
        rules.approve(payment, by=amina)


def test_a_file_needs_our_own_account_and_a_day(approved, order, lantern):
    payment = approved()
    for day in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=61)):
        with pytest.raises(BadDay):
            order(payment, day=day)
    db.session.get_one(Community, lantern.id).iban = None
    with pytest.raises(NoBank):
        order(payment)


def test_the_check_finds_a_file_that_orders_another_sum(approved, order):
    batch = order(approved())
    db.session.execute(sa.update(TransferBatch).values(amount=1))
    assert f"file {batch.ref} orders another sum than its payments" in rules.problems()


def test_the_pages_lead_through_it(a_payment, tomas, amina, sign_in):
    payment = a_payment()
    second, browser = sign_in(amina), sign_in(tomas)
    url = f"{HOME}/{payment.ref}"
    assert submit(second, f"{url}/release", to=f"{url}/approve").status_code == 303
    page = browser.get(f"{HOME}/batches").text
    assert "€500.00 to Mwangaza Secondary" in page
    made = submit(browser, f"{HOME}/batches", payments=payment.ref, execute_on=clock.today().isoformat())
    assert made.status_code == 303
    file = submit(browser, made.location, to=f"{made.location}/download")
    assert (file.mimetype, "attachment" in file.headers["Content-Disposition"]) == ("application/xml", True)
    assert "not a new order" in browser.get(made.location).text
    assert submit(browser, made.location, to=f"{made.location}/download").status_code == 303
    again = submit(browser, made.location, to=f"{made.location}/download", again="y")
    assert again.data == file.data
    assert "Has the bank made the file" in browser.get("/a/lantern/").text
    day = clock.today().isoformat()
    done = submit(browser, f"{url}/settle", follow=True, bank_reference="TRX 7", paid_on=day)
    assert "Waits for the school’s receipt" in done.text
    assert "never given to the bank" in second.get(f"{made.location}/void").text


@pytest.mark.parametrize("who", ["amina", "marta", "victor", "safiya"])
def test_only_a_treasurer_orders_transfers(request, approved, lantern, who):
    payment = approved()
    community = db.session.get_one(Community, lantern.id)
    with pytest.raises(NotAllowed):
        rules.make_batch(community, [payment.ref], clock.today(), once="x", by=request.getfixturevalue(who))
    assert db.session.query(TransferBatch).count() == 0
