"""A pledge on a condition: checked as things come true, met once and never undone, with what is left sent on."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import joinedload

from campaigns.ask.models import Ask, Letter, Signature
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, crypto, db, queue, refs
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.offer import queries, rules
from campaigns.offer.models import Condition, Rest
from campaigns.offer.rules import If, Said, condition
from campaigns.offer.states import ConditionKind, OfferState, Otherwise
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge
from tests.cast.browser import submit
from tests.cast.crowd import at_once

RAISED, COMPANIES, SIGNATURES = ConditionKind.RAISED, ConditionKind.COMPANIES, ConditionKind.SIGNATURES


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])


@pytest.fixture
def promised(campaign):
    """Promise on a condition and confirm: `promised(RAISED, 500_00)`."""

    def make(
        kind=RAISED, threshold=500_00, amount=300_00, otherwise=Otherwise.LET_GO, email="petra@example.org", **more
    ):
        by = clock.today() + timedelta(days=more.pop("days", 30))
        said = Said(Money(amount, "EUR"), "Petra", email, more.pop("company", None))
        rules.promise_if(campaign, said, If(kind, threshold, by, otherwise), once=f"once {email}{amount}{kind}")
        db.session.commit()
        offer = rules.confirm(token_of(email), pledges.Wishes())
        db.session.commit()
        return offer

    return make


def token_of(email):
    letter = db.session.query(Notice).filter_by(to=email).order_by(Notice.id.desc()).first()
    return re.search(r"/o/confirm/(\S+)", letter.text)[1]


def now(offer):
    return db.session.scalars(queries.whole(offer.id)).one()


def sweep(days=0):
    with clock.at(clock.now() + timedelta(days=days)):
        rules.meet_conditions()
        rules.follow_offers()
        rules.settle_rests()
        db.session.rollback()
        db.session.expire_all()


def told():
    return [key.split(":")[0] for (key,) in db.session.query(Notice.key).order_by(Notice.id)]


def all_adds_up():
    return rules.problems() == pledges.problems() == []


def test_until_then_it_is_in_no_figure_and_covers_nothing(promised, campaign):
    offer = promised()
    sweep()

    assert now(offer).state is OfferState.STANDING
    assert (campaign.pledged, campaign.held, campaign.sponsor_count) == (0, 0, 0)
    assert db.session.query(Pledge).count() == 0


@pytest.mark.both_databases
def test_once_others_have_pledged_so_much_it_is_a_pledge(promised, campaign, a_pledge):
    offer = promised(RAISED, 500_00, 300_00)
    a_pledge(campaign, 499_99, email="leo@example.org")
    sweep()
    assert now(offer).state is OfferState.STANDING
    a_pledge(campaign, 1, email="mo@example.org")
    sweep()

    met = now(offer)
    assert (met.state, met.pledge.amount) == (OfferState.DONE, 300_00)
    assert met.condition.met_at is not None
    assert db.session.get(Campaign, campaign.id).pledged == 800_00
    assert sorted(told()[-2:]) == ["offer.met", "pledge.thanks"]
    assert all_adds_up()


def test_what_they_pledge_themselves_does_not_count(promised, campaign, a_pledge):
    offer = promised(RAISED, 500_00)
    a_pledge(campaign, 600_00, email="Petra@example.org")
    sweep()

    assert now(offer).state is OfferState.STANDING


def test_a_promise_that_nobody_confirmed_does_not_count(promised, campaign, a_pledge):
    offer = promised(RAISED, 500_00)
    a_pledge(campaign, 600_00, email="leo@example.org", confirmed=False)
    sweep()

    assert now(offer).state is OfferState.STANDING


def test_other_companies_count_once_each_and_their_own_does_not(promised, campaign, a_pledge):
    offer = promised(COMPANIES, 2, company="Meridian Freight")
    for number, company in enumerate(["Nordhaven", "nordhaven", "MERIDIAN FREIGHT", None]):
        a_pledge(campaign, 10_00, email=f"{number}@example.org", organisation=company)
    sweep()
    assert now(offer).state is OfferState.STANDING
    a_pledge(campaign, 10_00, email="mills@example.org", organisation="Moss Mills")
    sweep()

    assert now(offer).state is OfferState.DONE


def test_people_who_signed_two_letters_count_once(promised, campaign, amina, safiya, a_company):
    offer = promised(SIGNATURES, 2)
    asks = [_ask(campaign, a_company(name), amina, safiya) for name in ("One", "Two")]
    for ask in asks:
        _sign(ask, "leo")
    _sign(asks[0], "removed", removed_at=clock.now())
    _sign(asks[0], "unconfirmed", confirmed_at=None)
    db.session.commit()
    sweep()
    assert now(offer).state is OfferState.STANDING
    _sign(asks[1], "mo")
    db.session.commit()
    sweep()

    assert now(offer).state is OfferState.DONE


def _ask(campaign, company, author, reader):
    ask = Ask(
        ref=refs.random_ref(), campaign_id=campaign.id, company_id=company.id, organisation_id=campaign.organisation_id,
        author_id=author.id, moderated_by_id=reader.id, amount=1_00, currency="EUR", contact_name="Rosa",
        contact_email="rosa@example.org",
    )  # fmt: skip
    db.session.add(ask)
    db.session.flush()
    letter = Letter(ask_id=ask.id, version=1, author_id=author.id, subject="", body="", body_html="", content_hash="")
    db.session.add(letter)
    db.session.flush()
    ask.letter_id = letter.id
    return ask


def _sign(ask, who, **given):
    given = {"confirmed_at": clock.now()} | given
    signed = {"ask_id": ask.id, "letter_id": ask.letter_id, "email_hash": crypto.digest(who), "email": who}
    db.session.add(Signature(shown_as=who, **signed, **given))


def test_met_is_met_even_where_others_take_theirs_back_before_the_pledge_is_made(promised, campaign, a_pledge):
    offer = promised()
    other = a_pledge(campaign, 500_00, email="leo@example.org")
    campaign.state = CampaignState.PAUSED
    db.session.commit()
    sweep()
    assert now(offer).condition.met_at is not None
    assert now(offer).state is OfferState.STANDING
    pledges.withdraw(other, "cannot")
    db.session.get(Campaign, campaign.id).state = CampaignState.LIVE
    db.session.commit()
    sweep(days=31)

    assert now(offer).state is OfferState.DONE
    assert all_adds_up()


@pytest.mark.both_databases
def test_not_met_by_its_day_nothing_is_due(promised, campaign, a_pledge):
    offer = promised(days=10)
    sweep(days=10)
    assert now(offer).state is OfferState.STANDING
    a_pledge(campaign, 500_00, email="leo@example.org")
    sweep(days=11)

    assert (now(offer).state, now(offer).end_reason) == (OfferState.EXPIRED, condition.NOT_MET)
    assert db.session.query(Pledge).count() == 1
    assert db.session.query(Rest).count() == 0
    assert told()[-1] == "offer.ended"


def test_where_less_is_open_by_then_it_covers_that_and_the_rest_is_let_go(promised, campaign, a_pledge):
    offer = promised(RAISED, 500_00, 300_00)
    a_pledge(campaign, 900_00, email="leo@example.org")
    sweep()

    assert now(offer).pledge.amount == 100_00
    assert db.session.get(Campaign, campaign.id).state is CampaignState.FUNDED
    assert db.session.query(Rest).count() == 0
    assert "€200.00 that you offered is not needed" in db.session.query(Notice).order_by(Notice.id.desc()).first().text
    assert all_adds_up()


def test_where_nothing_is_open_any_more_it_ends_and_nothing_is_due(promised, campaign, a_pledge):
    offer = promised()
    a_pledge(campaign, 1_000_00, email="leo@example.org")
    db.session.get(Campaign, campaign.id).state = CampaignState.FUNDED
    db.session.commit()
    sweep()

    assert (now(offer).state, now(offer).end_reason) == (OfferState.ENDED, condition.NOT_NEEDED)
    assert now(offer).condition.met_at is not None


@pytest.mark.both_databases
def test_what_is_left_goes_to_the_campaign_it_completes(promised, campaign, a_campaign, a_pledge):
    a_campaign(slug="large", needs=[("Tuition", 90_000)], alias="Blue Crane")
    small = a_campaign(slug="small", needs=[("Books", 25_000)], alias="Grey Owl")
    promised(RAISED, 500_00, 300_00, Otherwise.WAITING)
    a_pledge(campaign, 900_00, email="leo@example.org")
    sweep()
    sweep()

    assert db.session.get(Campaign, small.id).pledged == 200_00
    assert db.session.query(Rest).one().pledge_id is not None
    assert told().count("offer.passed_on") == 1
    assert all_adds_up()


def test_where_no_other_campaign_takes_it_it_is_let_go(promised):
    promised(days=3, otherwise=Otherwise.WAITING)
    sweep(days=4)

    assert db.session.query(Rest).one().settled_at is not None
    assert db.session.query(Pledge).count() == 0
    letter = db.session.query(Notice).order_by(Notice.id.desc()).first()
    assert "nothing is due" in letter.text


def test_for_next_term_they_are_asked_again_when_the_same_students_campaign_opens(promised, campaign, a_campaign):
    promised(days=3, otherwise=Otherwise.NEXT_TERM)
    sweep(days=4)
    with clock.at(clock.now() + timedelta(days=5)):
        other = a_campaign(slug="others", needs=[("Tuition", 1_000)], alias="Grey Owl")
    sweep(days=6)
    assert "offer.next_term" not in told()
    for line in _lines(other):
        line.need.application_id = _lines(campaign)[0].need.application_id
    db.session.commit()
    sweep(days=6)
    sweep(days=7)

    assert told().count("offer.next_term") == 1
    assert f"/c/{other.slug}/pledge" in db.session.query(Notice).order_by(Notice.id.desc()).first().text


def _lines(campaign):
    lines = db.session.query(BudgetLine).filter_by(campaign_id=campaign.id)
    return lines.options(joinedload(BudgetLine.need)).all()


def test_it_can_be_taken_back_until_it_is_met(promised, campaign, a_pledge):
    kept, gone = promised(), promised(email="gone@example.org", otherwise=Otherwise.WAITING)
    rules.take_back(gone)
    db.session.commit()
    a_pledge(campaign, 500_00, email="leo@example.org")
    db.session.get(Campaign, campaign.id).state = CampaignState.PAUSED
    db.session.commit()
    sweep()

    assert now(gone).state is OfferState.TAKEN_BACK
    assert db.session.query(Rest).count() == 0
    with pytest.raises(Refused, match="has been met"):
        rules.take_back(kept)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"days": 0}, condition.BadDay),
        ({"days": 61}, condition.BadDay),
        ({"threshold": 1_000_01}, condition.BadThreshold),
        ({"kind": COMPANIES, "threshold": 0}, condition.BadThreshold),
        ({"amount": 1_000_01}, condition.MoreThanAsked),
        ({"amount": 99}, pledges.TooSmall),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
def test_what_cannot_be_is_refused(promised, given, refusal):
    with pytest.raises(refusal):
        promised(**given)


@pytest.mark.both_databases
def test_two_workers_make_one_pledge_of_each(app, promised, campaign, a_pledge, a_campaign):
    a_campaign(slug="small", needs=[("Books", 25_000)], alias="Grey Owl")
    for number in range(3):
        promised(RAISED, 500_00, 200_00, Otherwise.WAITING, email=f"{number}@example.org")
    a_pledge(campaign, 500_00, email="leo@example.org")

    def work():
        rules.meet_conditions()
        rules.settle_rests()

    assert at_once(app, work, work) == [None, None]
    assert db.session.get(Campaign, campaign.id).pledged == 1_000_00
    assert db.session.query(Condition).filter(Condition.met_at.is_not(None)).count() == 3
    assert (db.session.query(Pledge).count(), db.session.query(Rest).count()) == (5, 1)
    assert told().count("offer.met") == 3
    assert all_adds_up()


def test_from_the_form_to_the_campaigns_page(app, campaign):
    browser = app.test_client()
    fields = {
        "amount": "300", "kind": "companies", "by": (clock.today() + timedelta(days=20)).isoformat(),
        "otherwise": "next_term", "name": "Petra", "email": "petra@example.org", "method": "bank_transfer",
    }  # fmt: skip
    missing = submit(browser, f"/c/{campaign.slug}/pledge-if", **fields)
    assert missing.status_code == 422
    assert "Say how many." in missing.text
    sent = submit(browser, f"/c/{campaign.slug}/pledge-if", follow=True, threshold="3", **fields)
    assert "Check your e-mail" in sent.text
    confirm = f"/o/confirm/{token_of('petra@example.org')}"
    assert "€300.00" not in browser.get(f"/c/{campaign.slug}").text
    own = submit(browser, confirm, follow=True, shown="anonymous", updates="no")
    assert "Waiting for its condition" in own.text
    page = browser.get(f"/c/{campaign.slug}").text
    assert "Promised on a condition" in page
    assert "3 other companies pledge" in page
    assert "Petra" not in page


def test_the_worker_runs_the_sweeps(promised, campaign, a_pledge):
    offer = promised()
    a_pledge(campaign, 500_00, email="leo@example.org")
    queue.run_all()

    assert now(offer).state is OfferState.DONE
