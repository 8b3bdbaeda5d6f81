"""What arrives beyond need goes where its sponsor chose, and from there to a campaign, once, through the book."""

import re
from datetime import timedelta

import pytest

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.notice.models import Notice
from campaigns.payment.models import PaymentCase, Receipt
from campaigns.payment.rules import pool
from campaigns.payment.rules.check import problems
from campaigns.payment.rules.receive import receive
from campaigns.pledge import queries
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import Wishes
from campaigns.pledge.states import PledgeStatus, Surplus
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.grants.build import get_user


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 100_000)])


@pytest.fixture
def paid_too_much(campaign, a_pledge, lantern):
    """A pledge of €100 is paid with €130: `paid_too_much(Surplus.POOL)`."""

    def make(surplus, cause="bank:1", paid=130_00):
        pledge = a_pledge(campaign, 100_00)
        pledge.surplus = surplus
        db.session.commit()
        _pay(pledge, paid, cause, lantern)
        return pledge

    return make


def _pay(pledge, amount, cause, lantern):
    instalment = db.session.scalars(queries.whole(pledge.id)).one().instalments[0]
    receive(instalment, Money(amount, "EUR"), source=f"bank:{lantern.id}:EUR", cause=("payment", cause), by=None)
    db.session.commit()


@pytest.fixture
def kept(paid_too_much, lantern):
    """The account of the pool, with €30."""
    paid_too_much(Surplus.POOL)
    return db.session.query(LedgerAccount).filter_by(code=f"pool:{lantern.id}:EUR").one()


@pytest.fixture
def other(a_campaign):
    return a_campaign(slug="other", needs=[("Books", 20_00)], alias="Grey Owl")


def balance(code):
    db.session.expire_all()
    return db.session.query(LedgerAccount.balance).filter_by(code=code).scalar() or 0


def all_adds_up():
    return ledger.problems() == pledges.problems() == problems() == []


def test_unless_they_chose_it_waits_to_be_sent_back(paid_too_much, lantern):
    paid_too_much(Surplus.REFUND)

    assert balance(f"suspense:{lantern.id}:EUR") == 30_00
    assert db.session.query(PaymentCase).count() == 1


@pytest.mark.both_databases
def test_the_pool_gets_what_is_over_once_and_the_sponsor_is_told(paid_too_much, campaign, lantern):
    pledge = paid_too_much(Surplus.POOL)
    _pay(pledge, 130_00, "bank:1", lantern)

    assert balance(f"pool:{lantern.id}:EUR") == 30_00
    assert db.session.query(PaymentCase).count() == 0
    assert db.session.get(Campaign, campaign.id).received == 100_00
    letters = db.session.query(Notice).filter(Notice.key.startswith("payment.surplus")).all()
    assert [letter.to for letter in letters] == [pledge.email]
    assert "€30.00" in letters[0].subject
    assert "other students who wait" in letters[0].text
    assert all_adds_up()


def test_for_next_term_it_is_kept_by_campaign(paid_too_much, campaign):
    paid_too_much(Surplus.NEXT_TERM)

    assert balance(f"next_term:{campaign.id}") == 30_00
    assert "the next term of the students you support" in db.session.query(Notice).order_by(Notice.id.desc())[1].text


def test_what_comes_after_the_pledge_has_ended_goes_back_all_the_same(campaign, a_pledge, lantern):
    pledge = a_pledge(campaign, 100_00)
    pledge.surplus = Surplus.POOL
    pledges.withdraw(db.session.scalars(queries.whole(pledge.id)).one(), "cannot")
    _pay(pledge, 100_00, "bank:9", lantern)

    assert balance(f"suspense:{lantern.id}:EUR") == 100_00


@pytest.mark.both_databases
def test_given_to_a_campaign_it_is_a_pledge_of_the_community_that_is_paid(kept, other, tomas, lantern):
    pledge = pool.give(kept, other, Money(20_00, "EUR"), once="a", by=tomas)
    db.session.commit()

    assert (pledge.status, pledge.public_name) == (PledgeStatus.FULFILLED, lantern.name)
    found = db.session.get(Campaign, other.id)
    assert (found.pledged, found.received, found.state) == (20_00, 20_00, CampaignState.FUNDED)
    assert (balance(kept.code), balance(f"campaign:{other.id}")) == (10_00, 20_00)
    assert db.session.query(Movement).filter_by(kind="pool").one().actor_id == tomas.id
    assert not db.session.query(Notice).filter_by(to=tomas.email).count()
    assert db.session.query(Receipt).count() == 1
    assert all_adds_up()


