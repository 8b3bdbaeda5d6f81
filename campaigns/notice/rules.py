"""Putting e-mails into the outbox, and carrying them out of it, each once."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from campaigns.kit import clock, crypto, db, mail
from campaigns.kit.queue import nudge, sweep
from campaigns.notice import queries
from campaigns.notice.models import Notice, Subscription
from campaigns.notice.states import NoticeState

MOST_TRIES = 8
BATCH = 100
KEPT = timedelta(days=30)
LONGEST_KEY = 160
ERASED = "@erased.invalid"  # RFC 2606: an address that can never be anybody's

log = structlog.get_logger()


def send(to: str, template: str, *, key: str, headers: dict[str, str] | None = None, **context: Any) -> bool:
    """Put one e-mail into the outbox; it leaves after the current transaction commits.

    `template` is a path without ending, such as "pledge/mail/confirm": its `.txt` begins with the
    subject line, an empty line follows, then the body; its `.html` is the same for people's eyes.
    `key` names the cause: a second e-mail for the same cause and address is not written. Returns
    whether this one was. Nothing is written to an address of somebody who was erased.
    """
    if to.endswith(ERASED):
        return False
    subject, text = mail.render(f"{template}.txt", **context).strip().split("\n", 1)
    written = db.insert_once(
        Notice,
        unless=["key"],
        key=_key(key, to),
        to_address=to,
        subject=subject.strip()[:200],
        text=text.strip() + "\n",
        html=mail.render(f"{template}.html", subject=subject.strip(), **context),
        headers=headers or {},
        state=NoticeState.QUEUED,
        tries=0,
        due_at=clock.now(),
        created_at=clock.now(),
    )
    nudge(deliver)
    return written is not None


def _key(cause: str, to: str) -> str:
    """Cause and address; of a very long address its digest, so that no two share a key."""
    key = f"{cause}:{to}"
    return key if len(key) <= LONGEST_KEY else f"{cause}:{crypto.digest(to)}"


@sweep
def deliver() -> None:
    """Carry what is due, one e-mail a transaction: claimed and committed before the server is called."""
    for notice_id in db.session.scalars(queries.due(BATCH)).all():
        db.session.commit()
        _deliver_one(notice_id)


def _deliver_one(notice_id: int) -> None:
    with db.transaction():
        notice = _claim(notice_id)
        if notice is None:
            return
        letter = mail.Letter(notice.to, notice.subject, notice.text, notice.html, notice.headers)
    fault: str | None = None
    try:
        mail.carry(letter)
    except Exception as error:  # whatever is wrong with one letter or its server, the others must leave
        fault = f"{type(error).__name__}: {error}"[:300]
    with db.transaction():
        _settle(db.session.get_one(Notice, notice_id), fault)


def _claim(notice_id: int) -> Notice | None:
    """Take an e-mail for this worker; None where another was faster."""
    # The condition stands on the row itself, so that PostgreSQL asks it again once the other worker has committed.
    claimed = db.session.execute(
        sa.update(Notice)
        .where(Notice.id == notice_id, queries.is_due())
        .values(state=NoticeState.SENDING, due_at=clock.now(), tries=Notice.tries + 1)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    return db.session.get_one(Notice, claimed) if claimed is not None else None


def _settle(notice: Notice, fault: str | None) -> None:
    notice.fault = fault
    if fault is None:
        notice.state, notice.sent_at = NoticeState.SENT, clock.now()
    elif notice.tries >= MOST_TRIES:
        notice.state = NoticeState.FAILED
        log.error("notice.given_up", notice=notice.id, fault=fault)
    else:
        notice.state = NoticeState.QUEUED
        notice.due_at = clock.now() + timedelta(minutes=2**notice.tries)


def subscribe(topic: str, email: str, *, confirmed: bool = False) -> Subscription:
    """The subscription of an address to a topic such as "campaign:12", made or taken up again.

    `confirmed` where the owner of the address has shown it already (a confirmed pledge); otherwise the
    address hears nothing before `confirm`.
    """
    address, now = email.strip().lower(), clock.now()
    row = {"topic": topic, "email": address, "created_at": now, "confirmed_at": now if confirmed else None}
    new = db.insert(Subscription).values(**row)
    db.session.execute(new.on_conflict_do_nothing(index_elements=["topic", "email"]))
    found = db.session.scalars(queries.subscription(topic, address)).one()
    if confirmed:
        confirm(found)
    return found


def confirm(subscription: Subscription) -> None:
    """Let an address hear of its topic from now on, also where it had left before."""
    if subscription.confirmed_at is None or subscription.ended_at is not None:
        subscription.confirmed_at, subscription.ended_at = clock.now(), None


def unsubscribe(subscription: Subscription) -> None:
    """End a subscription; the second time changes nothing."""
    subscription.ended_at = subscription.ended_at or clock.now()


def call_back(key: str) -> None:
    """Take e-mails of this cause that have not left yet out of the outbox."""
    waiting = sa.and_(Notice.key.startswith(f"{key}:", autoescape=True), Notice.state == NoticeState.QUEUED)
    db.session.execute(sa.delete(Notice).where(waiting))


def waiting_about(cause: str) -> set[int]:
    """Of e-mails that have not left yet and whose key begins with `cause` and a number: those numbers."""
    keys = db.session.scalars(queries.waiting(f"{cause}:")).all()
    numbers = (key.removeprefix(f"{cause}:").partition(":")[0] for key in keys)
    return {int(number) for number in numbers if number.isdecimal()}


@sweep
def forget() -> None:
    """Delete what has done its work a month ago: sent e-mails, spent or expired links, requests to follow
    that were never confirmed."""
    with db.transaction():
        for rows in queries.forgettable(clock.now() - KEPT):
            db.session.execute(rows.execution_options(synchronize_session=False))


def forget_addresses(addresses: Collection[str]) -> None:
    """Delete every e-mail to these addresses, sent or not, and what they follow."""
    for column in (Notice.to, Subscription.email):
        gone = sa.delete(column.class_).where(sa.func.lower(column).in_({each.lower() for each in addresses}))
        db.session.execute(gone.execution_options(synchronize_session=False))
