"""Meridian Freight, and the people in it: Cora its admin, Finn its finance, Viola its viewer."""

from collections.abc import Callable

import pytest

from campaigns.account.models import Organisation, User
from campaigns.account.states import Role
from campaigns.ask.models import Ask, Letter
from campaigns.ask.states import AskState
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db, refs


@pytest.fixture
def meridian(a_company: Callable[..., Organisation]) -> Organisation:
    return a_company("Meridian Freight")


@pytest.fixture
def cora(a_user: Callable[..., User], meridian: Organisation) -> User:
    return a_user("Cora", (Role.COMPANY_ADMIN, meridian))


@pytest.fixture
def finn(a_user: Callable[..., User], meridian: Organisation) -> User:
    return a_user("Finn", (Role.COMPANY_FINANCE, meridian))


@pytest.fixture
def viola(a_user: Callable[..., User], meridian: Organisation) -> User:
    return a_user("Viola", (Role.COMPANY_VIEWER, meridian))


@pytest.fixture
def an_ask(amina: User, vera: User, meridian: Organisation) -> Callable[..., Ask]:
    """A letter to a company: `an_ask(campaign, email="rosa@meridian.example")`; sent and private."""

    def make(
        campaign: Campaign,
        *,
        company: Organisation | None = None,
        email: str = "rosa@meridian.example",
        sent: bool = True,
    ) -> Ask:
        ask = Ask(
            ref=refs.random_ref(),
            organisation_id=campaign.organisation_id,
            campaign_id=campaign.id,
            company_id=(company or meridian).id,
            author_id=amina.id,
            contact_name="Rosa Reader",
            contact_email=email,
            amount=200_00,
            currency="EUR",
            concerns_minor=False,
        )
        if sent:
            ask.state, ask.moderated_by_id, ask.moderated_at = AskState.PRIVATE, vera.id, clock.now()
            ask.sent_at = ask.quiet_until = clock.now()
        db.session.add(ask)
        db.session.flush()
        body = {"subject": "Will you?", "body": "Please.", "body_html": "<p>Please.</p>", "content_hash": "0" * 64}
        db.session.add(Letter(ask_id=ask.id, version=1, author_id=amina.id, **body))
        db.session.commit()
        return ask

    return make
