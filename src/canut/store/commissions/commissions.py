"""Commissions: their rows, and what their rules and their acceptance test compare. Reads only."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.lookups import GreaterThanOrEqual

from canut.core.commissions.commission import TouchedGroup
from canut.core.errors import Fact
from canut.store.quality.known_split import A_THIRD, scattered
from canut.store.tables.commissions import AcceptanceTask, Commission, ContradictionAnswer
from canut.store.tables.learning import LoopRule, Proposal
from canut.store.tables.projects import Project
from canut.store.tables.tasks import DONE, Import, Task, TaskState
from canut.store.tables.work import Worker

PER_MILLE = 1000
NEVER_DRAWN = (TaskState.State.GOLD, TaskState.State.PRACTICE, TaskState.State.ASIDE)
READ = (Import.State.READY, Import.State.PUBLISHED)


class ProposalsSeen(NamedTuple):
    """Whether people see proposals, and how many tasks hide theirs."""

    shows: bool
    hidden: int


class RightCount(NamedTuple):
    """Right ones, and all of them."""

    right: int
    total: int


def commission_of(project_id: int) -> Commission | None:
    """Return the commission of a project; None if it has none."""
    return Commission.objects.filter(project=project_id).first()


def touched_of(commission: Commission) -> list[TouchedGroup]:
    """List the groups of people whom the results touch."""
    return [TouchedGroup(name, column) for name, column in commission.touched]


def newest_answers(commission: Commission) -> dict[tuple[str, str], ContradictionAnswer]:
    """Return the newest answer to each contradiction, by its rule and its facts."""
    rows = ContradictionAnswer.objects.filter(commission=commission).order_by("id")
    return {(row.rule, facts_key(row.facts)): row for row in rows.select_related("by")}


def facts_key(facts: Mapping[str, Fact]) -> str:
    """Return the facts of a contradiction as one text that is the same for the same facts."""
    return "; ".join(f"{name}={facts[name]}" for name in sorted(facts))


def columns_of_files(project_id: int) -> list[str]:
    """List the columns of a project's files, each once."""
    rows = Import.objects.filter(project=project_id).order_by("id").values_list("reading")
    return list(dict.fromkeys(name for (one,) in rows for name in (one or {}).get("columns", ())))


def known_available(project_id: int) -> int:
    """Count the tasks with a known label that can be drawn for an acceptance test."""
    return _drawable(project_id).count()


def draw_known(project_id: int, most: int) -> list[int]:
    """Return the tasks that an acceptance test uses: an even draw, the same each time."""
    published = _drawable(project_id).filter(now__isnull=False)
    rows = published.annotate(position=scattered("id")).order_by("position", "id")
    return list(rows.values_list("id", flat=True)[:most])


def _drawable(project_id: int) -> QuerySet[Task]:
    """Select the tasks whose known label neither selects the model nor is shown as gold."""
    rows = Task.objects.filter(
        GreaterThanOrEqual(scattered("id"), A_THIRD),
        project=project_id,
        known__isnull=False,
        source__state__in=READ,
    )
    return rows.exclude(now__state__in=NEVER_DRAWN)


def acceptance_counts(commission: Commission) -> RightCount:
    """Count the drawn tasks that have a label, and those where it equals the known one."""
    done = AcceptanceTask.objects.filter(
        commission=commission, task__now__state__in=DONE, task__now__label__isnull=False
    )
    counts = done.aggregate(
        total=Count("task"), right=Count("task", filter=Q(task__now__label=F("task__known")))
    )
    return RightCount(counts["right"], counts["total"])


def drawn_count(commission: Commission) -> int:
    """Count the tasks drawn for an acceptance test."""
    return AcceptanceTask.objects.filter(commission=commission).count()


def proposals_seen(project_id: int, tasks: int) -> ProposalsSeen:
    """Return whether people see proposals, and how many tasks hide theirs.

    Before a model has spoken, the hidden number is what the rule will hide of so many tasks.
    """
    proposals = Proposal.objects.filter(project=project_id)
    counts = proposals.aggregate(
        shown=Count("task", filter=Q(is_shown=True)), hidden=Count("task", filter=Q(is_hidden=True))
    )
    rule = LoopRule.objects.filter(project=project_id).first()
    shows = bool(counts["shown"]) or (rule is not None and rule.shows)
    if counts["shown"] or counts["hidden"] or rule is None:
        return ProposalsSeen(shows, counts["hidden"])
    return ProposalsSeen(shows, tasks * rule.hidden_per_mille // PER_MILLE)


def single_answers(project_id: int) -> RightCount:
    """Count the right ones of single answers to gold tasks, and all of these."""
    sums = Worker.objects.filter(project=project_id, kind=Worker.Kind.HUMAN).aggregate(
        right=Sum("checks_right", default=0), total=Sum("checks_answered", default=0)
    )
    return RightCount(sums["right"], sums["total"])


def labels_of(project_id: int, most: int) -> list[tuple[str, int]]:
    """Count the finished tasks by label, most frequent first; gold and practice are left out."""
    rows = TaskState.objects.filter(
        project=project_id, state__in=DONE, label__isnull=False
    ).values_list("label")
    counted = rows.annotate(count=Count("task")).order_by("-count", "label")
    return [(label or "", count) for label, count in counted[:most]]


def is_pending(project: Project) -> bool:
    """Return whether a project has never been open to everybody."""
    return project.opened_at is None
