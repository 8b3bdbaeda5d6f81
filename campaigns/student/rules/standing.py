"""Where an application is, who acts next and by when: for the student, and for whoever is late."""

from dataclasses import dataclass
from datetime import date

from campaigns.community.models import Community
from campaigns.kit import clock
from campaigns.student.models import Application
from campaigns.student.rules.consent import Standing
from campaigns.student.states import WAITS, Actor, Purpose, Stage, Wait
from campaigns.student.states.waiting import AGREE, CAMPAIGN, CHECK, NOTHING

UNDECIDED = frozenset({Stage.SUBMITTED, Stage.IN_REVIEW})


@dataclass(frozen=True)
class Next:
    """Who acts next, on what, by which day (None where nothing is promised)."""

    wait: Wait
    by: date | None

    @property
    def actor(self) -> Actor:
        """Who it is up to."""
        return self.wait.actor

    @property
    def late(self) -> bool:
        """Whether the day has passed."""
        return self.by is not None and self.by < clock.today()


def next_step(application: Application, community: Community, standings: dict[Purpose, Standing]) -> Next:
    """What happens next; after a closing date, no answer is promised later than the community promised all."""
    wait = _wait(application, standings)
    by = (application.stage_since + wait.within).date() if wait.within else None
    if by and community.answer_by and application.stage in UNDECIDED and in_time(application, community):
        by = community.answer_by
    return Next(wait, by)


def in_time(application: Application, community: Community) -> bool:
    """Whether it was sent for the closing date that the community has set."""
    sent, closes = application.submitted_at, community.closes_on
    return sent is not None and closes is not None and sent.date() <= closes


def _wait(application: Application, standings: dict[Purpose, Standing]) -> Wait:
    waits = WAITS.get(application.stage, (NOTHING,))
    if len(waits) == 1:
        return waits[0]
    public = standings[Purpose.PUBLISH_TEXT]
    if public.checked:
        return CAMPAIGN
    return CHECK if public.given(minor=application.is_minor) else AGREE
