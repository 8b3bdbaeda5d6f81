"""Updates in each state, and followers."""

from collections.abc import Callable

import pytest

from campaigns.account.models import User
from campaigns.campaign.models import Campaign
from campaigns.kit import crypto, db
from campaigns.notice import rules as notice
from campaigns.notice.models import Subscription
from campaigns.update import rules
from campaigns.update.models import Update
from campaigns.update.states import UpdateState
from tests.cast.approvals import NO


@pytest.fixture
def an_update(a_campaign: Callable[..., Campaign], marta: User, victor: User, safiya: User) -> Callable[..., Update]:
    """`an_update(PUBLISHED)`: written by Marta, about a minor, approved by Victor and Safiya."""

    def make(
        state: UpdateState = UpdateState.DRAFT,
        *,
        campaign: Campaign | None = None,
        title: str = "The first term is over",
        body: str = "Amber Heron was **second** in biology.",
    ) -> Update:
        campaign = campaign or a_campaign()
        made = rules.create(campaign, title=title, body=body, minor=False, once=crypto.token(), by=marta)
        if state is not UpdateState.DRAFT:
            rules.send_for_review(made, by=marta)
        if state in (UpdateState.PUBLISHED, UpdateState.WITHDRAWN):
            for reader in (victor, safiya) if made.concerns_minor else (safiya,):
                rules.approve(made, seen=made.content_hash, answers=NO, by=reader)
        if state is UpdateState.WITHDRAWN:
            rules.withdraw(made, by=marta)
        db.session.commit()
        return made

    return make


@pytest.fixture
def a_follower(app: object) -> Callable[..., Subscription]:
    """`a_follower(campaign, "petra@example.org")` has confirmed the address."""

    def make(campaign: Campaign, email: str = "petra@example.org", *, confirmed: bool = True) -> Subscription:
        made = notice.subscribe(f"campaign:{campaign.id}", email, confirmed=confirmed)
        db.session.commit()
        return made

    return make
