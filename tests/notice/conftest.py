"""A letter to send, and carriers that stand in for the post."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from campaigns.kit import db
from campaigns.kit.web import VouchApp
from campaigns.notice import rules
from campaigns.notice.models import Notice


@pytest.fixture
def a_letter(app: VouchApp) -> Callable[..., Notice]:
    """`a_letter()` waits in the outbox, with a link to confirm a campaign that is followed."""

    def make(
        to: str = "petra@example.org",
        *,
        key: str = "follow:1",
        title: str = "A nurse",
        headers: dict[str, str] | None = None,
    ) -> Notice:
        rules.send(
            to,
            "update/mail/follow",
            key=key,
            headers=headers,
            campaign_title=title,
            community_name="Lantern",
            unsubscribe_url=None,
            url="http://localhost/follow/token",
        )
        db.session.commit()
        return db.session.query(Notice).order_by(Notice.id.desc()).first()

    return make


@pytest.fixture
def carried(app: VouchApp) -> list[EmailMessage]:
    """What a post that works has taken; use it instead of the inbox folder."""
    taken: list[EmailMessage] = []
    app.extensions["mail.carrier"] = taken.append
    return taken


@pytest.fixture
def strike(app: VouchApp) -> list[EmailMessage]:
    """A post that takes nothing; what was brought to it is noted."""
    brought: list[EmailMessage] = []

    def refuse(letter: EmailMessage) -> None:
        brought.append(letter)
        raise ConnectionRefusedError("the post is on strike")

    app.extensions["mail.carrier"] = refuse
    return brought
