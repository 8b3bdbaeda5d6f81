"""The stages of an application, its parts, and what consent is for."""

from campaigns.student.states.consent import ConsentEvent, Purpose
from campaigns.student.states.documents import DocumentKind, Promise, Source
from campaigns.student.states.helpers import HelperRole
from campaigns.student.states.needs import NeedKind
from campaigns.student.states.stages import EDITABLE, FUNDABLE, MOVES, OPEN, UNDECIDED, Group, Stage
from campaigns.student.states.vetting import IN_WORDS, REASONS, Reason, Verdict

__all__ = [
    "EDITABLE",
    "FUNDABLE",
    "IN_WORDS",
    "MOVES",
    "OPEN",
    "REASONS",
    "UNDECIDED",
    "ConsentEvent",
    "DocumentKind",
    "Group",
    "HelperRole",
    "NeedKind",
    "Promise",
    "Purpose",
    "Reason",
    "Source",
    "Stage",
    "Verdict",
]
