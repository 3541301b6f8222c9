"""The life of a project: every change of its state, with who made it and why.

Changes are only added. What a change brings about is decided in ``actions.work.project_state``.
"""

from django.db import models
from django.db.models import Count, QuerySet

from canut.store.tables.people import Person
from canut.store.tables.projects import Project, QuestionVersion


class ProjectChange(models.Model):
    """One change of a project's state; ``made_by`` is empty where a job or a command made it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="changes")
    before = models.CharField(max_length=8)
    after = models.CharField(max_length=8)
    reason = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("project", "id"), name="change_of_project"),)


def changes_of(project_id: int) -> list[ProjectChange]:
    """List the changes of a project's state, newest first."""
    found = ProjectChange.objects.filter(project_id=project_id)
    return list(found.select_related("made_by").order_by("-id"))


def versions_of(project_id: int) -> QuerySet[QuestionVersion]:
    """List what was asked, newest first, each with ``given``: how many answers stand under it."""
    found = QuestionVersion.objects.filter(project_id=project_id)
    return found.annotate(given=Count("answer")).order_by("-number")
