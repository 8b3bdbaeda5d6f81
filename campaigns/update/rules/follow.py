"""Following a campaign by e-mail, without an account."""

from datetime import timedelta

from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db, links
from campaigns.kit.links import LinkSpent
from campaigns.notice import rules as notice
from campaigns.notice.models import Subscription
from campaigns.update import queries
from campaigns.update.rules.mailing import UNSUBSCRIBE, topic

LASTS = timedelta(days=3)


def follow(campaign: Campaign, email: str) -> None:
    """Send a link that confirms the address, unless it follows already; at most one a day to any address.

    What the caller shows must not depend on what happened here.
    """
    subscription = notice.subscribe(topic(campaign.id), email)
    if subscription.confirmed_at is not None and subscription.ended_at is None:
        return
    token = links.issue("follow", subscription.id, lasts=LASTS)
    notice.send(
        subscription.email,
        "update/mail/follow",
        key=f"follow:{subscription.id}:{clock.today()}",
        campaign_title=campaign.title,
        community_name=campaign.organisation.name,
        url=links.url("update.confirm_follow", token=token),
        unsubscribe_url=None,
    )


def confirm_follow(token: str) -> Subscription:
    """Spend a link and let its address hear of the campaign; a second time changes nothing. Raises LinkSpent."""
    again = db.session.scalars(queries.followed_with(token)).one_or_none()
    if again is not None:
        return again
    link = links.consume("follow", token)
    found = db.session.get(Subscription, link.subject_id)
    if found is None:
        raise LinkSpent()
    notice.confirm(found)
    return found


def found_by(token: str) -> Subscription | None:
    """The subscription that the link in an e-mail ends; None where the link is not one of ours."""
    number = links.signed(UNSUBSCRIBE, token)
    return None if number is None else db.session.get(Subscription, int(number))
