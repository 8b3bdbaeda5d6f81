"""An ask, in the state that a test needs."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import Message

import pytest

from campaigns.account.models import Organisation, User
from campaigns.approval.states import Subject
from campaigns.ask.models import Ask, Letter, Reply, Signature
from campaigns.ask.states import QUIET, Answer, AskState
from campaigns.campaign.models import Campaign
from campaigns.community.models import Community
from campaigns.kit import clock, crypto, db, mail, queue, refs, text
from tests.cast.approvals import approved

SUBJECT = "Will Meridian Freight stand behind a nurse?"
BODY = "Dear Meridian Freight team,\n\nwe ask you to **stand behind** Amber Heron, who wants to become a nurse. " * 2
CONTACT = "canary.reader@meridian.example"

SENT = frozenset(AskState) - {AskState.DRAFTED, AskState.MODERATED}


@pytest.fixture
def an_ask(
    a_campaign: Callable[..., Campaign],
    a_company: Callable[..., Organisation],
    amina: User,
    safiya: User,
    lantern: Community,
) -> Callable[..., Ask]:
    """Make an ask: `an_ask(AskState.PUBLIC)` was written by Amina, read by Safiya, sent and published.

    A public one became public just now and was sent a quiet period ago, unless `sent_at` says otherwise.
    """

    def make(
        state: AskState = AskState.DRAFTED,
        *,
        campaign: Campaign | None = None,
        company: Organisation | None = None,
        author: User | None = None,
        sent_at: datetime | None = None,
        was_public: bool = True,
        amount: int = 500_00,
        body: str = BODY,
        contact_name: str = "Rosa Reader",
    ) -> Ask:
        campaign, company = campaign or a_campaign(), company or a_company()
        author = author or amina
        public = state in {AskState.PUBLIC, AskState.SILENT} or (state is AskState.ANSWERED and was_public)
        if sent_at is None and state in SENT:
            sent_at = clock.now() - (QUIET if public else timedelta(days=1))
        quiet_until = sent_at + QUIET if sent_at else None
        ask = Ask(
            ref=refs.random_ref(),
            organisation_id=campaign.organisation_id,
            campaign_id=campaign.id,
            company_id=company.id,
            author_id=author.id,
            state=AskState.DRAFTED,
            concerns_minor=campaign.concerns_minor,
            contact_name=contact_name,
            contact_email=CONTACT,
            amount=amount,
            currency=campaign.currency,
            moderated_by_id=None if state is AskState.DRAFTED else safiya.id,
            moderated_at=None if state is AskState.DRAFTED else sent_at or clock.now(),
            sent_at=sent_at,
            quiet_until=quiet_until,
            public_at=quiet_until if public else None,
            silent_at=clock.now() if state is AskState.SILENT else None,
            answered_at=clock.now() if state is AskState.ANSWERED else None,
        )
        db.session.add(ask)
        db.session.flush()
        db.session.add(
            Letter(
                ask_id=ask.id,
                version=1,
                author_id=author.id,
                subject=SUBJECT,
                body=body,
                body_html=text.markdown(body),
                content_hash=text.content_hash(SUBJECT, body),
            )
        )
        db.session.flush()
        if state is not AskState.DRAFTED and ask.concerns_minor:
            ask.approval_id = approved(Subject.ASK, ask, text.content_hash(SUBJECT, body)).id
        ask.state = state
        if state is AskState.ANSWERED:
            db.session.add(a_reply_to(ask, is_public=public))
        db.session.commit()
        return ask

    return make


def a_reply_to(ask: Ask, *, is_public: bool) -> Reply:
    """An acceptance in full."""
    return Reply(
        ask_id=ask.id,
        once=crypto.token(),
        answer=Answer.ACCEPT,
        amount=ask.amount,
        currency=ask.currency,
        answered_by="Rosa Reader",
        position="Head of Giving",
        is_public=is_public,
    )


@pytest.fixture
def a_signature(app: object) -> Callable[..., Signature]:
    """Make a signature: `a_signature(ask, "Sana")` stands, with its count."""

    def make(ask: Ask, name: str = "Sana Signer", *, confirmed: bool = True, pseudonym: bool = False) -> Signature:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        letter = db.session.query(Letter).filter_by(ask_id=ask.id).order_by(Letter.version.desc()).first()
        signature = Signature(
            ask_id=ask.id,
            letter_id=letter.id,
            email_hash=crypto.fingerprint(email),
            email=email,
            shown_as=name,
            is_pseudonym=pseudonym,
            confirmed_at=clock.now() if confirmed else None,
        )
        db.session.add(signature)
        if confirmed:
            ask.signature_count += 1
        db.session.commit()
        return signature

    return make


@pytest.fixture
def post(app: object) -> Callable[[], list[Message]]:
    """Let everything due be sent, and read all e-mails so far."""

    def read() -> list[Message]:
        db.session.commit()
        queue.run_all()
        return sorted(mail.inbox(), key=lambda letter: letter["Subject"])

    return read


def words_of(letter: Message) -> tuple[str, str]:
    """The plain text and the HTML of an e-mail."""
    leaves = [part for part in letter.walk() if not part.is_multipart()]
    parts = {part.get_content_type(): part.get_payload(decode=True).decode() for part in leaves}
    return parts["text/plain"].replace("\r\n", "\n"), parts["text/html"]


def link_in(letter: Message, start: str) -> str:
    """The path of the first link in an e-mail that begins with `start`."""
    found = re.search(rf"http://localhost({re.escape(start)}\S*)", words_of(letter)[0])
    assert found, f"no {start} in {letter['Subject']}"
    return found[1]
