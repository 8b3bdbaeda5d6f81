"""Who reads sample texts before they are public."""

from campaigns.account.models import User
from campaigns.approval.states import Question
from campaigns.cli.demo.people import Cast

UNRECOGNISABLE = dict.fromkeys(Question, False)
"""The answers to the checklist: nobody could recognise the student."""


def readers(cast: Cast, minor: bool) -> list[User]:
    """Two people where a student is a minor; otherwise the officer alone."""
    return [cast["Victor"], cast["Safiya"]] if minor else [cast["Safiya"]]
