"""The stages of an application, its parts, and what consent is for."""

from campaigns.student.states.consent import ConsentEvent, Purpose
from campaigns.student.states.documents import DocumentKind, Source
from campaigns.student.states.needs import NeedKind
from campaigns.student.states.stages import EDITABLE, FUNDABLE, MOVES, OPEN, Group, Stage
from campaigns.student.states.vetting import IN_WORDS, REASONS, Reason, Verdict
from campaigns.student.states.works import WORK_MOVES, WORK_RETURNS, WorkKind, WorkReturn, WorkState

__all__ = [
    "EDITABLE",
    "FUNDABLE",
    "IN_WORDS",
    "MOVES",
    "OPEN",
    "REASONS",
    "WORK_MOVES",
    "WORK_RETURNS",
    "ConsentEvent",
    "DocumentKind",
    "Group",
    "NeedKind",
    "Purpose",
    "Reason",
    "Source",
    "Stage",
    "Verdict",
    "WorkKind",
    "WorkReturn",
    "WorkState",
]
