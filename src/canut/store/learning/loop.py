"""The loop of a project: its rule, the models that learnt from it, what went wrong with them."""

from collections.abc import Sequence

from canut.core.learning.hidden_share import share_to_hide
from canut.store.tables.learning import Incident, LoopRule, Trained
from canut.store.tables.tasks import TaskState

MANY_TASKS = 4_000


def rule_of_loop(project_id: int) -> LoopRule:
    """Return what models may do in a project; the usual, not kept, where nobody said."""
    kept = LoopRule.objects.filter(project=project_id).first()
    if kept is not None:
        return kept
    tasks = TaskState.objects.filter(project=project_id)[:MANY_TASKS].count()
    return LoopRule(project_id=project_id, hidden_per_mille=share_to_hide(tasks))


def trained_in(project_id: int) -> list[Trained]:
    """List the models that learnt from a project, the first first; their weights are left out."""
    found = Trained.objects.filter(project=project_id).select_related("author")
    return list(found.defer("weights").order_by("id"))


def last_trained(project_id: int) -> Trained | None:
    """Return the newest model of a project; its weights are left out."""
    return next(reversed(trained_in(project_id)), None)


def incidents_of(project_id: int, most: int = 20) -> list[Incident]:
    """List what went wrong in a project, the last first."""
    found = Incident.objects.filter(project=project_id).select_related("author", "repaired_by")
    return list(found.order_by("-id")[:most])


def open_incident(project_id: int) -> Incident | None:
    """Return what went wrong in a project and is not repaired."""
    return Incident.objects.filter(project=project_id, repaired_ms=None).first()


def repaired_between(projects: Sequence[int], begin_ms: int, end_ms: int) -> int | None:
    """Count incidents that somebody repaired between two moments; None where no model is."""
    if not Trained.objects.filter(project__in=projects).exists():
        return None
    found = Incident.objects.filter(project__in=projects)
    return found.filter(repaired_ms__gte=begin_ms, repaired_ms__lt=end_ms).count()
