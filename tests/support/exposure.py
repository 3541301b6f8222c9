"""Make projects whose tasks are hard to look at, and people who agreed to them."""

from collections.abc import Sequence

from canut.actions.protection.risk_preferences import agree
from canut.core.clock import DAY_MS, WEEK_MS
from canut.store.models import Protection, TaskState
from tests.support.factories import NOW_MS, Made, make_project

WHAT = ["violence"]


def make_risky(
    severities: Sequence[int], *, workers: int = 1, modality: str = "image", used: bool = True
) -> Made:
    """Make an open project whose tasks have these severities, in the order of the queue.

    ``used``: the people have been exposed for five weeks, so that the whole limits hold.
    """
    made = make_project(
        tasks=len(severities), workers=workers, severity=0, modality=modality,
        severity_most=max(severities), risk_categories=WHAT,
    )  # fmt: skip
    for task, severity in zip(made.tasks, severities, strict=True):
        TaskState.objects.filter(task=task).update(severity=severity)
    for worker in made.workers:
        agree(worker.person_id or 0, WHAT, NOW_MS)
        if used:
            use(worker.person_id or 0)
    return made


def use(person_id: int) -> None:
    """Let somebody have been exposed for five weeks."""
    Protection.objects.update_or_create(
        person_id=person_id,
        defaults={
            "first_ms": NOW_MS - 5 * WEEK_MS,
            "began_ms": NOW_MS - 5 * WEEK_MS,
            "last_ms": NOW_MS - DAY_MS,
        },
    )
