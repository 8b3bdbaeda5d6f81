"""A pledge's own page, for whoever holds its link."""

import pytest

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import db, links
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice, Subscription
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Allocation
from campaigns.pledge.rules import NothingToEnd
from campaigns.pledge.states import InstalmentState, PledgeStatus
from tests.cast.browser import submit
from tests.cast.queries import at_most


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


@pytest.fixture
def pledge(campaign, a_pledge):
    return a_pledge(campaign, 950_00)


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def url(pledge, page=""):
    return f"/p/{pledge.ref}{page}?k={links.sign('pledge', pledge.ref)}"


@pytest.mark.parametrize("page", ["", "/change", "/withdraw"])
@pytest.mark.parametrize("key", ["", "x", "ZZZZ.abc"])
def test_without_the_link_there_is_nothing_here(client, pledge, page, key):
    assert client.get(f"/p/{pledge.ref}{page}?k={key}").status_code == 404


def test_the_link_of_another_pledge_opens_nothing(client, campaign, pledge, a_pledge):
    other = a_pledge(campaign, 10_00)

    assert client.get(f"/p/{pledge.ref}?k={links.sign('pledge', other.ref)}").status_code == 404
    assert client.get(f"/p/{pledge.ref}?k={links.sign('pledge.sent', pledge.ref)}").status_code == 404


@pytest.mark.both_databases
def test_the_page_says_how_to_pay(client, pledge):
    page = client.get(url(pledge)).text

    reference = now(pledge).instalments[0].reference
    assert f'<bdi class="ref">{reference}</bdi>' in page
    assert "DE89 3704 0044 0532 0130 00" in page
    assert "Lantern e.V." in page
    assert '<svg role="img"' in page
    assert "Receipts" not in page


def test_where_no_account_is_known_the_page_says_that_the_community_writes(client, lantern, pledge):
    lantern.iban = None
    db.session.commit()

    page = client.get(url(pledge)).text
    assert "will write to you with its bank account" in page
    assert "<svg role" not in page


def test_a_paid_pledge_shows_its_receipt_and_nothing_to_pay(client, pledge):
    rules.settle(now(pledge).instalments[0], pledge.money)
    db.session.commit()

    page = client.get(url(pledge)).text
    assert "Your money has arrived" in page
    assert f"/p/{pledge.ref}/receipt/1.pdf?k=" in page
    assert "How to pay" not in page
    assert "Take the pledge back" not in page


def test_a_short_payment_leaves_the_rest_to_pay_with_its_own_reference(client, pledge):
    rules.settle(now(pledge).instalments[0], Money(400_00, "EUR"))
    db.session.commit()

    page = client.get(url(pledge)).text
    assert "€550.00</bdi> is still due" in page
    assert now(pledge).instalments[1].reference in page
    assert "Take the rest back" in page


def test_the_chain_shows_how_far_the_money_has_come(client, pledge):
    rules.settle(now(pledge).instalments[0], pledge.money)
    line = db.session.query(BudgetLine).order_by(BudgetLine.id).first()
    line.disbursed = line.amount
    db.session.commit()

    page = client.get(url(pledge)).text
    assert "for a part of what your pledge stands for" in page
    assert "Confirmed by the school" in page


def test_the_page_asks_the_database_little_however_many_lines_it_covers(client, a_campaign, a_pledge):
    many = a_campaign(needs=[(f"Need {number}", 10_00) for number in range(30)])
    pledge = a_pledge(many, 300_00)
    page = url(pledge)
    db.session.remove()

    with at_most(12):
        client.get(page)


def test_a_promise_that_is_not_confirmed_points_to_the_mailbox(client, campaign, a_pledge):
    promise = a_pledge(campaign, 10_00, confirmed=False)

    page = client.get(url(promise)).text
    assert "Check your e-mail" in page
    assert "IBAN" not in page


def test_how_one_is_shown_can_be_changed_and_the_campaigns_page_changes_with_it(client, campaign, pledge):
    before = campaign.version
    answer = submit(client, url(pledge, "/change"), shown="anonymous", updates="no")

    assert answer.status_code == 303
    assert now(pledge).public_name == "Anonymous"
    db.session.refresh(campaign)
    assert campaign.version == before + 1


