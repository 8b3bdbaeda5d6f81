"""The pages of applying, and of those who vet."""

from campaigns.student.views import (
    accounts,
    appeals,
    bulk,
    entrance,
    helper,
    needs,
    papers,
    people,
    requests,
    secret,
    showcase,
    standing,
    tasks,
    team,
    vetting,
    works,
)
from campaigns.student.views.base import blueprint

__all__ = [
    "accounts",
    "appeals",
    "blueprint",
    "bulk",
    "entrance",
    "helper",
    "needs",
    "papers",
    "people",
    "requests",
    "secret",
    "showcase",
    "standing",
    "tasks",
    "team",
    "vetting",
    "works",
]
