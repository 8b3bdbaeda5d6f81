"""The stages of an application, its parts, and what consent is for."""

from campaigns.student.states.consent import ConsentEvent, Purpose
from campaigns.student.states.documents import DocumentKind, Source
from campaigns.student.states.needs import CHANGE_MOVES, HOW, ChangeState, CostState, How, NeedKind
from campaigns.student.states.stages import EDITABLE, FUNDABLE, MOVES, OPEN, Group, Stage
from campaigns.student.states.vetting import IN_WORDS, REASONS, Reason, Verdict

__all__ = [
    "CHANGE_MOVES",
    "EDITABLE",
    "FUNDABLE",
    "HOW",
    "IN_WORDS",
    "MOVES",
    "OPEN",
    "REASONS",
    "ChangeState",
    "ConsentEvent",
    "CostState",
    "DocumentKind",
    "Group",
    "How",
    "NeedKind",
    "Purpose",
    "Reason",
    "Source",
    "Stage",
    "Verdict",
]
