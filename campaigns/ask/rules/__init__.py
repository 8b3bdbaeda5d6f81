"""Every write to an ask: its letter, its way to the company and the public, signatures, the answer."""

from campaigns.ask.rules.answer import Accepted, Said, accepted, answer
from campaigns.ask.rules.check import problems
from campaigns.ask.rules.companies import Imported, import_companies, name_company
from campaigns.ask.rules.ladder import (
    approval_of,
    approve,
    close_as_silent,
    publish,
    require_reader,
    send,
    send_back,
)
from campaigns.ask.rules.remind import call_back_without_consent, forget_unconfirmed, remind_companies
from campaigns.ask.rules.sign import confirm_signature, remove_signature, sign
from campaigns.ask.rules.write import Draft, create, edit

__all__ = [
    "Accepted",
    "Draft",
    "Imported",
    "Said",
    "accepted",
    "answer",
    "approval_of",
    "approve",
    "call_back_without_consent",
    "close_as_silent",
    "confirm_signature",
    "create",
    "edit",
    "forget_unconfirmed",
    "import_companies",
    "name_company",
    "problems",
    "publish",
    "remind_companies",
    "remove_signature",
    "require_reader",
    "send",
    "send_back",
    "sign",
]
