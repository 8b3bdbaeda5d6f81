"""The pages of applying, and of those who vet."""

from campaigns.student.views import entrance, showcase, standing, tasks, vetting, works
from campaigns.student.views.base import blueprint

__all__ = ["blueprint", "entrance", "showcase", "standing", "tasks", "vetting", "works"]
