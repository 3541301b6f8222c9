"""The life of a project: every change of its state, with who made it and why.

Changes are only added. What a change brings about is decided in ``actions.work.project_state``.
"""

from django.db.models import Count, QuerySet

from canut.store.tables.projects import ProjectChange, QuestionVersion


def changes_of(project_id: int) -> list[ProjectChange]:
    """List the changes of a project's state, newest first."""
    found = ProjectChange.objects.filter(project_id=project_id)
    return list(found.select_related("made_by").order_by("-id"))


def versions_of(project_id: int) -> QuerySet[QuestionVersion]:
    """List what was asked, newest first, each with ``given``: how many answers stand under it."""
    found = QuestionVersion.objects.filter(project_id=project_id)
    return found.annotate(given=Count("answer")).order_by("-number")
