"""What the Today page asks, and what `flask check` recomputes."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.update import queries, rules
from campaigns.update.states import UpdateState


def owed(community) -> list[int]:
    return [campaign.id for campaign in db.session.scalars(queries.owed(community.id))]


def received(campaign: Campaign, days_ago: int) -> Campaign:
    with clock.at(clock.now() - timedelta(days=days_ago)):
        figures.add(campaign.id, pledged=50_00, received=50_00)
        db.session.execute(sa.update(Campaign).where(Campaign.id == campaign.id).values(published_at=clock.now()))
    db.session.commit()
    return campaign


def test_updates_in_review_and_given_back_wait(an_update, lantern, harbour, safiya):
    in_review, returned = an_update(UpdateState.IN_REVIEW), an_update(UpdateState.IN_REVIEW)
    rules.give_back(returned, note="Leave out the village.", by=safiya)
    an_update()
    an_update(UpdateState.PUBLISHED)
    db.session.commit()
    found = db.session.scalars(queries.waiting(lantern.id)).all()
    assert [update.id for update in found] == [in_review.id, returned.id]
    assert found[0].campaign.title == "A nurse for Western Kenya"
    assert db.session.scalars(queries.waiting(harbour.id)).all() == []


def test_a_campaign_owes_an_update_sixty_days_after_money_came(a_campaign, lantern, harbour):
    late = received(a_campaign(alias="Blue Kite"), 61)
    received(a_campaign(alias="Red Fox"), 59)
    a_campaign(alias="Green Owl")
    assert owed(lantern) == [late.id]
    assert owed(harbour) == []


def test_a_fresh_update_pays_the_debt_and_an_old_or_withdrawn_one_does_not(a_campaign, an_update, lantern, marta):
    campaign = received(a_campaign(), 90)
    update = an_update(UpdateState.PUBLISHED, campaign=campaign)
    assert owed(lantern) == []
    with clock.at(clock.now() + timedelta(days=61)):
        assert owed(lantern) == [campaign.id]
    rules.withdraw(update, by=marta)
    assert owed(lantern) == [campaign.id]


def test_a_closed_campaign_owes_nothing(a_campaign, lantern):
    campaign = received(a_campaign(), 90)
    campaign.state = CampaignState.CLOSED
    db.session.commit()
    assert owed(lantern) == []


def test_a_wrong_number_of_updates_is_found(an_update):
    update = an_update(UpdateState.PUBLISHED)
    assert rules.problems() == []
    db.session.execute(sa.update(Campaign).values(update_count=7))
    slug = db.session.get_one(Campaign, update.campaign_id).slug
    assert rules.problems() == [f"{slug}: counts 7 updates, has 1"]
