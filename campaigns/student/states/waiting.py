"""Who acts next on an application, and by when: what a student is promised, and who is reminded of it."""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from campaigns.student.states.stages import Stage


class Actor(StrEnum):
    """Who it is up to."""

    STUDENT = "student"
    VETTERS = "vetters"
    OFFICERS = "officers"
    ADVOCATES = "advocates"
    NOBODY = "nobody"


class Wait(NamedTuple):
    """One thing that somebody does next, and how long they may take from the day it became theirs."""

    actor: Actor
    does: str  # to be read after "… has to"
    within: timedelta | None = None


BEGIN = Wait(Actor.VETTERS, "begin to read your application", timedelta(days=7))
READ = Wait(Actor.VETTERS, "read your application and decide", timedelta(days=21))
READ_AGAIN = Wait(Actor.VETTERS, "look at your appeal, by people who had not decided before", timedelta(days=21))
ANSWER = Wait(Actor.STUDENT, "answer the question that you were asked", timedelta(days=21))
AGREE = Wait(Actor.STUDENT, "say whether you agree to being shown in public", timedelta(days=21))
CHECK = Wait(Actor.OFFICERS, "make sure that what you agreed to is right", timedelta(days=14))
CAMPAIGN = Wait(Actor.ADVOCATES, "prepare a campaign with your costs", timedelta(days=30))
NOTHING = Wait(Actor.NOBODY, "")

WAITS: dict[Stage, tuple[Wait, ...]] = {
    Stage.SUBMITTED: (BEGIN,),
    Stage.IN_REVIEW: (READ,),
    Stage.APPEALED: (READ_AGAIN,),
    Stage.MORE_INFO: (ANSWER,),
    Stage.APPROVED: (AGREE, CHECK, CAMPAIGN),  # in this order, as consent goes on
}
"""What may be waited for in each stage; in all others nobody has to do anything."""

REMIND_EVERY = timedelta(days=7)
ESCALATE_AFTER = 1
"""From the second reminder on, organisers hear of it too."""
