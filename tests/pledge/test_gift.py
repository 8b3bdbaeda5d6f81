"""A gift in kind: valued by its giver, accepted by the team, confirmed by the school; beside the meter, never in it."""

import re
from datetime import timedelta

import pytest

from campaigns.account.models import OrganisationDomain
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import check as campaigns
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.links import LinkSpent
from campaigns.kit.money import Money
from campaigns.ledger.models import Movement
from campaigns.notice.models import Notice
from campaigns.offer import queries, rules
from campaigns.offer.rules import Said, gift
from campaigns.offer.states import OfferState
from campaigns.pledge import queries as pledge_queries
from campaigns.pledge import rules as pledges
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed

OFFICE = "office@mwangaza.example"


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


@pytest.fixture
def offered(campaign):
    """A confirmed offer of a laptop: `offered(60_00)`."""

    def make(value=60_00, email="petra@example.org"):
        said = Said(Money(value, "EUR"), "Petra", email)
        rules_gift = gift.offer_gift(campaign, said, "A used laptop", "In Hamburg", once=f"{email}{value}")
        db.session.commit()
        rules.confirm(token_of("confirm"), pledges.Wishes())
        db.session.commit()
        return now(rules_gift)

    return make


@pytest.fixture
def expected(offered, amina, campaign):
    """The same, accepted for the books: `expected(60_00)`."""

    def make(value=60_00, line=1, **given):
        offer = offered(value, **given)
        line_id = None if line is None else lines()[line].id
        gift.accept(offer, line_id, OFFICE, by=amina)
        db.session.commit()
        return now(offer)

    return make


def token_of(way):
    letter = db.session.query(Notice).filter(Notice.text.contains(f"/o/{way}/")).order_by(Notice.id.desc()).first()
    return re.search(rf"/o/{way}/(\S+)", letter.text)[1]


def now(offer):
    db.session.expire_all()
    return db.session.scalars(queries.whole(offer.id)).one()


def lines():
    return db.session.query(BudgetLine).order_by(BudgetLine.id).all()


def arrives(day=None):
    gift.receive(token_of("received"), "Mr Otieno", day or clock.today())
    db.session.commit()


def told():
    return [key.split(":")[0] for (key,) in db.session.query(Notice.key).order_by(Notice.id)]


def all_adds_up():
    return rules.problems() == pledges.problems() == campaigns.problems() == []


def test_accepted_it_is_expected_and_the_school_is_asked(expected, campaign):
    offer = expected()

    assert offer.state is OfferState.ACCEPTED
    assert db.session.query(Notice).filter_by(to=OFFICE).count() == 1
    assert "Mwangaza" not in "".join(n.text for n in db.session.query(Notice).filter_by(to="petra@example.org"))
    assert [line.amount for line in lines()] == [90_000, 10_000]


@pytest.mark.both_databases
def test_once_the_school_has_it_the_cost_asks_for_that_much_less(expected, campaign):
    offer = expected(60_00)
    arrives()

    got = now(offer)
    assert (got.state, got.gift.received_by, got.gift.received_on) == (
        OfferState.RECEIVED, "Mr Otieno", clock.today(),
    )  # fmt: skip
    assert [line.amount for line in lines()] == [900_00, 40_00]
    found = db.session.get(Campaign, campaign.id)
    assert (found.asked, found.pledged, found.received, found.sponsor_count) == (940_00, 0, 0, 0)
    assert db.session.query(Movement).count() == 0
    assert told()[-1] == "offer.received"
    assert all_adds_up()


def test_one_that_fulfils_the_whole_cost_takes_it_out_of_the_goal(expected, campaign):
    expected(120_00)
    arrives()

    assert [line.released_at is None for line in lines()] == [True, False]
    assert db.session.get(Campaign, campaign.id).asked == 900_00
    assert all_adds_up()


def test_never_below_what_is_pledged_and_down_once_that_is_taken_back(expected, campaign, a_pledge):
    pledge = a_pledge(campaign, 970_00)
    expected(60_00)
    arrives()
    assert [line.amount for line in lines()] == [900_00, 70_00]
    assert db.session.get(Campaign, campaign.id).state is CampaignState.FUNDED
    pledges.withdraw(db.session.scalars(pledge_queries.whole(pledge.id)).one(), "cannot")
    db.session.commit()

    assert [line.amount for line in lines()] == [900_00, 40_00]
    assert db.session.get(Campaign, campaign.id).state is CampaignState.LIVE
    assert all_adds_up()


