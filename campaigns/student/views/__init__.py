"""The pages of applying, and of those who vet."""

from campaigns.student.views import appeals, bulk, entrance, helper, papers, secret, standing, tasks, team, vetting
from campaigns.student.views.base import blueprint

__all__ = [
    "appeals",
    "blueprint",
    "bulk",
    "entrance",
    "helper",
    "papers",
    "secret",
    "standing",
    "tasks",
    "team",
    "vetting",
]
