"""The stages of an application, its parts, and what consent is for."""

from campaigns.student.states.consent import Channel, ConsentEvent, Purpose
from campaigns.student.states.documents import DocumentKind, Source
from campaigns.student.states.needs import NeedKind
from campaigns.student.states.requests import (
    ACCOUNT_MOVES,
    ASKABLE,
    REQUEST_MOVES,
    AccountState,
    Known,
    Refusal,
    RequestKind,
    RequestState,
)
from campaigns.student.states.stages import EDITABLE, FUNDABLE, MOVES, OPEN, Group, Stage
from campaigns.student.states.vetting import IN_WORDS, REASONS, Reason, Verdict

__all__ = [
    "ACCOUNT_MOVES",
    "ASKABLE",
    "EDITABLE",
    "FUNDABLE",
    "IN_WORDS",
    "MOVES",
    "OPEN",
    "REASONS",
    "REQUEST_MOVES",
    "AccountState",
    "Channel",
    "ConsentEvent",
    "DocumentKind",
    "Group",
    "Known",
    "NeedKind",
    "Purpose",
    "Reason",
    "Refusal",
    "RequestKind",
    "RequestState",
    "Source",
    "Stage",
    "Verdict",
]
