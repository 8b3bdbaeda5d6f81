from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import review, words, write
from campaigns.campaign.rules.words import Words
from campaigns.kit import clock, crypto, db
from campaigns.student.models import Application
from campaigns.student.states import ConsentEvent, Purpose, Stage
from tests.cast.approvals import NO
from tests.cast.consent import consent_step

STORY = "Amber Heron is the first of five to reach *secondary school*."


@pytest.fixture
def amber(an_application) -> Application:
    """An approved student with needs of €1,025.50, who consents to being written about."""
    return an_application(Stage.APPROVED)


@pytest.fixture
def say() -> Callable[..., Words]:
    """Make words: `say(title="Other")`."""

    def make(**changes) -> Words:
        said = {"title": "A nurse for Western Kenya", "summary": "Two terms of fees.", "story": STORY}
        return Words(**(said | changes))

    return make


@pytest.fixture
def needs_of() -> Callable[..., list[int]]:
    """The ids of the needs of applications that can be asked for."""

    def find(*applications: Application) -> list[int]:
        ids = {application.id for application in applications}
        select = queries.open_needs(applications[0].organisation_id)
        return [need.id for need in db.session.scalars(select) if need.application_id in ids]

    return find


@pytest.fixture
def a_draft(lantern, amina, amber, say, needs_of) -> Callable[..., Campaign]:
    """Make a draft for Amber Heron, as the page would: `a_draft(picture=…)`."""

    def make(**changes) -> Campaign:
        campaign = write.create(
            lantern, needs_of(amber), say(**changes), clock.today() + timedelta(days=60), once=crypto.token(), by=amina
        )
        db.session.commit()
        return again(campaign)

    return make


@pytest.fixture
def a_live_one(a_draft, amina, victor, safiya) -> Callable[..., Campaign]:
    """Make a draft and have it submitted and approved."""

    def make(**changes) -> Campaign:
        campaign = a_draft(**changes)
        review.submit(campaign, by=amina)
        for reader in (victor, safiya):
            review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=reader)
        db.session.commit()
        return again(campaign)

    return make


@pytest.fixture
def consent() -> Callable[..., None]:
    """Record a step in the trail of consent: `consent(amber, ConsentEvent.WITHDRAWN)`."""

    def record(application, event: ConsentEvent, purpose: Purpose = Purpose.PUBLISH_TEXT, days: int = 300) -> None:
        consent_step(application, purpose, event, days=days)

    return record


def again(campaign: Campaign) -> Campaign:
    """The campaign with all that its pages load."""
    return db.session.scalars(queries.whole(campaign.id)).one()
