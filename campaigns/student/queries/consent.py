"""Finding the trail of consent, and whether it holds now."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from campaigns.kit import clock
from campaigns.student.models import Application, Consent, ConsentReminder
from campaigns.student.states import FUNDABLE, OPEN, ConsentEvent, Purpose

ONCE_A_WHILE = timedelta(days=90)


def consents_of(application_id: int) -> sa.Select[Consent]:
    """The whole trail of consent of one application, oldest first."""
    return sa.select(Consent).where(Consent.application_id == application_id).order_by(Consent.id)


def consented(purpose: Purpose, now: "sa.ColumnElement[datetime] | None" = None) -> sa.Select[int]:
    """The ids of the applications for which consent to this holds now: given, checked, not withdrawn, not expired.

    A renewal that nobody has checked yet does not end the consent before it. `now` may be a parameter, so that
    a statement is built once.
    """
    later = aliased(Consent)
    withdrawn = sa.exists().where(
        later.application_id == Consent.application_id,
        later.purpose == Consent.purpose,
        later.event == ConsentEvent.WITHDRAWN,
        later.id > Consent.id,
    )
    return sa.select(Consent.application_id).where(
        Consent.purpose == purpose,
        Consent.event == ConsentEvent.CHECKED,
        Consent.expires_at > (clock.now() if now is None else now),
        ~withdrawn,
    )


def has_consent(application_ids: Collection[int], purpose: Purpose) -> sa.Select[int]:
    """Those of these applications for which consent to this holds now."""
    return consented(purpose).where(Consent.application_id.in_(application_ids))


def withdrawn(application_ids: Collection[int]) -> sa.Select[int]:
    """Those of these applications of which nothing may be shown any more: consent was withdrawn or has run out."""
    return sa.select(Application.id).where(
        Application.id.in_(application_ids), Application.id.not_in(consented(Purpose.PUBLISH_TEXT))
    )


def ending(days: int, until_days: int) -> sa.Select[*tuple[Any, ...]]:
    """Running applications with the moment when the first consent of theirs ends, where that is at most `days` away,
    more than `until_days`, and nobody was told so yet: (id, ends_at)."""
    now, later = clock.now(), aliased(Consent)
    same = sa.and_(later.application_id == Consent.application_id, later.purpose == Consent.purpose)
    renewed = sa.and_(later.event == ConsentEvent.GIVEN, later.by_guardian == Consent.by_guardian)
    over = sa.exists().where(same, later.id > Consent.id, sa.or_(renewed, later.event == ConsentEvent.WITHDRAWN))
    told = sa.exists().where(
        ConsentReminder.application_id == Consent.application_id,
        ConsentReminder.days == days,
        ConsentReminder.at > now - ONCE_A_WHILE,
    )
    first = sa.func.min(Consent.expires_at, type_=Consent.expires_at.type)
    return (
        sa.select(Consent.application_id, first)
        .join(Application, Application.id == Consent.application_id)
        .where(Application.stage.in_(OPEN | FUNDABLE), Consent.event == ConsentEvent.GIVEN, ~over, ~told)
        .where(Consent.expires_at > now + timedelta(days=until_days))
        .group_by(Consent.application_id)
        .having(first <= now + timedelta(days=days))
        .order_by(Consent.application_id)
        .limit(100)
    )


def perhaps_of_age() -> sa.Select[Application]:
    """Minors whose age was not looked at today, some at a time."""
    seen = sa.or_(Application.minor_checked_on.is_(None), Application.minor_checked_on < clock.today())
    chosen = sa.select(Application).where(Application.is_minor, Application.stage.in_(OPEN | FUNDABLE), seen)
    return chosen.order_by(Application.id).limit(200).with_for_update(of=Application)
