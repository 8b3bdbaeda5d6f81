"""Approvals by two people, made as rows, for what stands in public already."""

from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.approval.models import Approval
from campaigns.approval.states import Question, Subject
from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import words
from campaigns.kit import clock, db

NO = dict.fromkeys(Question, False)
"""The answers of somebody whom nothing worries."""

SAID_NO = {f"{question}": "no" for question in Question}
"""The same, as a form sends it."""


def approved(subject: Subject, thing: Any, content_hash: str) -> Approval:
    """A complete approval of a thing's words by two people of nowhere, the second an officer."""
    author = db.session.get_one(User, thing.author_id)
    first, second = _reader("first"), _reader("second")
    made = Approval(
        subject_type=subject,
        subject_id=thing.id,
        organisation_id=thing.organisation_id,
        content_hash=content_hash,
        author_id=author.id,
        author_email=author.email_canonical,
        first_by_id=first.id,
        first_email=first.email_canonical,
        first_role=Role.VETTER,
        first_answers=dict(NO),
        second_by_id=second.id,
        second_email=second.email_canonical,
        second_role=Role.SAFEGUARDING_OFFICER,
        second_at=clock.now(),
        second_answers=dict(NO),
    )
    made.first_at = made.second_at
    db.session.add(made)
    db.session.flush()
    return made


def approve_campaign(campaign: Campaign) -> None:
    """Let two people have approved what a campaign says now."""
    db.session.flush()
    whole = db.session.scalars(queries.whole(campaign.id)).one()
    campaign.content_hash = words.fingerprint(whole)
    campaign.approval_id = approved(Subject.CAMPAIGN, campaign, campaign.content_hash).id


def _reader(name: str) -> User:
    email = f"{name}.reader@nowhere.example"
    found = db.session.scalars(sa.select(User).where(User.email == email)).one_or_none()
    if found is None:
        found = User(email=email, email_canonical=email, name=f"{name.title()} Reader", password_hash="none")
        db.session.add(found)
        db.session.flush()
    return found
