"""Finding what was approved."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.account.models import User
from campaigns.approval.models import OFFICER, Approval
from campaigns.approval.states import Subject


def standing(subject: Subject, subject_id: int) -> sa.Select[Approval]:
    """The approvals of a thing that nothing has ended, with who read it first, the oldest first."""
    return (
        sa.select(Approval)
        .where(Approval.subject_type == subject, Approval.subject_id == subject_id, Approval.voided_at.is_(None))
        .options(joinedload(Approval.first_by))
        .order_by(Approval.id)
    )


def of_text(subject: Subject, subject_id: int, content_hash: str) -> sa.Select[Approval]:
    """What stands of exactly this text."""
    return standing(subject, subject_id).where(Approval.content_hash == content_hash)


def half(subject: Subject, subject_id: Any, *more: Any) -> sa.Exists:
    """Whether a thing (a column of the statement around it) waits for its second reader."""
    return sa.exists().where(
        Approval.subject_type == subject,
        Approval.subject_id == subject_id,
        Approval.second_at.is_(None),
        Approval.voided_at.is_(None),
        *more,
    )


def waits_for(user: User, *, officer: bool, subject: Subject, subject_id: Any) -> sa.ColumnElement[bool]:
    """Whether a thing waits for this person as its second reader: one of the two has to be an officer."""
    not_mine = Approval.first_email != user.email_canonical
    return half(subject, subject_id, not_mine, *(() if officer else (Approval.first_role == OFFICER,)))
