"""The pages of applying, and of those who vet."""

from campaigns.student.views import entrance, needs, standing, tasks, vetting
from campaigns.student.views.base import blueprint

__all__ = ["blueprint", "entrance", "needs", "standing", "tasks", "vetting"]
