from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, prepared
from campaigns.kit.errors import Busy
from campaigns.kit.prepared import Prepared

pytestmark = pytest.mark.both_databases

BY_SLUG = sa.select(
    Campaign.id, Campaign.state, Campaign.deadline, Campaign.published_at, Campaign.cover_shows_student, Campaign.asked
).where(Campaign.slug == sa.bindparam("slug"))


def test_rows_are_the_same_as_a_sessions(a_campaign):
    campaign = a_campaign(slug="nurse")
    asked = db.session.execute(BY_SLUG, {"slug": "nurse"}).one()
    with prepared.reading(db.sql.engine) as reader:
        found = reader.first(Prepared(BY_SLUG), slug="nurse")
    assert tuple(found) == tuple(asked)
    assert found.state is CampaignState.LIVE
    assert found.published_at == campaign.published_at
    assert found.cover_shows_student is False


def test_nothing_is_none(app):
    with prepared.reading(db.sql.engine) as reader:
        assert reader.first(Prepared(BY_SLUG), slug="nothing") is None
        assert reader.all(Prepared(BY_SLUG), slug="nothing") == []


def test_moments_go_in_as_they_are_stored(amina):
    newer = Prepared(sa.select(User.name).where(User.created_at > sa.bindparam("since", type_=db.UtcDateTime())))
    with prepared.reading(db.sql.engine) as reader:
        assert reader.first(newer, since=clock.now() - timedelta(minutes=1)).name == "Amina"
        assert reader.first(newer, since=clock.now() + timedelta(minutes=1)) is None


def test_values_are_parameters_not_text(a_campaign):
    a_campaign(slug="nurse")
    with prepared.reading(db.sql.engine) as reader:
        assert reader.all(Prepared(BY_SLUG), slug="' OR 1=1 --") == []


def test_a_fault_of_the_database_is_busy(app):
    broken = Prepared(sa.select(sa.literal_column("nothing_like_it").label("x")))
    with pytest.raises(Busy), prepared.reading(db.sql.engine) as reader:
        reader.all(broken)


def test_the_connection_goes_back_to_the_pool(app):
    one = Prepared(sa.select(sa.literal(1).label("one")))
    for _ in range(30):
        with prepared.reading(db.sql.engine) as reader:
            assert reader.first(one).one == 1
    assert db.sql.engine.pool.checkedout() <= 1
