"""Where consent stands now, and whether it holds."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, Consent
from campaigns.student.states import (
    Channel,
    ConsentEvent,
    Purpose,
)


class NoConsent(Refused):
    """Consent to this is missing, not checked yet, withdrawn or has run out."""


@dataclass(frozen=True)
class Standing:
    """Where consent to one purpose stands now."""

    purpose: Purpose
    student_at: datetime | None = None
    student_until: datetime | None = None
    guardian_at: datetime | None = None
    guardian_until: datetime | None = None
    checked: bool = False
    channel: Channel | None = None  # by which the guardian's consent came

    @property
    def student(self) -> bool:
        """Whether the student has agreed."""
        return self.student_until is not None

    @property
    def guardian(self) -> bool:
        """Whether the guardian has."""
        return self.guardian_until is not None

    @property
    def expires_at(self) -> datetime | None:
        """When the first of them ends."""
        return min((until for until in (self.student_until, self.guardian_until) if until), default=None)

    def given(self, *, minor: bool) -> bool:
        """Whether all have agreed who must."""
        return self.student and (self.guardian or not minor)

    def after(self, event: Consent) -> "Standing":
        """The standing once this event has happened too; any withdrawal ends all that was given before."""
        if event.event is ConsentEvent.WITHDRAWN:
            return Standing(self.purpose)
        if event.expires_at <= clock.now():
            return self
        if event.event is ConsentEvent.CHECKED:
            return replace(self, checked=True)
        if event.by_guardian:
            return replace(self, guardian_at=event.at, guardian_until=event.expires_at, channel=event.channel)
        return replace(self, student_at=event.at, student_until=event.expires_at)


def standings(application: Application) -> dict[Purpose, Standing]:
    """Where consent stands for each purpose."""
    found = {purpose: Standing(purpose) for purpose in Purpose}
    for event in db.session.scalars(queries.consents_of(application.id)):
        found[event.purpose] = found[event.purpose].after(event)
    return found


def has_consent(application_ids: Collection[int], purpose: Purpose) -> bool:
    """Whether consent to this holds now for every one of these applications."""
    wanted = set(application_ids)
    return wanted == set(db.session.scalars(queries.has_consent(wanted, purpose)))


def require_consent(application_ids: Collection[int], purpose: Purpose) -> None:
    """Return quietly where consent holds for every application, and let no withdrawal overtake this transaction.

    Raises NoConsent.
    """
    ids = sorted(set(application_ids))
    db.session.execute(
        sa.select(Application.id).where(Application.id.in_(ids)).order_by(Application.id).with_for_update()
    )
    if not has_consent(ids, purpose):
        raise NoConsent()
