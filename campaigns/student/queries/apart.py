"""Who has something to do with several students or their school; for comparing, never for showing."""

from collections.abc import Collection

import sqlalchemy as sa

from campaigns.student.models import Application, ConfirmationRequest, Conflict, Party
from campaigns.student.states import ConflictKind, RequestState


def entered(application_ids: Collection[int]) -> sa.Select[Application]:
    """The applications, with the accounts and addresses of each student and of who entered it for them."""
    return sa.select(Application).where(Application.id.in_(application_ids))


def with_conflict(application_ids: Collection[int]) -> sa.Select[int]:
    """Who keeps out of one of these applications, other than for having seen who the student is."""
    stands = sa.and_(Conflict.overruled_at.is_(None), Conflict.kind != ConflictKind.SAW_IDENTITY)
    return sa.select(Conflict.user_id).where(Conflict.application_id.in_(application_ids), stands).distinct()


def party_prints(application_ids: Collection[int]) -> sa.Select[str]:
    """The fingerprints of everybody who has a part in one of these applications."""
    return sa.select(Party.fingerprint).where(Party.application_id.in_(application_ids)).distinct()


def asked(application_ids: Collection[int]) -> sa.Select[str | None, int | None]:
    """(fingerprint of the address, account) of referees, guardians and schools that were asked about them."""
    live = ConfirmationRequest.state.in_([RequestState.OPEN, RequestState.ANSWERED])
    both = sa.select(ConfirmationRequest.email_print, ConfirmationRequest.answered_by_id)
    return both.where(ConfirmationRequest.application_id.in_(application_ids), live).distinct()
