"""Say of which kinds a task is: its columns, length, import, class and how far people agreed.

The same facts name the slices of a model's health, find all tasks of a slice, and hold what was
answered before a repair beside what came after. Never a person, a place or a device.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Min

from canut.core.learning.slices import SliceRule, read_rule
from canut.store.tables.tasks import Task, TaskState

LENGTH, CLASS, IMPORT, AGREEMENT = "@length", "@class", "@import", "@agreement"
DERIVED = (LENGTH, CLASS, IMPORT, AGREEMENT)
PLACES = 2
type Cell = str | float | None


class SliceTask(NamedTuple):
    """A task with what its kinds follow from; ``content``: JSON text, the row as imported."""

    task: int
    key: str
    content: str
    source: int
    proposed: str | None
    confidence: float | None


def facts_of(task: SliceTask) -> dict[str, Cell]:
    """Return what a task's kinds follow from, by the name of the field."""
    content = json.loads(task.content)
    facts: dict[str, Cell] = {name: text_of(cell) for name, cell in content.items()}
    lengths = [len(text_of(cell) or "") for cell in content.values()]
    confidence = 1.0 if task.confidence is None else task.confidence
    return facts | {
        LENGTH: float(sum(lengths)),
        CLASS: task.proposed,
        IMPORT: str(task.source),
        AGREEMENT: round(confidence, PLACES),
    }


def text_of(cell: object) -> str | None:
    """Return a cell as text; None where it has no text."""
    return None if cell is None or isinstance(cell, list | dict) else str(cell)


def rule_of_slice(project_id: int, name: str) -> SliceRule | None:
    """Return the rule of a slice of a project; None for the empty name, which is every task.

    Raises:
        BadInput: ``incident-slice``: it is the name of no slice.
    """
    return read_rule(name, columns_of(project_id)) if name else None


def is_in_slice(task: SliceTask, rule: SliceRule | None) -> bool:
    """Return whether a task is of a slice; every task is where there is no rule."""
    return rule is None or rule.holds(facts_of(task).get(rule.field))


def columns_of(project_id: int) -> list[str]:
    """Return what kinds of tasks of a project can be named by: columns, and what follows from them.

    The columns are those of the first task of each import.
    """
    first = Task.objects.filter(project=project_id).values("source").annotate(first=Min("id"))
    tasks = Task.objects.filter(pk__in=[row["first"] for row in first])
    columns = {
        name for content in tasks.values_list("data", flat=True) for name in json.loads(content)
    }
    return [*sorted(columns), *DERIVED]


def tasks_of_slice(project_id: int, name: str) -> Iterator[SliceTask]:
    """Yield the tasks of a project that are of a slice, in order; none withdrawn or for practice.

    Raises:
        BadInput: ``incident-slice``: it is the name of no slice.
    """
    apart = (TaskState.State.PRACTICE, TaskState.State.ASIDE)
    tasks = Task.objects.filter(project=project_id, withdrawn=None).exclude(now__state__in=apart)
    rows = (
        tasks.filter(now__isnull=False)
        .order_by("id")
        .values_list("id", "key", "data", "source_id", "proposal__label", "now__confidence")
    )
    rule = rule_of_slice(project_id, name)
    for row in rows.iterator(chunk_size=2_000):
        task = SliceTask._make(row)
        if is_in_slice(task, rule):
            yield task
