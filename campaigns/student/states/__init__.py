"""The stages of an application, its parts, and what consent is for."""

from campaigns.student.states.consent import ConsentEvent, Purpose
from campaigns.student.states.documents import DocumentKind, Source
from campaigns.student.states.needs import NeedKind
from campaigns.student.states.outcomes import REACHED, OutcomeKind
from campaigns.student.states.stages import EDITABLE, FUNDABLE, MOVES, OPEN, Group, Stage
from campaigns.student.states.vetting import IN_WORDS, REASONS, Reason, Verdict

__all__ = [
    "EDITABLE",
    "FUNDABLE",
    "IN_WORDS",
    "MOVES",
    "OPEN",
    "REACHED",
    "REASONS",
    "ConsentEvent",
    "DocumentKind",
    "Group",
    "NeedKind",
    "OutcomeKind",
    "Purpose",
    "Reason",
    "Source",
    "Stage",
    "Verdict",
]
