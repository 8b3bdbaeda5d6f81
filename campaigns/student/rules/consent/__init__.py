"""Consent: given by the student (and a minor's guardian), checked by an officer, withdrawn at once by either."""

from campaigns.student.rules.consent.check import ASKED_BEFORE, NotAgreed, TooEarly, agreed_for_adulthood, check
from campaigns.student.rules.consent.give import (
    Closed,
    agree_as_guardian,
    give,
    guardian_answered,
    guardian_asked,
    renew,
)
from campaigns.student.rules.consent.record import Giver, NoGiver, withdraw
from campaigns.student.rules.consent.standing import NoConsent, Standing, has_consent, require_consent, standings

__all__ = [
    "ASKED_BEFORE",
    "Closed",
    "Giver",
    "NoConsent",
    "NoGiver",
    "NotAgreed",
    "Standing",
    "TooEarly",
    "agree_as_guardian",
    "agreed_for_adulthood",
    "check",
    "give",
    "guardian_answered",
    "guardian_asked",
    "has_consent",
    "renew",
    "require_consent",
    "standings",
    "withdraw",
]
