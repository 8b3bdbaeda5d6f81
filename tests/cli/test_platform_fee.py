"""Setting what Vouch asks of the payments to a community."""

import pytest

from campaigns.community.models import Community
from campaigns.kit import db


@pytest.mark.parametrize(("typed", "kept"), [("1.5", 150), ("0", 0), ("20", 2000), ("0.25", 25)])
def test_it_is_kept_in_hundredths_of_a_percent(app, lantern, typed, kept):
    done = app.test_cli_runner().invoke(args=["platform-fee", "lantern", typed])
    assert done.exit_code == 0, done.output
    assert db.session.query(Community).populate_existing().one().platform_fee == kept


@pytest.mark.parametrize("typed", ["20.01", "much", "0.001", "nan", "1e9"])
def test_nonsense_is_refused(app, lantern, typed):
    done = app.test_cli_runner().invoke(args=["platform-fee", "lantern", typed])
    assert done.exit_code == 2
    assert db.session.query(Community).populate_existing().one().platform_fee == 0


def test_an_unknown_community_is_named(app, lantern):
    done = app.test_cli_runner().invoke(args=["platform-fee", "nowhere", "1"])
    assert (done.exit_code, "no community nowhere" in done.output) == (1, True)
