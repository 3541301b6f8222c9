"""Projects in which two presentations are compared, and liens that are whole."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from canut.actions.comparisons.comparisons import open_comparison
from canut.actions.comparisons.presentation import presentation_for
from canut.actions.learning.liens import write_lien
from canut.actions.quality.gold import make_known
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.comparisons.plan import ComparisonPlan
from canut.core.learning.lien import WRITTEN, LienText
from canut.store.comparisons.comparisons import place_in
from canut.store.models import (
    ComparedPerson,
    Comparison,
    LienVersion,
    Project,
    Proposal,
    Task,
    Worker,
)
from canut.store.tables.learning import ModelAuthor
from tests.support.factories import NOW_MS, Made, make_person

OTHER = "Lisez toute la phrase, puis répondez."
PLAN = ComparisonPlan("instructions", OTHER, "Moins d’erreurs.", "right", 0.05, 0.08)
WHOLE: Mapping[str, LienText] = {
    name: LienText(f"{name} : voici ce que nous disons.", f"{name}: this is what we say.")
    for name in WRITTEN
}


def compare(made: Made, now_ms: int = NOW_MS, **fields: Any) -> Comparison:
    """Open a comparison in a project."""
    plan = replace(PLAN, **fields)
    return open_comparison(made.project, plan, by=made.project.created_by, now_ms=now_ms)


def join(
    comparison: Comparison, made: Made, worker: Worker, now_ms: int = NOW_MS
) -> ComparedPerson:
    """Let a worker open the workbench; return the place they were drawn into."""
    presentation_for(worker, made.question, now_ms)
    place = place_in(comparison.pk, worker.pk)
    assert place is not None
    return place


def whole_lien(project: Project, responsible: str = "Ana Ruiz") -> LienVersion:
    """Write all lines of a project's lien."""
    return write_lien(project, WHOLE, responsible, by=project.created_by, now_ms=NOW_MS)


def make_gold(tasks: list[Task], label: str = "oui") -> None:
    """Make tasks gold."""
    for task in tasks:
        make_known(task.pk, label, "", by=make_person(), now_ms=NOW_MS)


def propose_on(project: Project, tasks: list[Task], label: str = "oui") -> None:
    """Show a model's proposal on tasks."""
    author = ModelAuthor.objects.create(project=project, name="canut-text", version="1")
    Proposal.objects.bulk_create(
        Proposal(
            task=task, project=project, author=author, label=label, score=0.9,
            source="canut-text 1", is_hidden=False, is_shown=True, at_ms=NOW_MS - 1,
        )
        for task in tasks
    )  # fmt: skip


def answer_leased(worker: Worker, now_ms: int, value: str = "oui") -> None:
    """Answer the first task that a worker holds, or is leased now."""
    lent = lease_tasks(worker.pk, 1, now_ms).tasks[0]
    submission = Submission(lent.lease, f"{worker.pk}-{now_ms}", {"q": value})
    submit(worker.pk, submission, now_ms + 5_000)
