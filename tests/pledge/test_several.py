"""One pledge over several campaigns: split without losing a cent, confirmed once, lived part by part."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, links
from campaigns.kit.links import LinkSpent
from campaigns.kit.money import Money
from campaigns.kit.refs import is_creditor_reference
from campaigns.notice.models import Notice
from campaigns.payment.rules import entries, statement
from campaigns.payment.rules.files import open_file
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Pledge, PledgeGroup
from campaigns.pledge.queries import groups
from campaigns.pledge.rules import (
    BadChoice,
    ForOne,
    FullyCovered,
    MoreThanUncovered,
    Offer,
    OthersWereFaster,
    Share,
    Wishes,
    split,
)
from campaigns.pledge.states import PledgeStatus
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed


def euros(amount):
    return Money(amount, "EUR")


@pytest.fixture
def two(a_campaign):
    """A campaign for €900 and one for €100."""
    return [
        a_campaign(title="Fees", slug="fees", needs=[("Tuition", 900_00)]),
        a_campaign(title="Books", slug="books", needs=[("Books", 100_00)], alias="Copper Kite"),
    ]


OFFER = Offer(euros(0), "Sven", "sven@example.org", "Nordwind AG")


def promised(campaigns, *amounts, once="once"):
    shares = [Share(each.id, euros(amount)) for each, amount in zip(campaigns, amounts, strict=True)]
    group = rules.promise_several(campaigns[0].organisation_id, shares, OFFER, once=once)
    db.session.commit()
    return group


def token():
    letter = db.session.query(Notice).filter(Notice.key.startswith("pledge.confirm_group")).one()
    return re.search(r"/p/several/confirm/(\S+)", letter.text)[1]


def parts(group):
    whole = db.session.scalars(groups.whole(group.id)).one()
    return [(each.status.value, each.amount) for each in whole.pledges]


@given(
    total=st.integers(1, 10**7),
    uncovered=st.lists(st.integers(0, 10**6), min_size=1, max_size=20),
    by_need=st.booleans(),
)
def test_a_sum_is_split_without_losing_a_cent_and_nobody_gets_more_than_is_needed(total, uncovered, by_need):
    assume(total <= sum(uncovered))
    shares = split(euros(total), [euros(each) for each in uncovered], by_need=by_need)

    assert sum(share.amount for share in shares) == total
    assert all(0 <= share.amount <= most for share, most in zip(shares, uncovered, strict=True))


@pytest.mark.parametrize(
    ("total", "uncovered", "by_need", "shares"),
    [
        (100, [900, 900, 900], False, [34, 33, 33]),
        (100, [900, 100], True, [90, 10]),
        (400, [900, 100], False, [300, 100]),
        (1000, [900, 100], False, [900, 100]),
        (2, [900, 900, 900], False, [1, 1, 0]),
    ],
)
def test_evenly_or_by_need(total, uncovered, by_need, shares):
    found = split(euros(total), [euros(each) for each in uncovered], by_need=by_need)

    assert [share.amount for share in found] == shares


def test_more_than_all_of_them_need_is_refused():
    with pytest.raises(MoreThanUncovered):
        split(euros(1001), [euros(900), euros(100)], by_need=False)


@pytest.mark.both_databases
def test_until_the_one_mail_is_answered_no_part_counts(two):
    group = promised(two, 300_00, 50_00)

    assert parts(group) == [("promised", 300_00), ("promised", 50_00)]
    letter = db.session.query(Notice).one()
    for text in (letter.text, letter.html):
        assert "€350.00" in text
        assert "Fees" in text
        assert "Books" in text
    assert is_creditor_reference(group.reference)
    assert rules.problems() == []


@pytest.mark.both_databases
def test_one_confirmation_lets_every_part_stand_with_a_reference_of_its_own(two):
    group = promised(two, 300_00, 50_00)
    rules.confirm_several(token(), Wishes(show_name=True), seen=euros(350_00))
    db.session.commit()

    assert parts(group) == [("confirmed", 300_00), ("confirmed", 50_00)]
    assert [each.pledged for each in db.session.query(Campaign).order_by(Campaign.id)] == [300_00, 50_00]
    thanks = db.session.query(Notice).filter(Notice.key.startswith("pledge.thanks")).one()
    references = {one.reference for each in db.session.scalars(groups.whole(group.id)).one().pledges
                  for one in each.instalments}  # fmt: skip
    assert len(references) == 2
    assert all(reference in thanks.text and reference in thanks.html for reference in references)
    with pytest.raises(LinkSpent):
        rules.confirm_several("x", Wishes(), seen=euros(1))
    assert rules.problems() == []


def test_each_part_lives_on_by_itself(two):
    group = promised(two, 300_00, 50_00)
    rules.confirm_several(token(), Wishes(), seen=euros(350_00))
    first = db.session.scalars(groups.whole(group.id)).one().pledges[0]
    rules.withdraw(db.session.scalars(queries.whole(first.id)).one(), "Changed our mind.")
    db.session.commit()

    assert parts(group) == [("withdrawn", 300_00), ("confirmed", 50_00)]
    assert rules.problems() == []


def test_where_others_were_faster_the_rest_stands_as_the_page_showed(two, a_pledge):
    group = promised(two, 300_00, 50_00)
    a_pledge(two[0], 800_00)
    two[1].state = CampaignState.PAUSED
    db.session.commit()
    with pytest.raises(OthersWereFaster):
        rules.confirm_several(token(), Wishes(), seen=euros(350_00))
    db.session.rollback()
    rules.confirm_several(token(), Wishes(), seen=euros(100_00))
    db.session.commit()

    assert parts(group) == [("confirmed", 100_00), ("cancelled", 50_00)]
    assert rules.problems() == []


def test_where_nothing_is_needed_any_more_nothing_is_confirmed(two, a_pledge):
    promised(two, 300_00, 50_00)
    for campaign in two:
        campaign.state = CampaignState.PAUSED
    db.session.commit()

    with pytest.raises(FullyCovered):
        rules.confirm_several(token(), Wishes(), seen=euros(0))


@pytest.mark.both_databases
def test_a_double_click_confirms_once_and_two_groups_in_other_order_do_not_block_each_other(app, two):
    promised(two, 300_00, 50_00)
    first = token()
    other = promised(two[::-1], 20_00, 300_00, once="other")
    letter = db.session.query(Notice).order_by(Notice.id.desc()).first()
    second = re.search(r"/p/several/confirm/(\S+)", letter.text)[1]
    acts = [(first, 350_00), (first, 350_00), (second, 320_00)]

    answers = at_once(
        app,
        *[committed(lambda act=act: rules.confirm_several(act[0], Wishes(), seen=euros(act[1])).id) for act in acts],
    )

    assert sum(isinstance(answer, LinkSpent) for answer in answers) == 1
    assert {status for status, _ in parts(other)} == {"confirmed"}
    assert sum(each.pledged for each in db.session.query(Campaign)) == 670_00
    assert rules.problems() == []


def test_what_nobody_confirms_is_dropped_whole(two):
    group = promised(two, 300_00, 50_00)
    with clock.at(clock.now() + rules.promises.CONFIRM_WITHIN * 2):
        rules.forget_unconfirmed()

    assert {status for status, _ in parts(group)} == {"cancelled"}


def test_the_same_form_twice_is_one_group(two):
    assert promised(two, 300_00, 50_00).id == promised(two, 300_00, 50_00).id
    assert db.session.query(Pledge).count() == 2
    assert db.session.query(Notice).count() == 1


def test_one_campaign_or_the_same_twice_or_one_of_others_is_no_choice(two, a_campaign, harbour, otto):
    foreign = a_campaign(community=harbour, author=otto, title="Foreign", slug="foreign")
    for campaigns in ([two[0]], [two[0], two[0]], [two[0], foreign]):
        with pytest.raises(BadChoice):
            promised(campaigns, *[5_00] * len(campaigns), once=f"once {len(campaigns)} {campaigns[-1].id}")
    assert db.session.query(PledgeGroup).count() == 0


def test_a_refusal_says_which_campaign_it_is_about(two):
    with pytest.raises(ForOne, match=r"Books: Only €100\.00 is still uncovered"):
        promised(two, 300_00, 100_01)
    db.session.rollback()
    assert db.session.query(PledgeGroup).count() == 0


def test_the_check_finds_a_group_that_is_torn(two, harbour):
    group = promised(two, 300_00, 50_00)
    db.session.query(Pledge).filter_by(campaign_id=two[0].id).update({"organisation_id": harbour.id})
    db.session.commit()

    assert any(group.ref in problem and "belong together" in problem for problem in rules.problems())


class TestPages:
    """The form, the confirmation, the whole."""

    def fill(self, client, two, amounts=("", ""), chosen=(True, True), **sent):
        data = {"name": "Sven", "email": "sven@example.org", "method": "bank_transfer"} | sent
        for number, campaign in enumerate(two):
            data |= {f"rows-{number}-number": campaign.id, f"rows-{number}-amount": amounts[number]}
            data |= {f"rows-{number}-chosen": "y"} if chosen[number] else {}
        return submit(client, "/c/fees/pledge/several", **data)

    @pytest.mark.parametrize(
        ("sent", "shares"),
        [
            ({"how": "evenly", "total": "100.01"}, [50_01, 50_00]),
            ({"how": "by_need", "total": "100"}, [90_00, 10_00]),
            ({"how": "each", "amounts": ("7", "8.50")}, [7_00, 8_50]),
        ],
    )
    def test_what_is_filled_in_becomes_a_promise_for_each(self, client, two, sent, shares):
        answer = self.fill(client, two, **sent)

        assert answer.status_code == 303
        assert [amount for _, amount in parts(db.session.query(PledgeGroup).one())] == shares
        page = client.get(answer.location).text
        assert "Check your e-mail" in page
        assert "sven@example.org" in page

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({"how": "evenly", "total": ""}, "Enter the sum."),
            ({"how": "evenly", "total": "x"}, "Type an amount in figures"),
            ({"how": "evenly", "total": "5", "chosen": (True, False)}, "Choose two campaigns at least."),
            ({"how": "each", "amounts": ("5", "")}, "Type an amount for two campaigns at least."),
            ({"how": "evenly", "total": "1000.01"}, "Only €1,000.00 is still uncovered"),
            ({"how": "each", "amounts": ("5", "100.01")}, "Books: Only €100.00"),
        ],
    )
    def test_a_problem_is_said_and_nothing_typed_is_lost(self, client, two, sent, message):
        answer = self.fill(client, two, **sent)

        assert answer.status_code == 422
        assert message in answer.text
        assert 'value="Sven"' in answer.text

    def test_with_one_campaign_only_the_page_says_so(self, client, a_campaign):
        page = client.get(f"/c/{a_campaign().slug}/pledge/several").text

        assert "There is no other campaign now" in page

    def test_from_the_mail_to_the_whole_and_to_each_part_and_back(self, client, two):
        group = promised(two, 300_00, 50_00)
        confirm = f"/p/several/confirm/{token()}"
        shown = client.get(confirm).text
        assert "€350.00" in shown
        answer = submit(client, confirm, shown="name", updates="no")
        assert answer.status_code == 303
        page = client.get(answer.location).text
        whole = db.session.scalars(groups.whole(group.id)).one()
        assert 'What is due: <bdi class="money">€350.00' in page
        assert all(one.reference in page for each in whole.pledges for one in each.instalments)
        part = re.search(rf'href="(/p/{whole.pledges[0].ref}[^"]*)"', page)[1]
        assert f"/p/several/{group.ref}?k=" in client.get(part).text
        assert client.get(confirm).location == answer.location

    def test_one_transfer_with_the_groups_reference_pays_every_part(self, client, two, lantern, tomas):
        group = promised(two, 300_00, 50_00)
        rules.confirm_several(token(), Wishes(), seen=euros(350_00))
        db.session.commit()
        page = client.get(f"/p/several/{group.ref}?k={links.sign('pledge.group', group.ref)}").text
        assert group.reference in page
        assert '<svg role="img"' in page
        assert group.reference in db.session.query(Notice).filter(Notice.key.startswith("pledge.thanks")).one().text
        table = f"Date;Amount;Payer;Remittance\n2026-11-02;350.00;Nordwind AG;{group.reference}\n".encode()
        statement.store(lantern, open_file(table), None, by=tomas)
        entries.confirm_sure(lantern, by=tomas)
        db.session.commit()

        assert {status for status, _ in parts(group)} == {"fulfilled"}
        assert [each.received for each in db.session.query(Campaign).order_by(Campaign.id)] == [300_00, 50_00]
        assert rules.problems() == []

    def test_without_the_link_there_is_nothing_here(self, client, two):
        group = promised(two, 300_00, 50_00)

        assert client.get(f"/p/several/{group.ref}?k=x").status_code == 404
        assert client.get(f"/p/several/{group.ref}?k={links.sign('pledge', group.ref)}").status_code == 404

    def test_a_spent_link_that_nobody_used_says_so(self, client, app):
        assert client.get("/p/several/confirm/nonsense").status_code == 410

    def test_a_part_that_is_paid_is_not_due_any_more(self, client, two):
        group = promised(two, 300_00, 50_00)
        rules.confirm_several(token(), Wishes(), seen=euros(350_00))
        first = db.session.scalars(groups.whole(group.id)).one().pledges[0]
        rules.settle(first.instalments[0], euros(300_00))
        db.session.commit()
        page = client.get(f"/p/several/{group.ref}?k={links.sign('pledge.group', group.ref)}").text

        assert db.session.get_one(Pledge, first.id).status is PledgeStatus.FULFILLED
        assert 'What is due: <bdi class="money">€50.00' in page
