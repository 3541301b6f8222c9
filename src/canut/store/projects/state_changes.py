"""History of a project: its state changes and its question versions.

Changes are only added. What a change brings about is decided in ``actions.work.project_state``.
"""

from django.db.models import Count, QuerySet

from canut.store.tables.projects import ProjectChange, QuestionVersion


def changes_of(project_id: int) -> list[ProjectChange]:
    """List the changes of a project's state, newest first."""
    changes = ProjectChange.objects.filter(project_id=project_id)
    return list(changes.select_related("made_by").order_by("-id"))


def versions_of(project_id: int) -> QuerySet[QuestionVersion]:
    """List question versions, newest first; ``given`` is their number of answers."""
    versions = QuestionVersion.objects.filter(project_id=project_id)
    return versions.annotate(given=Count("answer")).order_by("-number")
