"""The pages of applying, and of those who vet."""

from campaigns.student.views import appeals, entrance, standing, tasks, vetting
from campaigns.student.views.base import blueprint

__all__ = ["appeals", "blueprint", "entrance", "standing", "tasks", "vetting"]
