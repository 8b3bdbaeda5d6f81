"""Sample work that students show, and a conversation between a sponsor and a student."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.cli.demo import pictures
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.kit import crypto, db
from campaigns.message import rules as messages
from campaigns.message.states import Side
from campaigns.pledge.models import Pledge
from campaigns.student import rules
from campaigns.student.models import Application
from campaigns.student.rules import Made
from campaigns.student.states import WorkKind

ESSAY = Made(
    WorkKind.ESSAY,
    "What the attendance book knows",
    "I keep the attendance book. It is green, and its corners are soft.\n\nThe book knows who walks far: their names "
    "come late in the morning and never in the rain. It knows who has a sister to mind. It knows when the beans are "
    "ripe, because then half of us are missing.\n\nNobody reads it but the teacher and me. If I am a nurse one day, I "
    "will keep a book like this, and I will ask why.",
)
DRAWING = Made(
    WorkKind.DRAWING,
    "The workbench in the evening",
    "Drawn with a borrowed set of pencils.",
    pictures.cover("#0b4f8a", "#f2c78f", 11),
    alt="Books on a bench below a lit window, drawn in blue and sand",
)
POEM = Made(WorkKind.POEM, "Night shift", "The ward is a lake.\nWe row it with small lamps.\nNobody calls it brave.")

HELLO = "Thank you for the photo-free news! My grandmother was a nurse. Which subject do you like most this term?"
ANSWER = (
    "Good evening. I like biology most; we did the heart. My uncle says you can call us on 0712 345 678, or write to "
    "my school."
)


def show(cast: Cast) -> None:
    """Two works that anyone sees, and one that waits for the second person."""
    for alias, made, ago in (("Amber Heron", ESSAY, 12), ("Copper Kite", DRAWING, 7), ("Quiet Oriole", POEM, 1)):
        with db.transaction(), day(ago):
            application = db.session.scalars(sa.select(Application).where(Application.alias == alias)).one()
            work = rules.add_work(application, made, once=crypto.token())
            db.session.flush()
            rules.send_work(work)
        with db.transaction(), day(ago, later=timedelta(hours=3)):
            rules.approve_work(work, seen=work.content_hash, by=cast["Victor"])
        if made is not POEM:
            with db.transaction(), day(ago, later=timedelta(hours=8)):
                rules.approve_work(work, seen=work.content_hash, by=cast["Safiya"])


def talk(cast: Cast, campaign: Campaign) -> None:
    """A sponsor's message that was passed on, and an answer that waits: it gives a telephone number."""
    with db.transaction(), day(4):
        theirs = sa.select(Pledge).where(Pledge.campaign_id == campaign.id, Pledge.name == "Petra Lindqvist")
        thread = messages.begin(db.session.scalars(theirs).one())
        hello = messages.write(thread, HELLO, sender=Side.SPONSOR, once=crypto.token())
    with db.transaction(), day(3):
        messages.approve(hello, seen=crypto.digest(hello.shown or ""), by=cast["Safiya"])
    with db.transaction(), day(1):
        messages.write(thread, ANSWER, sender=Side.STUDENT, once=crypto.token())
