"""The steps of an ask: read by a second person, sent, public, closed."""

from datetime import datetime

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.ask import queries
from campaigns.ask.models import Ask, Delivery, Letter
from campaigns.ask.rules import base, mails
from campaigns.ask.states import COMPANY_GAP, QUIET, SILENT_AFTER, AskState
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.kit.templating import day


class LetterChanged(Refused):
    """The letter was changed while you read it. Read it once more."""


class NoteMissing(Refused):
    """Say what should change, so that the author can do it."""

    field = "note"


class TooEarly(Refused):
    """A step that becomes possible on a certain day."""

    def __init__(self, what: str, since: datetime) -> None:
        self.since = since
        super().__init__(f"{what} from {day(since)} on.")


def approve(ask: Ask, *, version: int, by: User) -> None:
    """Say, as a second person, that version `version` of the letter may be sent.

    Raises NotAllowed (the author of the ask or of these words, too), LetterChanged, IllegalMove.
    """
    letter = _read(ask, by)
    if letter.version != version:
        raise LetterChanged()
    ask.move_to(AskState.MODERATED)
    ask.moderated_by_id, ask.moderated_at, ask.returned_note = by.id, clock.now(), None
    audit.record(by, "ask.approved", ask, version=version)


def send_back(ask: Ask, note: str, *, by: User) -> None:
    """Ask the author for changes; an approval is void. Raises NotAllowed, NoteMissing, IllegalMove."""
    _read(ask, by)
    if not note:
        raise NoteMissing()
    if ask.state is not AskState.DRAFTED:
        ask.move_to(AskState.DRAFTED)
    ask.moderated_by_id, ask.moderated_at, ask.returned_note = None, None, note
    audit.record(by, "ask.sent_back", ask)


def _read(ask: Ask, by: User) -> Letter:
    access.require(by, Action.MODERATE_ASK, ask)
    base.lock(ask)
    letter = base.letter_of(ask)
    if letter.author_id == by.id:
        raise NotAllowed("You wrote these words, so somebody else has to read them.")
    return letter


def free_from(company_id: int) -> datetime | None:
    """From when on this company can be sent another letter; None where it can be now."""
    last = db.session.execute(queries.latest_open(company_id)).scalar()
    return last + COMPANY_GAP if last is not None and last + COMPANY_GAP > clock.now() else None


def send(ask: Ask, *, by: User) -> None:
    """Mail the letter to the company; the quiet period begins.

    Raises NotAllowed, IllegalMove, CampaignNotLive, or TooEarly where the company has another open ask, by
    whichever community, that is younger than the gap.
    """
    access.require(by, Action.SEND_ASK, ask)
    base.lock(ask)
    ask.move_to(AskState.PRIVATE)
    base.check_live(figures.lock(ask.campaign_id))
    _check_gap(ask)
    ask.sent_at = clock.now()
    ask.quiet_until = ask.sent_at + QUIET
    letter = base.letter_of(ask)
    notice_id = mails.letter(ask, letter)
    db.session.add(Delivery(letter_id=letter.id, notice_id=notice_id, at=ask.sent_at))
    audit.record(by, "ask.sent", ask, version=letter.version)


def _check_gap(ask: Ask) -> None:
    # Two communities may press the same company at once: the company's row makes them queue.
    db.session.execute(sa.select(Organisation.id).where(Organisation.id == ask.company_id).with_for_update())
    since = free_from(ask.company_id)
    if since is not None:
        name = ask.company.name
        raise TooEarly(f"{name} is considering another letter. So that nobody is overrun, yours can be sent", since)


def publish(ask: Ask, *, by: User) -> None:
    """Open the letter to everyone and to co-signers, after the quiet period.

    Raises NotAllowed, IllegalMove, CampaignNotLive, or TooEarly with the day from which it is possible.
    """
    access.require(by, Action.SEND_ASK, ask)
    base.lock(ask)
    ask.move_to(AskState.PUBLIC)
    base.check_live(figures.lock(ask.campaign_id))
    since = ask.quiet_until or clock.now() + QUIET
    if clock.now() < since:
        raise TooEarly("The quiet period is a promise to the company. The letter can become public", since)
    ask.public_at = clock.now()
    ask.version += 1
    figures.touch(ask.campaign_id)
    audit.record(by, "ask.published", ask)


def close_as_silent(ask: Ask, *, by: User) -> None:
    """Say that the company has not answered; it still can. Raises NotAllowed, IllegalMove, TooEarly."""
    access.require(by, Action.SEND_ASK, ask)
    base.lock(ask)
    ask.move_to(AskState.SILENT)
    since = (ask.public_at or clock.now()) + SILENT_AFTER
    if clock.now() < since:
        raise TooEarly("A company gets time to answer. This can be closed", since)
    ask.silent_at = clock.now()
    ask.version += 1
    figures.touch(ask.campaign_id)
    audit.record(by, "ask.closed_as_silent", ask)
