"""A minor from the first question to the end of consent, on a small phone and without scripts, for everybody."""

import pytest

from campaigns.account.models import Organisation, OrganisationDomain
from campaigns.kit import db
from tests.browser.steps import apply, campaign, found, minor
from tests.browser.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def careful() -> bool:
    """On a small phone axe reads every page in test_every_page."""
    return False


@pytest.fixture
def listed(school: Organisation) -> Organisation:
    """Mwangaza Secondary, listed with the domain of its mail."""
    db.session.add(OrganisationDomain(organisation_id=school.id, domain="mwangaza.ac.ke"))
    db.session.commit()
    return school


@pytest.mark.usefixtures("listed")
def test_a_minor_is_vouched_for_until_the_guardian_ends_it(site, sight):
    world = World(site, sight, scripts=False)
    found.found_a_community(world)
    minor.apply_alone(world)
    minor.others_confirm(world)
    apply.approve(world)
    campaign.publish_a_campaign(world)
    minor.end_it(world)
    assert sight.faults == []
