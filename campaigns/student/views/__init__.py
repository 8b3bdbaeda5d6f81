"""The pages of applying, and of those who vet."""

from campaigns.student.views import entrance, helper, papers, secret, standing, tasks, team, vetting
from campaigns.student.views.base import blueprint

__all__ = ["blueprint", "entrance", "helper", "papers", "secret", "standing", "tasks", "team", "vetting"]
