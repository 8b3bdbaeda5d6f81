"""The stages of an application, its parts, and what consent is for."""

from campaigns.student.states.consent import Channel, ConsentEvent, Purpose
from campaigns.student.states.documents import DocumentKind, Promise, Source
from campaigns.student.states.helpers import HelperRole
from campaigns.student.states.needs import CHANGE_MOVES, HOW, ChangeState, CostState, How, NeedKind
from campaigns.student.states.outcomes import REACHED, OutcomeKind
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
from campaigns.student.states.rubric import DEFAULT_WEIGHTS, RUBRIC, THRESHOLD, Anchors, Criterion, weighted
from campaigns.student.states.stages import EDITABLE, FUNDABLE, MOVES, OPEN, SCORED, UNDECIDED, Group, Stage
from campaigns.student.states.vetting import (
    CHOSEN_BY_PEOPLE,
    CONFLICTS_IN_WORDS,
    DECLARABLE,
    IN_WORDS,
    REASONS,
    RISING,
    ConflictKind,
    InterestKind,
    Reason,
    Verdict,
)
from campaigns.student.states.waiting import ESCALATE_AFTER, REMIND_EVERY, WAITS, Actor, Wait
from campaigns.student.states.works import WORK_MOVES, WORK_RETURNS, WorkKind, WorkReturn, WorkState

__all__ = [
    "ACCOUNT_MOVES",
    "ASKABLE",
    "CHANGE_MOVES",
    "CHOSEN_BY_PEOPLE",
    "CONFLICTS_IN_WORDS",
    "DECLARABLE",
    "DEFAULT_WEIGHTS",
    "EDITABLE",
    "ESCALATE_AFTER",
    "FUNDABLE",
    "HOW",
    "IN_WORDS",
    "MOVES",
    "OPEN",
    "REACHED",
    "REASONS",
    "REMIND_EVERY",
    "REQUEST_MOVES",
    "RISING",
    "RUBRIC",
    "SCORED",
    "THRESHOLD",
    "UNDECIDED",
    "WAITS",
    "WORK_MOVES",
    "WORK_RETURNS",
    "AccountState",
    "Actor",
    "Anchors",
    "ChangeState",
    "Channel",
    "ConflictKind",
    "ConsentEvent",
    "CostState",
    "Criterion",
    "DocumentKind",
    "Group",
    "HelperRole",
    "How",
    "InterestKind",
    "Known",
    "NeedKind",
    "OutcomeKind",
    "Promise",
    "Purpose",
    "Reason",
    "Refusal",
    "RequestKind",
    "RequestState",
    "Source",
    "Stage",
    "Verdict",
    "Wait",
    "WorkKind",
    "WorkReturn",
    "WorkState",
    "weighted",
]
