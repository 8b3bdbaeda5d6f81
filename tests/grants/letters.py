"""Asks and updates in each state, with everything private marked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.approval.states import Subject
from campaigns.ask import queries
from campaigns.ask.models import Ask, Letter, Reply, Signature
from campaigns.ask.rules.mails import reply_token
from campaigns.ask.states import QUIET, SILENT_AFTER, Answer, AskState
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, crypto, db, links, refs, text
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice
from campaigns.notice.states import NoticeState
from campaigns.update import rules as updates
from campaigns.update.models import Update
from campaigns.update.rules.mailing import UNSUBSCRIBE
from tests.cast.approvals import NO, approved

CANARIES = {
    "contact's name": "Canary Contactname",
    "contact's address": "canary.contact@meridian.example",
    "private letter": "Canary letter that is private",
    "company asked in private": "Canary Secret Holdings",
    "reader's note": "Canary note of a reader",
    "signer's address": "canary.signer@example.org",
    "unconfirmed signer": "Canary Unconfirmed",
    "removed signer": "Canary Removed",
    "private answer": "Canary answer that is private",
    "update in review": "Canary update in review",
    "withdrawn update": "Canary update withdrawn",
    "follower's address": "canary.follower@example.org",
    "e-mail's subject": "Canary subject of an e-mail",
    "e-mail's text": "Canary text of an e-mail",
}
MARKED = "marked"
LETTER = "Dear team, we ask you to stand behind Amber Heron, who wants to become a nurse. " * 2


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    live = _campaign("live")
    secret = get("a_company")(CANARIES["company asked in private"])
    company = get("a_company")
    asks = {
        "drafted": _ask(live, secret, AskState.DRAFTED, users),
        "moderated": _ask(live, company("Moderated Mills"), AskState.MODERATED, users),
        "private": _ask(live, company("Private Press"), AskState.PRIVATE, users, days=QUIET.days + 1),
        "quiet": _ask(live, company("Quiet Quarries"), AskState.PRIVATE, users, days=1),
        "public": _ask(live, company("Public Power"), AskState.PUBLIC, users, days=(QUIET + SILENT_AFTER).days + 1),
        "signable": _ask(live, company("Signed Steel"), AskState.PUBLIC, users, days=QUIET.days),
        "answered": _ask(live, company("Answered Arms"), AskState.ANSWERED, users, days=1),
    }
    _answer(asks["answered"])
    _outbox()
    return (
        {name: ask.ref for name, ask in asks.items()}
        | _signatures(asks["signable"])
        | {"reply": reply_token(asks["quiet"])}
        | _updates(users)
    )


def _outbox() -> None:
    subject, words = CANARIES["e-mail's subject"], CANARIES["e-mail's text"]
    sent = Notice(key=MARKED, to="somebody@example.org", subject=subject, text=words, html=words)
    sent.state, sent.sent_at = NoticeState.SENT, clock.now()
    db.session.add(sent)


def _campaign(slug: str) -> Campaign:
    return db.session.scalars(sa.select(Campaign).where(Campaign.slug == slug)).one()


def _ask(campaign: Campaign, company: Any, state: AskState, users: dict[str, User], *, days: int = 0) -> Ask:
    sent = clock.now() - timedelta(days=days) if days else None
    public = state is AskState.PUBLIC and sent is not None
    ask = Ask(
        ref=refs.random_ref(),
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id,
        company_id=company.id,
        author_id=users["sara"].id,
        state=AskState.DRAFTED,
        contact_name=CANARIES["contact's name"],
        contact_email=CANARIES["contact's address"],
        amount=500_00,
        currency="EUR",
        moderated_by_id=None if state is AskState.DRAFTED else users["safiya"].id,
        returned_note=CANARIES["reader's note"],
        sent_at=sent,
        quiet_until=sent + QUIET if sent else None,
        public_at=sent + QUIET if sent and public else None,
        answered_at=clock.now() if state is AskState.ANSWERED else None,
    )
    db.session.add(ask)
    db.session.flush()
    body = LETTER if public else f"{CANARIES['private letter']}. {LETTER}"
    db.session.add(
        Letter(
            ask_id=ask.id,
            version=1,
            author_id=users["sara"].id,
            subject="Will you stand behind a nurse?",
            body=body,
            body_html=str(text.markdown(body)),
            content_hash=text.content_hash("", body),
        )
    )
    db.session.flush()
    if state is not AskState.DRAFTED:
        ask.approval_id = approved(Subject.ASK, ask, text.content_hash("", body)).id
    ask.state = state
    return ask


def _answer(ask: Ask) -> None:
    db.session.add(
        Reply(
            ask_id=ask.id,
            once=crypto.token(),
            answer=Answer.ACCEPT,
            message=CANARIES["private answer"],
            amount=ask.amount,
            currency=ask.currency,
            answered_by=CANARIES["contact's name"],
            position="Head of Giving",
        )
    )


def _signatures(ask: Ask) -> dict[str, Any]:
    letter = db.session.scalars(sa.select(Letter).where(Letter.ask_id == ask.id)).one()
    names = {"Sana Signer": "confirmed", CANARIES["unconfirmed signer"]: "", CANARIES["removed signer"]: "removed"}
    made = []
    for number, (name, how) in enumerate(names.items()):
        address = CANARIES["signer's address"].replace("@", f"{number or ''}@")
        made.append(
            Signature(
                ask_id=ask.id,
                letter_id=letter.id,
                email_hash=crypto.fingerprint(address),
                email=address,
                shown_as=name,
                confirmed_at=clock.now() if how else None,
                removed_at=clock.now() if how == "removed" else None,
            )
        )
    db.session.add_all(made)
    ask.signature_count = 1
    db.session.flush()
    chosen = {"shown_as": "Pia Pending", "is_pseudonym": True, "letter_id": letter.id}
    return {
        "signature_token": links.issue(queries.LINK, made[1].id, lasts=timedelta(days=1), payload=chosen),
        "unsign": links.sign("ask.unsign", str(made[0].id)),
    }


def _updates(users: dict[str, User]) -> dict[str, Any]:
    adult, live = _campaign("adult"), _campaign("live")
    draft = _update(adult, "Canary draft of an update", users)
    reviewing = _update(live, CANARIES["update in review"], users)
    updates.send_for_review(reviewing, by=users["sara"])
    shown, gone = _update(live, "The first term is over", users), _update(live, CANARIES["withdrawn update"], users)
    for each in (shown, gone):
        updates.send_for_review(each, by=users["sara"])
        for reader in ("victor", "safiya"):
            updates.approve(each, seen=each.content_hash, answers=NO, by=users[reader])
    updates.withdraw(gone, by=users["sara"])
    follower = notice.subscribe(f"campaign:{live.id}", CANARIES["follower's address"], confirmed=True)
    waiting = notice.subscribe(f"campaign:{live.id}", "waiting@example.org")
    return {
        "draft_update": draft.id, "reviewing_update": reviewing.id, "published": shown.id, "withdrawn": gone.id,
        "hash": reviewing.content_hash, "unsubscribe": links.sign(UNSUBSCRIBE, str(follower.id)),
        "follow": links.issue("follow", waiting.id, lasts=timedelta(days=1)),
    }  # fmt: skip


def _update(campaign: Campaign, title: str, users: dict[str, User]) -> Update:
    made = updates.create(campaign, title=title, body=title, minor=False, once=crypto.token(), by=users["sara"])
    db.session.flush()
    return made