def test_updates_can_be_switched_off_and_on_again(client, campaign, pledge):
    notice.subscribe(f"campaign:{campaign.id}", pledge.email, confirmed=True)
    db.session.commit()

    submit(client, url(pledge, "/change"), shown="name", updates="no")
    assert db.session.query(Subscription).one().ended_at is not None
    submit(client, url(pledge, "/change"), shown="name", updates="yes")
    db.session.expire_all()
    assert db.session.query(Subscription).one().ended_at is None
    assert now(pledge).wants_updates is True


def test_taking_back_needs_a_reason_and_keeps_what_was_typed(client, pledge):
    assert "Give the reason" in submit(client, url(pledge, "/withdraw"), reason=" ").text
    answer = submit(client, url(pledge, "/withdraw"), reason="r" * 201)

    assert answer.status_code == 422
    assert "r" * 201 in answer.text
    assert now(pledge).status is PledgeStatus.CONFIRMED


def test_a_pledge_that_is_taken_back_gives_its_lines_back(client, campaign, pledge):
    answer = submit(client, url(pledge, "/withdraw"), reason="Our budget was cut.", follow=True)

    assert "You took this pledge back" in answer.text
    taken_back = now(pledge)
    assert (taken_back.status, taken_back.end_reason) == (PledgeStatus.WITHDRAWN, "Our budget was cut.")
    assert taken_back.instalments[0].state is InstalmentState.CANCELLED
    db.session.refresh(campaign)
    assert (campaign.pledged, campaign.sponsor_count) == (0, 0)
    assert db.session.query(Allocation).count() == 0
    assert rules.problems() == []


def test_only_the_unpaid_part_is_taken_back_the_last_lines_first(client, campaign, pledge):
    rules.settle(now(pledge).instalments[0], Money(910_00, "EUR"))
    db.session.commit()

    submit(client, url(pledge, "/withdraw"), reason="Not more than this.")

    kept = now(pledge)
    assert (kept.status, kept.amount) == (PledgeStatus.FULFILLED, 910_00)
    assert [part for (part,) in db.session.query(Allocation.amount).order_by(Allocation.line_id)] == [900_00, 10_00]
    db.session.refresh(campaign)
    assert (campaign.pledged, campaign.sponsor_count) == (910_00, 1)
    assert rules.problems() == []


def test_a_funded_campaign_is_open_again_when_a_pledge_is_taken_back(campaign, pledge, a_pledge):
    last = a_pledge(campaign, 50_00)
    campaign.state = CampaignState.FUNDED
    db.session.commit()

    rules.withdraw(now(last), "Changed our mind.")

    assert db.session.query(Campaign).one().state is CampaignState.LIVE


def test_what_is_paid_cannot_be_taken_back(pledge):
    rules.settle(now(pledge).instalments[0], pledge.money)

    with pytest.raises(NothingToEnd):
        rules.withdraw(now(pledge), "Too late.")
    assert now(pledge).status is PledgeStatus.FULFILLED


def test_taking_back_twice_changes_nothing_more(client, campaign, pledge):
    shown = client.get(url(pledge, "/withdraw"))
    submit(client, url(pledge, "/withdraw"), reason="Once.")

    again = submit(client, url(pledge, "/withdraw"), reason="Twice.")
    assert shown.status_code == 200
    assert again.status_code == 422
    assert "Nothing of this pledge is open any more" in again.text
    db.session.refresh(campaign)
    assert campaign.pledged == 0


def test_the_sponsor_is_told_that_nothing_is_due_any_more(client, pledge):
    submit(client, url(pledge, "/withdraw"), reason="Once.")

    letter = db.session.query(Notice).one()
    assert letter.to == pledge.email
    assert "Nothing more is due from you" in letter.text


def test_the_page_is_neither_cached_nor_indexed(client, pledge):
    answer = client.get(url(pledge))

    assert "private" in answer.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in answer.text
