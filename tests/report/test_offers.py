"""Whoever has offered something reads what is held of it, and can be forgotten."""

import re

import pytest

from campaigns.campaign.models import Campaign
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.offer import rules
from campaigns.offer.models import Hold, Offer
from campaigns.offer.rules import If, Said, gift, matching
from campaigns.offer.states import ConditionKind, OfferState, Otherwise
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge
from campaigns.report.rules import addresses

PETRA = "petra@meridian.example"


@pytest.fixture
def offered(a_campaign, amina):
    """One of every kind, by Petra, each confirmed; somebody else has pledged."""
    campaign = a_campaign(needs=[("Tuition", 90_000), ("Books", 10_000)])
    said = Said(Money(100_00, "EUR"), "Petra", PETRA, "Meridian Freight")
    given = If(ConditionKind.COMPANIES, 9, campaign.deadline, Otherwise.WAITING)
    rules.reserve(campaign, said, 30, once="hold")
    rules.promise_if(campaign, said, given, once="condition")
    matching.offer_match(campaign, said, matching.How(50), once="match")
    laptop = gift.offer_gift(campaign, said, "A laptop", "At Petra's desk", once="gift")
    db.session.commit()
    for letter in db.session.query(Notice).order_by(Notice.id).all():
        rules.confirm(re.search(r"/o/confirm/(\S+)", letter.text)[1], pledges.Wishes(show_name=True))
    gift.accept(laptop, None, "office@mwangaza.example", by=amina)
    other = pledges.Offer(Money(60_00, "EUR"), "Leo", "leo@example.org")
    pledges.make(campaign.id, other, pledges.Wishes(), once="other")
    db.session.commit()
    rules.follow_matches()
    db.session.expire_all()
    return campaign


def test_it_is_told(offered):
    rows = addresses.told_of(PETRA)["tables"]["offer"]["rows"]

    assert {row["kind"] for row in rows} == {"hold", "condition", "match", "gift"}


def test_forgotten_it_ends_and_names_nobody_and_what_is_a_pledge_stays(offered):
    addresses.forget(PETRA)
    db.session.commit()
    db.session.expire_all()

    offers = db.session.query(Offer).order_by(Offer.id).all()
    assert {(offer.name, offer.organisation_name, offer.show_name) for offer in offers} == {("Anonymous", None, False)}
    ended = OfferState.TAKEN_BACK
    assert [offer.state for offer in offers] == [ended, ended, OfferState.DONE, ended]
    assert not db.session.query(Notice).filter_by(to=PETRA).count()
    assert db.session.query(Hold).one().company_key != "meridian.example"
    assert db.session.query(Pledge).filter_by(email=PETRA).count() == 0
    found = db.session.get(Campaign, offered.id)
    assert (found.held, found.pledged) == (0, 90_00)
    assert PETRA not in addresses.known()
    assert rules.problems() == pledges.problems() == []
