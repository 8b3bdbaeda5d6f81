"""The pages of applying, and of those who vet."""

from campaigns.student.views import accounts, entrance, people, requests, standing, tasks, vetting
from campaigns.student.views.base import blueprint

__all__ = ["accounts", "blueprint", "entrance", "people", "requests", "standing", "tasks", "vetting"]
