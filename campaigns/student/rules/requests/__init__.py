"""Asking people who have no account, through links; and what they answer."""

from campaigns.student.rules.requests.accounts import (
    BankDetails,
    confirm_account,
    refuse_account,
    second_account,
    stop_account,
)
from campaigns.student.rules.requests.answer import agree, agreed_key, behind, decline, end, ending, vouch
from campaigns.student.rules.requests.ask import ask_guardian, ask_referee, ask_school
from campaigns.student.rules.requests.school import SchoolAnswer, confirm_enrolment
from campaigns.student.rules.requests.send import Asked, send_again, withdraw
from campaigns.student.rules.requests.sweep import look_after

__all__ = [
    "Asked",
    "BankDetails",
    "SchoolAnswer",
    "agree",
    "agreed_key",
    "ask_guardian",
    "ask_referee",
    "ask_school",
    "behind",
    "confirm_account",
    "confirm_enrolment",
    "decline",
    "end",
    "ending",
    "look_after",
    "refuse_account",
    "second_account",
    "send_again",
    "stop_account",
    "vouch",
    "withdraw",
]