def test_on_top_of_all_costs_it_changes_none(expected, campaign):
    expected(line=None)
    arrives()

    assert [line.amount for line in lines()] == [90_000, 10_000]
    assert all_adds_up()


@pytest.mark.parametrize("days", [-1, 1])
def test_it_cannot_have_come_before_it_was_offered_nor_later_than_today(expected, days):
    expected()
    with pytest.raises(gift.NotSoLong):
        arrives(clock.today() + timedelta(days=days))


@pytest.mark.parametrize("address", ["petra@example.org", "Amina@example.org"])
def test_who_gives_or_accepts_it_does_not_confirm_it_too(offered, amina, address):
    with pytest.raises(gift.NotTheSchool):
        gift.accept(offered(), None, address, by=amina)


def test_where_the_schools_domain_is_known_the_address_is_there(offered, amina, school):
    db.session.add(OrganisationDomain(organisation_id=school.id, domain="mwangaza.ac.ke"))
    db.session.commit()
    with pytest.raises(gift.NotTheSchool):
        gift.accept(offered(), None, OFFICE, by=amina)


def test_only_who_edits_campaigns_accepts(offered, tomas):
    with pytest.raises(NotAllowed):
        gift.accept(offered(), None, OFFICE, by=tomas)


def test_asked_again_only_the_last_link_works(expected, amina):
    offer = expected()
    first = token_of("received")
    with clock.at(clock.now() + timedelta(seconds=5)):
        gift.accept(offer, None, "head@mwangaza.example", by=amina)
        db.session.commit()

    with pytest.raises(LinkSpent):
        gift.receive(first, "Mr Otieno", clock.today())
    arrives()
    assert now(offer).state is OfferState.RECEIVED


def test_not_taken_its_giver_reads_why(offered, amina):
    offer = offered()
    rules.end(offer, "we have enough laptops", by=amina)
    db.session.commit()

    assert now(offer).state is OfferState.ENDED
    assert "we have enough laptops" in db.session.query(Notice).order_by(Notice.id.desc()).first().text


def test_taken_back_the_schools_link_ends(expected):
    offer = expected()
    rules.take_back(offer)
    db.session.commit()

    with pytest.raises(LinkSpent):
        arrives()
    with pytest.raises(IllegalMove):
        rules.take_back(offer)


@pytest.mark.both_databases
def test_confirmed_twice_at_once_it_counts_once(app, expected):
    expected(60_00)
    token = token_of("received")

    def click():
        gift.receive(token, "Mr Otieno", clock.today())

    answers = at_once(app, *[committed(click)] * 3)
    assert sum(isinstance(answer, LinkSpent) for answer in answers) == 2
    assert [line.given for line in lines()] == [0, 60_00]
    assert all_adds_up()


def test_from_the_form_to_the_campaigns_page(app, campaign, amina, sign_in):
    browser = app.test_client()
    sent = submit(
        browser, f"/c/{campaign.slug}/in-kind", follow=True, what="A used laptop", amount="60", details="In Hamburg",
        name="Petra", email="petra@example.org",
    )  # fmt: skip
    assert "Check your e-mail" in sent.text
    own = submit(browser, f"/o/confirm/{token_of('confirm')}", follow=True, shown="anonymous", updates="no")
    assert "The community looks at it" in own.text
    assert "A used laptop" not in browser.get(f"/c/{campaign.slug}").text
    client = sign_in(amina)
    listed = client.get("/a/lantern/offers").text
    accept = re.search(r'href="(/a/lantern/offers/\w+/accept)"', listed)[1]
    accepted = submit(client, accept, follow=True, line=str(lines()[1].id), school_email=OFFICE)
    assert "It is accepted." in accepted.text
    page = browser.get(f"/c/{campaign.slug}").text
    assert "Given in kind" in page
    assert "Expected" in page
    done = submit(
        browser, f"/o/received/{token_of('received')}", name="Mr Otieno", received_on=clock.today().isoformat()
    )
    assert "Thank you" in done.text
    page = browser.get(f"/c/{campaign.slug}").text
    assert "Received by the school" in page
    assert "Otieno" not in page
    assert "Mr Otieno" in client.get("/a/lantern/offers").text


def test_the_check_finds_a_figure_that_is_wrong(expected):
    expected()
    lines()[0].given = 1
    db.session.flush()

    assert any("given" in problem for problem in rules.problems())
