"""A student of whom everything is held: papers, consent, a campaign, news, a letter, money."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.ask.models import Ask, Letter
from campaigns.ask.states import AskState
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.file import rules as files
from campaigns.kit import clock, db
from campaigns.pledge.models import Pledge
from campaigns.student import rules
from campaigns.student.models import Application, Decision, Need, Question
from campaigns.student.rules import codes
from campaigns.student.states import DocumentKind, Reason, Source, Verdict
from campaigns.update.models import Update
from campaigns.update.states import UpdateState
from tests.cast.approvals import approve_campaign
from tests.cast.pictures import a_photo

CODE = "4KQ7M2XW9RTZ"
PAPER = b"%PDF-1.4\n% Canary paper\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "Canary words about Amber Heron"


@pytest.fixture
def campaign(a_campaign: Callable[..., Campaign], amina: User) -> Campaign:
    """A campaign for one student, with her picture, a revision's words gone long ago, and news."""
    found = a_campaign(slug="a-nurse")
    found.concerns_minor = False  # until two have approved these words, below
    found.story = found.story_html = found.summary = found.title = TEXT
    found.cover = files.keep_image(a_photo(), organisation_id=found.organisation_id, by=amina)
    found.cover_alt, found.cover_shows_student = TEXT, True
    db.session.flush()
    news = {"title": TEXT, "body": TEXT, "body_html": TEXT, "content_hash": "x", "concerns_minor": False}
    db.session.add(
        Update(
            organisation_id=found.organisation_id, campaign_id=found.id, author_id=amina.id,
            state=UpdateState.PUBLISHED, published_at=clock.now(), **news,
        )
    )  # fmt: skip
    found.update_count = 1
    approve_campaign(found)
    found.concerns_minor = True
    db.session.commit()
    return found


@pytest.fixture
def letter(campaign: Campaign, a_company: Callable[..., Any], amina: User, safiya: User) -> Letter:
    """A public letter about the student."""
    ask = Ask(
        ref="ASK1", organisation_id=campaign.organisation_id, campaign_id=campaign.id, company_id=a_company().id,
        author_id=amina.id, state=AskState.PUBLIC, moderated_by_id=safiya.id, contact_name="Rosa",
        contact_email="rosa@meridian.example", amount=100, currency="EUR", sent_at=clock.now(),
        quiet_until=clock.now(), public_at=clock.now(), concerns_minor=False,
    )  # fmt: skip
    db.session.add(ask)
    db.session.flush()
    said = {"subject": TEXT, "body": TEXT, "body_html": TEXT, "content_hash": "x"}
    written = Letter(ask_id=ask.id, version=1, author_id=amina.id, **said)
    db.session.add(written)
    db.session.commit()
    return written


@pytest.fixture
def student(
    campaign: Campaign, letter: Letter, a_pledge: Callable[..., Pledge], victor: User, lantern: object
) -> Application:
    """The student whom the campaign is for, of whom everything is held."""
    a_pledge(campaign, 50_00)
    ids = sa.select(Need.application_id).join(BudgetLine, BudgetLine.need_id == Need.id)
    application = db.session.get_one(Application, db.session.scalars(ids.distinct()).one())
    application.code_hash = codes.digest(CODE)
    application.story = "Canary story"
    rules.attach(application, PAPER, DocumentKind.FEE_NOTE, Source.STUDENT)
    db.session.add(
        Question(application_id=application.id, asked_by_id=victor.id, text="Canary question", answer="Canary answer")
    )
    db.session.add(
        Decision(
            application_id=application.id, voter_id=victor.id, voter_email=victor.email_canonical,
            verdict=Verdict.APPROVE, reason=Reason.SCHOOL_CONFIRMED, note="Canary note",
        )
    )  # fmt: skip
    db.session.commit()
    return application
