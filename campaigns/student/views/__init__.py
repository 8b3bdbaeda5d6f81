"""The pages of applying, and of those who vet."""

from campaigns.student.views import bulk, entrance, standing, tasks, vetting
from campaigns.student.views.base import blueprint

__all__ = ["blueprint", "bulk", "entrance", "standing", "tasks", "vetting"]
