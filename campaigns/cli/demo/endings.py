"""How sample support ends: one student leaves and sponsors choose, another completes the year."""

import sqlalchemy as sa

from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.departure import rules
from campaigns.departure.models import Share
from campaigns.departure.rules import Told
from campaigns.departure.states import Choice, DepartureKind
from campaigns.kit import clock, db
from campaigns.student import rules as students
from campaigns.student.models import Application
from campaigns.student.rules import Reached
from campaigns.student.states import OutcomeKind

WORDS = "I passed, and I am the first in my family to finish school. I will train as a teacher."


def _student(campaign: Campaign) -> Application:
    return db.session.scalars(campaigns.applications_of(campaign.id).limit(1)).one()


def leave(cast: Cast, campaign: Campaign, ago: int) -> None:
    """The first student of a group leaves school; the sponsors are asked, and one leaves it to the community."""
    with db.transaction(), day(ago):
        told = Told(DepartureKind.LEFT_SCHOOL, clock.today(), "The aunt called; the school confirms it.")
        departure = rules.report(_student(campaign), told, by=cast["Victor"])
    with db.transaction(), day(ago - 1):
        rules.confirm(departure, by=cast["Vera"])
    with db.transaction(), day(ago - 2):
        share = db.session.scalars(sa.select(Share).order_by(Share.id.desc()).limit(1)).one()
        rules.choose(share, Choice.COMMUNITY)


def complete(cast: Cast, campaign: Campaign, ago: int) -> None:
    """The student has reached what it was for, and an officer lets sponsors read what the student says of it."""
    with db.transaction(), day(ago):
        reached = Reached(OutcomeKind.EXAM_PASSED, clock.today(), WORDS, school_confirmed=True)
        outcome = rules.complete(_student(campaign), reached, by=cast["Victor"])
    with db.transaction(), day(ago - 1):
        students.approve_outcome(outcome, by=cast["Safiya"])
