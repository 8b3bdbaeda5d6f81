"""Telling followers and sponsors: from the update to the outbox, in batches, each address once."""

from campaigns.kit import clock, db, links, text
from campaigns.kit.queue import sweep, sweep_first
from campaigns.notice import queries as notices
from campaigns.notice import rules as notice
from campaigns.notice.models import Subscription
from campaigns.update import queries
from campaigns.update.models import Update

BATCH = 100
FIRST_WORDS = 300
UNSUBSCRIBE = "unsubscribe"


def topic(campaign_id: int) -> str:
    """What a subscription to a campaign is called."""
    return f"campaign:{campaign_id}"


def cause(update_id: int) -> str:
    """What the e-mails of one update have in common."""
    return f"update:{update_id}"


@sweep
def mail_followers() -> None:
    """Put an e-mail into the outbox for each follower of each update that has been published."""
    for update_id in db.session.scalars(queries.to_mail()).all():
        db.session.commit()
        last: int | None = 0
        while last is not None:
            with db.transaction():
                last = _tell_some(update_id, last)


@sweep_first
def call_back_hidden() -> None:
    """Take out of the outbox what tells of an update that nobody may read any more."""
    with db.transaction():
        waiting = notice.waiting_about("update")
        for update_id in db.session.scalars(queries.hidden(waiting)).all() if waiting else ():
            notice.call_back(cause(update_id))


def _tell_some(update_id: int, after: int) -> int | None:
    """Write to the next followers; the last one's id, or None when all have been told or it was withdrawn."""
    update = db.session.scalars(queries.being_mailed(update_id)).one_or_none()
    if update is None:
        return None
    followers = notices.followers(topic(update.campaign_id)).where(Subscription.id > after).limit(BATCH)
    batch = db.session.scalars(followers).all()
    for follower in batch:
        _tell(update, follower)
    if len(batch) < BATCH:
        update.mailed_at = clock.now()
        return None
    return batch[-1].id


def _tell(update: Update, follower: Subscription) -> None:
    """The e-mail says how an update begins, not all of it: what is withdrawn later should not live on in inboxes."""
    stop = links.url("update.unsubscribe", token=links.sign(UNSUBSCRIBE, str(follower.id)))
    notice.send(
        follower.email,
        "update/mail/published",
        key=cause(update.id),
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        title=update.title,
        beginning=text.summary(update.body, FIRST_WORDS),
        campaign_title=update.campaign.title,
        community_name=update.campaign.organisation.name,
        url=links.url("update.show", slug=update.campaign.slug, update_id=update.id),
        unsubscribe_url=stop,
    )
