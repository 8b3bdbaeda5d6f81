"""The team's side: two vetters score, a third where they disagree, and one person confirms what comes of it."""

from campaigns.student.rules.vetting.appeals import NoAppeal, appeal
from campaigns.student.rules.vetting.arrival import arrive
from campaigns.student.rules.vetting.batch import Chosen, decide_all
from campaigns.student.rules.vetting.conflicts import (
    declare,
    has_part,
    interests,
    overrule,
    take_back,
    tell_contact,
    tell_domain,
    tell_place,
    tell_school,
)
from campaigns.student.rules.vetting.deciding import decide, open_reasons, preview, verdict_of
from campaigns.student.rules.vetting.diff import what_changed
from campaigns.student.rules.vetting.places import places_of, room_in, set_places
from campaigns.student.rules.vetting.review import ask, keep_from_scoring, read_identity, support, take_into_review
from campaigns.student.rules.vetting.rubric import effect, weigh, weights_of
from campaigns.student.rules.vetting.scoring import Mark, score
from campaigns.student.rules.vetting.staff import hand_back
from campaigns.student.rules.vetting.waitlist import position

__all__ = [
    "Chosen",
    "Mark",
    "NoAppeal",
    "appeal",
    "arrive",
    "ask",
    "decide",
    "decide_all",
    "declare",
    "effect",
    "hand_back",
    "has_part",
    "interests",
    "keep_from_scoring",
    "open_reasons",
    "overrule",
    "places_of",
    "position",
    "preview",
    "read_identity",
    "room_in",
    "score",
    "set_places",
    "support",
    "take_back",
    "take_into_review",
    "tell_contact",
    "tell_domain",
    "tell_place",
    "tell_school",
    "verdict_of",
    "weigh",
    "weights_of",
    "what_changed",
]
