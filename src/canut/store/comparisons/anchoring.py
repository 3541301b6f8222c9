"""Wrong proposals planted in a project: which there are, and what people answered to them.

A layout is how the question is shown: its schema, without the instructions.
"""

import hashlib
import json
from typing import NamedTuple

from django.db.models import Q, QuerySet

from canut.core.errors import Refusal
from canut.core.kinds import Schema, label_of_values
from canut.store.projects.versions import question_or_none
from canut.store.tables.comparisons import AnchoringLimit, PlantedProposal
from canut.store.tables.learning import Proposal
from canut.store.tables.quality import Gold
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Worker

DIGITS = 16


class AnchoringCounts(NamedTuple):
    """Answers that said the planted label, and all: where it was shown, and where it was not."""

    shown: tuple[int, int]
    hidden: tuple[int, int]


def layout_of(schema: Schema) -> str:
    """Return the hash of how a question is shown."""
    text = json.dumps(schema, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def layout_now(project_id: int) -> str:
    """Return the layout of a project's current question; empty where there is none."""
    question = question_or_none(project_id)
    return layout_of(question.schema) if question else ""


def limit_of(project_id: int) -> AnchoringLimit | None:
    """Return why proposals are hidden in a project's current layout; None if nothing says so."""
    rows = AnchoringLimit.objects.filter(project=project_id, layout=layout_now(project_id))
    return rows.first()


def planted_now(project_id: int) -> list[PlantedProposal]:
    """List the wrong proposals that are planted in a project now, oldest task first."""
    rows = PlantedProposal.objects.filter(project=project_id, ended_ms=None).order_by("task_id")
    return list(rows.select_related("task"))


def projects_planted() -> list[int]:
    """Return the projects in which wrong proposals are planted now."""
    rows = PlantedProposal.objects.filter(ended_ms=None).order_by("project_id")
    return list(rows.values_list("project", flat=True).distinct())


def shown_proposals(project_id: int) -> int:
    """Count the real proposals that are shown on open tasks of a project."""
    rows = Proposal.objects.filter(
        project=project_id, is_shown=True, task__now__state=TaskState.State.OPEN
    )
    return rows.count()


def newest_source(project_id: int) -> str:
    """Return under which name proposals are shown in a project; empty where there are none."""
    rows = Proposal.objects.filter(project=project_id, is_shown=True).order_by("-at_ms", "-task_id")
    return rows.values_list("source", flat=True).first() or ""


def plantable_gold(project_id: int) -> list[Gold]:
    """List gold tasks that nobody answered or holds, with no proposal of their own."""
    answered = Answer.objects.filter(project=project_id).values("task")
    rows = Gold.objects.filter(
        Q(task__now__state=TaskState.State.GOLD),
        project=project_id,
        ended_ms=None,
        task__planted_proposal__isnull=True,
        task__proposal__isnull=True,
    ).exclude(task__in=answered)
    return list(rows.select_related("task").order_by("task_id"))


def end_planted(project_id: int, now_ms: int) -> int:
    """Stop showing the planted wrong proposals of a project; return how many."""
    return PlantedProposal.objects.filter(project=project_id, ended_ms=None).update(ended_ms=now_ms)


def counts_of(project_id: int, layout: str) -> AnchoringCounts:
    """Count first answers to planted tasks in one layout of a project."""
    rows = Answer.objects.filter(
        project=project_id, replaces=None, task__planted_proposal__isnull=False
    ).exclude(author_kind=Worker.Kind.MODEL)
    return _count(rows, layout)


def own_counts(worker_id: int) -> AnchoringCounts:
    """Count one worker's first answers to planted tasks, for that person alone."""
    rows = Answer.objects.filter(
        worker=worker_id, replaces=None, task__planted_proposal__isnull=False
    )
    return _count(rows, None)


def _count(answers: QuerySet[Answer], layout: str | None) -> AnchoringCounts:
    """Count the answers given while the wrong proposal was planted; those lent before saw none."""
    layouts = dict[int, str]()
    counts = {True: [0, 0], False: [0, 0]}
    rows = answers.values_list(
        "question_version",
        "question_version__schema",
        "values",
        "answered_ms",
        "lease__lent_ms",
        "task__planted_proposal__label",
        "task__planted_proposal__is_shown",
        "task__planted_proposal__at_ms",
        "task__planted_proposal__ended_ms",
    )
    for version, schema, values, at_ms, lent_ms, label, is_shown, begin, end in rows:
        leased_ms = at_ms if lent_ms is None else lent_ms
        if leased_ms < begin or (end is not None and leased_ms >= end):
            continue
        layouts.setdefault(version, layout_of(schema))
        if layout is not None and layouts[version] != layout:
            continue
        counts[is_shown][0] += _label(schema, values) == label
        counts[is_shown][1] += 1
    return AnchoringCounts((counts[True][0], counts[True][1]), (counts[False][0], counts[False][1]))


def _label(schema: Schema, values: str) -> str | None:
    try:
        return label_of_values(schema, json.loads(values))
    except Refusal:
        return None
