"""The steps of an ask: read by a second person, sent, public, closed."""

from datetime import datetime

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.approval import rules as approvals
from campaigns.approval.models import Approval
from campaigns.approval.rules import Answers, Text
from campaigns.approval.states import Subject
from campaigns.ask import queries
from campaigns.ask.models import Ask, Delivery, Letter
from campaigns.ask.rules import base, mails
from campaigns.ask.states import COMPANY_GAP, MOVES, QUIET, SILENT_AFTER, AskState
from campaigns.audit import rules as audit
from campaigns.campaign import queries as campaigns
from campaigns.campaign.rules import consent, figures
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.kit.states import check_move
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


def require_reader(by: User, ask: Ask, letter: Letter) -> None:
    """Raise NotAllowed unless this person, who wrote none of it, may read the letter before it is sent.

    Where a student is a minor most of the team may be one of the two readers; otherwise an officer or a moderator
    reads it alone.
    """
    if ask.concerns_minor:
        approvals.require_reader(by, _text(ask, letter))
        return
    access.require(by, Action.MODERATE_ASK, ask)
    if letter.author_id == by.id:
        raise NotAllowed("You wrote these words, so somebody else has to read them.")


def _text(ask: Ask, letter: Letter) -> Text:
    others = frozenset({letter.author_id})
    return Text(Subject.ASK, ask.id, ask.organisation_id, letter.content_hash, ask.author_id, others)


def approval_of(ask: Ask, letter: Letter) -> Approval | None:
    """What stands of the letter's words: half an approval, a whole one, or none."""
    return approvals.standing(Subject.ASK, ask.id, letter.content_hash)


def approve(ask: Ask, *, version: int, by: User, answers: Answers | None = None) -> bool:
    """Say that version `version` of the letter may be sent; True once nobody else has to read it.

    Where a student is a minor, two people do, and answer the checklist. Raises NotAllowed (the author of the ask or
    of these words, too), LetterChanged, IllegalMove, or what `approval.rules.approve` raises.
    """
    letter = _read(ask, by)
    if letter.version != version:
        raise LetterChanged()
    check_move(MOVES, ask.state, AskState.MODERATED)
    if ask.concerns_minor:
        given = approvals.approve(_text(ask, letter), answers=answers or {}, by=by)
        if not given.is_complete:
            ask.returned_note = None
            return False
        ask.approval_id = given.id
    ask.moderated_by_id, ask.moderated_at, ask.returned_note = by.id, clock.now(), None
    ask.move_to(AskState.MODERATED)
    audit.record(by, "ask.approved", ask, version=version)
    return True


def send_back(ask: Ask, note: str, *, by: User) -> None:
    """Ask the author for changes; an approval is void. Raises NotAllowed, NoteMissing, IllegalMove."""
    _read(ask, by)
    if not note:
        raise NoteMissing()
    if ask.state is not AskState.DRAFTED:
        ask.move_to(AskState.DRAFTED)
    ask.moderated_by_id, ask.moderated_at, ask.returned_note = None, None, note
    approvals.void(Subject.ASK, ask.id)
    audit.record(by, "ask.sent_back", ask)


def _read(ask: Ask, by: User) -> Letter:
    """The letter, read for approval; whether a student is a minor is asked anew, while it was not sent."""
    require_reader(by, ask, base.letter_of(ask))
    base.lock(ask)
    if ask.state is AskState.DRAFTED and not ask.concerns_minor:
        ask.concerns_minor = db.session.scalars(campaigns.minors_of(ask.campaign_id)).first() is not None
    return base.letter_of(ask)


def free_from(company_id: int) -> datetime | None:
    """From when on this company can be sent another letter; None where it can be now."""
    last = db.session.execute(queries.latest_open(company_id)).scalar()
    return last + COMPANY_GAP if last is not None and last + COMPANY_GAP > clock.now() else None


def send(ask: Ask, *, by: User) -> None:
    """Mail the letter to the company; the quiet period begins.

    Raises NotAllowed, IllegalMove, CampaignNotLive, ConsentMissing, or TooEarly where the company has another open
    ask, by whichever community, that is younger than the gap.
    """
    access.require(by, Action.SEND_ASK, ask)
    base.lock(ask)
    ask.move_to(AskState.PRIVATE)
    _check_campaign(ask)
    _check_gap(ask)
    ask.sent_at = clock.now()
    ask.quiet_until = ask.sent_at + QUIET
    letter = base.letter_of(ask)
    notice_id = mails.letter(ask, letter)
    db.session.add(Delivery(letter_id=letter.id, notice_id=notice_id, at=ask.sent_at))
    audit.record(by, "ask.sent", ask, version=letter.version)


def _check_campaign(ask: Ask) -> None:
    campaign = figures.lock(ask.campaign_id)
    base.check_live(campaign)
    consent.require(campaign, picture=False)


def _check_gap(ask: Ask) -> None:
    # Two communities may press the same company at once: the company's row makes them queue.
    db.session.execute(sa.select(Organisation.id).where(Organisation.id == ask.company_id).with_for_update())
    since = free_from(ask.company_id)
    if since is not None:
        name = ask.company.name
        raise TooEarly(f"{name} is considering another letter. So that nobody is overrun, yours can be sent", since)


def publish(ask: Ask, *, by: User) -> None:
    """Open the letter to everyone and to co-signers, after the quiet period.

    Raises NotAllowed, IllegalMove, CampaignNotLive, ConsentMissing, or TooEarly with the day from which it is possible.
    """
    access.require(by, Action.SEND_ASK, ask)
    base.lock(ask)
    ask.move_to(AskState.PUBLIC)
    _check_campaign(ask)
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
