"""Somebody says that a supported student leaves; a second person confirms it, and sponsors are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign.models import BudgetLine
from campaigns.campaign.rules import figures, funding
from campaigns.departure import queries
from campaigns.departure.models import Departure, Kept, Share
from campaigns.departure.rules import rest, tell
from campaigns.departure.states import DepartureKind, DepartureState, Reporter
from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Refused
from campaigns.student import queries as students
from campaigns.student import rules as student_rules
from campaigns.student.models import Application
from campaigns.student.states import Stage

CHOOSE_WITHIN = timedelta(days=30)


class NotSupported(Refused):
    """Only a student whom a campaign supports can leave it."""


class Reported(Refused):
    """This has been reported already, and waits for a second person."""


class NotYet(Refused):
    """This day has not come yet."""

    field = "happened_on"


class NoSuchSchool(Refused):
    """Choose the new school from the list."""

    field = "school"


class PaymentUnderway(Refused):
    """A payment to the school is proposed for this student. Release it, or take it back, first."""


@dataclass(frozen=True)
class Told:
    """What is told of a departure."""

    kind: DepartureKind
    happened_on: date
    note: str = ""
    new_school_id: int | None = None


def report(application: Application, told: Told, *, by: User | None) -> Departure:
    """Note that a supported student leaves, or goes to another school; nothing moves before it is confirmed.

    `by` is None where the student says it. Raises NotAllowed, NotSupported, Reported, NotYet, NoSuchSchool.
    """
    if by is not None:
        access.require(by, Action.REPORT_DEPARTURE, application)
    application = db.session.scalars(students.locked(application.id)).one()
    if application.stage is not Stage.SUPPORTED:
        raise NotSupported()
    if told.happened_on > clock.today():
        raise NotYet()
    changes = told.kind is DepartureKind.CHANGED_SCHOOL
    if changes and db.session.scalars(students.school(told.new_school_id)).one_or_none() is None:
        raise NoSuchSchool()
    departure = Departure(
        application_id=application.id,
        ref=refs.random_ref(),
        organisation_id=application.organisation_id,
        kind=told.kind,
        happened_on=told.happened_on,
        new_school_id=told.new_school_id if changes else None,
        reporter=Reporter.TEAM if by else Reporter.STUDENT,
        reported_by_id=by.id if by else None,
    )
    departure.note = told.note or None
    try:
        with db.session.begin_nested():
            db.session.add(departure)
            db.session.flush()
    except IntegrityError as error:
        raise Reported() from error
    audit.record(by, "departure.reported", departure, kind=told.kind.value)
    return departure


def dismiss(departure: Departure, *, by: User) -> None:
    """It was a mistake: nothing happens. Raises NotAllowed, IllegalMove."""
    departure = db.session.scalars(queries.locked(departure.id)).one()
    access.require(by, Action.REPORT_DEPARTURE, departure.application)
    departure.move_to(DepartureState.DISMISSED)
    audit.record(by, "departure.dismissed", departure)


def confirm(departure: Departure, *, by: User) -> None:
    """A second person has made sure, for a new school also of place and fees: nothing more is asked or paid.

    What is left is free, and its sponsors are asked what should become of it. Raises NotAllowed (who reported it),
    IllegalMove, PaymentUnderway.
    """
    departure = db.session.scalars(queries.locked(departure.id)).one()
    access.require(by, Action.CONFIRM_DEPARTURE, departure)
    departure.move_to(DepartureState.CONFIRMED)
    departure.confirmed_by_id, departure.confirmed_at = by.id, clock.now()
    campaigns = sorted({line.campaign_id for line in db.session.scalars(queries.lines_of(departure.application_id))})
    for campaign_id in campaigns:
        figures.lock(campaign_id)
    lines = db.session.scalars(queries.lines_of(departure.application_id)).all()
    if db.session.scalar(queries.proposed_for([line.id for line in lines])) is not None:
        raise PaymentUnderway()
    shares = [share for each in campaigns for share in _shares(departure, each, lines)]
    _part(departure, lines, by)
    for campaign_id in campaigns:
        funding.follow_pledges(figures.lock(campaign_id))
    audit.record(by, "departure.confirmed", departure, shares=len(shares))
    _open(departure, shares)


def _shares(departure: Departure, campaign_id: int, lines: Sequence[BudgetLine]) -> list[Share]:
    """What is left of each pledge to this campaign that stands for the student, as rows."""
    now = rest.of_campaign(campaign_id)
    own = [line.id for line in lines if line.campaign_id == campaign_id]
    currency = next(line.currency for line in lines if line.campaign_id == campaign_id)
    made = []
    for pledge_id in sorted(now.held):
        kept = {line: now.spent[pledge_id][line] for line in own if line in now.held[pledge_id]}
        left = rest.rest(now.held[pledge_id], now.paid[pledge_id], kept)
        if left.amount:
            share = Share(departure_id=departure.id, pledge_id=pledge_id, campaign_id=campaign_id, currency=currency)
            share.paid, share.unpaid = left.paid, left.unpaid
            share.kept = [Kept(line_id=line, amount=amount) for line, amount in kept.items()]
            made.append(share)
    db.session.add_all(made)
    db.session.flush()
    return made


def _part(departure: Departure, lines: Sequence[BudgetLine], by: User) -> None:
    """The lines leave the goal, or what is unspent of them goes to the new school."""
    if departure.kind is DepartureKind.CHANGED_SCHOOL:
        school = db.session.get_one(Organisation, departure.new_school_id)
        for line in lines:
            if line.disbursed < line.amount:
                line.school_id = school.id
        student_rules.change_school(departure.application, school, by=by)
        return
    for line in lines:
        figures.take_out(line, has_left=True)
    student_rules.depart(departure.application, by=by)


def _open(departure: Departure, shares: list[Share]) -> None:
    if not shares:
        departure.settled_at = clock.now()
        departure.move_to(DepartureState.SETTLED)
        return
    departure.choose_by = clock.today() + CHOOSE_WITHIN
    departure.move_to(DepartureState.CHOOSING)
    db.session.flush()
    for share in db.session.scalars(queries.silent(departure.id)):
        share.departure = departure
        tell.ask(share)