def test_never_more_than_is_kept_nor_than_is_open(kept, other, tomas, a_campaign):
    with pytest.raises(pledges.MoreThanUncovered):
        pool.give(kept, other, Money(20_01, "EUR"), once="a", by=tomas)
    db.session.rollback()
    large = a_campaign(slug="large", needs=[("Books", 90_00)], alias="Blue Crane")
    with pytest.raises(ledger.Overdrawn):
        pool.give(kept, large, Money(30_01, "EUR"), once="b", by=tomas)
    db.session.rollback()
    assert all_adds_up()


def test_only_a_treasurer_gives(kept, other, amina):
    with pytest.raises(NotAllowed):
        pool.give(kept, other, Money(1_00, "EUR"), once="a", by=amina)


def test_not_to_a_campaign_of_another_community(kept, tomas, harbour, a_campaign):
    theirs = a_campaign(slug="theirs", community=harbour, alias="Blue Crane")
    kept_id = kept.id
    with pytest.raises((NotAllowed, pool.NotForThis)):
        pool.give(db.session.get(LedgerAccount, kept_id), theirs, Money(1_00, "EUR"), once="a", by=tomas)


def test_what_is_for_next_term_goes_to_the_same_students_only(paid_too_much, campaign, other, tomas):
    paid_too_much(Surplus.NEXT_TERM)
    account = db.session.query(LedgerAccount).filter_by(code=f"next_term:{campaign.id}").one()
    with pytest.raises(pool.NotForThis):
        pool.give(account, other, Money(5_00, "EUR"), once="a", by=tomas)
    db.session.rollback()
    lines = [db.session.query(BudgetLine).filter_by(campaign_id=each.id).one() for each in (campaign, other)]
    needs = [db.session.get(type(line).need.property.mapper.class_, line.need_id) for line in lines]
    needs[1].application_id = needs[0].application_id
    db.session.commit()

    assert pool.give(account, other, Money(5_00, "EUR"), once="b", by=tomas).campaign_id == other.id


@pytest.mark.both_databases
@pytest.mark.usefixtures("tomas")
def test_a_double_click_gives_once(app, kept, other):
    account_id, campaign_id = kept.id, other.id

    def click():
        account, campaign = db.session.get(LedgerAccount, account_id), db.session.get(Campaign, campaign_id)
        return pool.give(account, campaign, Money(10_00, "EUR"), once="same", by=get_user("tomas")).id

    answers = at_once(app, *[committed(click)] * 3)

    assert len(set(answers)) == 1
    assert balance(f"campaign:{campaign_id}") == 10_00
    assert db.session.query(Pledge).filter_by(once="same").count() == 1
    assert all_adds_up()


def test_the_choice_is_asked_when_confirming_and_can_be_changed(app, campaign, a_pledge):
    browser = app.test_client()
    offer = pledges.Offer(Money(50_00, "EUR"), "Petra", "petra@example.org")
    pledges.promise(campaign.id, offer, once="a")
    db.session.commit()
    confirm = re.search(r"/p/confirm/\S+", db.session.query(Notice).one().text)[0]
    own = submit(browser, confirm, follow=True, shown="anonymous", updates="no", surplus="pool")
    assert "Kept for students who wait" in own.text
    change = re.search(r'href="(/p/[^"]+/change[^"]+)"', own.text)[1]
    changed = submit(browser, change, follow=True, shown="anonymous", updates="no", surplus="refund")
    assert "It goes back to you" in changed.text


def test_from_the_money_page_to_the_public_books(kept, other, tomas, sign_in, app):
    client = sign_in(tomas)
    assert "€30.00" in client.get("/a/lantern/money/pool").text
    path = f"/a/lantern/money/pool/{kept.id}"
    too_much = submit(client, path, campaign=str(other.id), amount="20.01")
    assert too_much.status_code == 422
    given = submit(client, path, follow=True, campaign=str(other.id), amount="20")
    assert "It is with the campaign now." in given.text
    assert "From what sponsors gave beyond need" in app.test_client().get("/c/other/ledger").text


def test_the_check_finds_a_gift_without_its_pledge(kept, other, tomas):
    pledge = pool.give(kept, other, Money(20_00, "EUR"), once="a", by=tomas)
    pledge.ref = "NOBODYS"
    db.session.flush()

    assert any("given from the pool" in problem for problem in problems())


def test_a_wish_is_kept_from_the_confirmation_on(campaign):
    offer = pledges.Offer(Money(50_00, "EUR"), "Petra", "petra@example.org")
    pledge = pledges.make(campaign.id, offer, Wishes(surplus=Surplus.NEXT_TERM), once="a")

    assert pledge.surplus is Surplus.NEXT_TERM
    assert pledge.created_at > clock.now() - timedelta(minutes=1)
