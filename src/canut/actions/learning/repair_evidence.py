"""Read what shows an incident and its repair: the model's decisions, and the answers since.

An answer counts as proof of a repair only if it was given after the repair was declared, on a task
whose proposal nobody saw, made by a newer version, and by nobody who owned or repaired the
incident. A task counts where all of its counted answers are such answers.

Reads only.
"""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import NamedTuple

import numpy as np
from django.db.models import Q

from canut.actions.learning.health import bar_of, slices_of, task_of
from canut.actions.learning.slice_tasks import SliceTask, is_in_slice, rule_of_slice
from canut.core.arrays import Bools
from canut.core.learning.repair_proof import RepairProof, SliceCount, prove_repair
from canut.core.learning.slices import FEWEST
from canut.store.learning.health import HiddenTask, hidden_tasks_of
from canut.store.learning.incidents import record_of, version_of
from canut.store.tables.learning import Decided, Incident, Proposal, Trained
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Worker

AT_ONCE = 2_000
MOST_SHOWN = 50_000
DONE = (TaskState.State.CLOSED, TaskState.State.AUDIT)


class ModelDecision(NamedTuple):
    """One decision in which the model had a say, or that it made alone and people took back."""

    key: str
    label: str
    at_ms: int
    is_returned: bool


class EvidenceAnswer(NamedTuple):
    """When a counted answer was given, by whom, and whether a program gave it."""

    at_ms: int
    person: int
    is_program: bool


def decisions_since(incident: Incident) -> Iterator[ModelDecision]:
    """Yield the decisions since the fault may have begun, within the incident's slice, in order.

    Those that a model made alone and that came back to people when the alarm rang are returned
    ones.
    """
    rule = rule_of_slice(incident.project_id, incident.slice)
    decided = Decided.objects.filter(
        project=incident.project_id, version=incident.author_id,
        decided_ms__gte=incident.since_ms, task__withdrawn=None,
    ).order_by("task_id")  # fmt: skip
    fields = ("task__key", "task__data", "task__source_id", "task__proposal__label")
    rows = decided.values_list(
        "task_id", *fields, "task__now__confidence", "task__now__label", "decided_ms"
    )[:MOST_SHOWN]
    for *task, label, at_ms in rows:
        if is_in_slice(SliceTask._make(task), rule):
            yield ModelDecision(task[1], label or "", at_ms, is_returned=False)
    returned = Proposal.objects.filter(
        project=incident.project_id, author=incident.author_id, back_ms__gte=incident.at_ms,
        task__withdrawn=None,
    ).order_by("task_id")  # fmt: skip
    for *task, label, at_ms in returned.values_list(
        "task_id", "task__key", "task__data", "task__source_id", "label",
        "task__now__confidence", "label", "at_ms",
    )[:MOST_SHOWN]:  # fmt: skip
        if is_in_slice(SliceTask._make(task), rule):
            yield ModelDecision(task[1], label, at_ms, is_returned=True)


def proof_of(incident: Incident) -> RepairProof | None:
    """Measure what the answers since a repair show; None before it is declared, or without a model.

    Returns:
        The proof, on the newest hidden tasks of the version with the fault and of newer ones.
    """
    trained = version_of(incident)
    if trained is None or incident.repaired_ms is None:
        return None
    before = [row for row in hidden_tasks_of(trained) if row.decided_ms < incident.repaired_ms]
    after = answered_since_repair(incident, trained)
    rows, rule = [*before, *after], rule_of_slice(incident.project_id, incident.slice)
    is_after = np.array([False] * len(before) + [True] * len(after), np.bool_)
    is_right = np.array([row.label == row.proposed for row in rows], np.bool_)
    in_slice = np.array([is_in_slice(task_of(row), rule) for row in rows], np.bool_)
    others = {
        name: _count(members, is_right, is_after)
        for name, members in slices_of(rows).items()
        if name != incident.slice
    }
    return prove_repair(
        _count(in_slice, is_right, is_after),
        _count(~in_slice, is_right, is_after),
        others,
        bar_of(trained, before if len(before) >= FEWEST else rows),
    )


def answered_since_repair(incident: Incident, trained: Trained) -> list[HiddenTask]:
    """List the hidden tasks that count as proof of a repair, oldest first."""
    if incident.repaired_ms is None:
        return []
    newer = Proposal.objects.filter(
        Q(task__now__state__in=DONE),
        project=incident.project_id, is_hidden=True, author__trained__gt=trained.pk,
        task__now__label__isnull=False, task__now__reviewed_ms=None, task__withdrawn=None,
    ).order_by("-task_id")  # fmt: skip
    rows = newer.values_list(
        "task_id", "task__now__label", "label", "score", "task__now__confidence",
        "task__source_id", "task__data",
    )[:MOST_SHOWN]  # fmt: skip
    hands = record_of(incident).hands
    answers = _answers_to([row[0] for row in rows])
    counted: list[HiddenTask] = []
    for task, label, proposed, score, confidence, source, content in rows:
        counted_answers = answers.get(task, [])
        if counted_answers and all(
            _is_proof(answer, incident.repaired_ms, hands) for answer in counted_answers
        ):
            sure = 1.0 if confidence is None else confidence
            at_ms = max(answer.at_ms for answer in counted_answers)
            counted.append(
                HiddenTask(task, label or "", proposed, score, sure, at_ms, source, content)
            )
    return sorted(counted, key=lambda row: (row.decided_ms, row.task))


def _is_proof(answer: EvidenceAnswer, repaired_ms: int, hands: frozenset[int]) -> bool:
    """Return whether an answer may show a repair."""
    return answer.at_ms > repaired_ms and answer.person not in hands and not answer.is_program


def _answers_to(tasks: Sequence[int]) -> dict[int, list[EvidenceAnswer]]:
    """Return the counted answers to tasks."""
    by_task: dict[int, list[EvidenceAnswer]] = {}
    for some in batched(tasks, AT_ONCE):
        answers = Answer.objects.filter(task__in=some, counted=True).order_by("id")
        for task, at_ms, person, kind in answers.values_list(
            "task_id", "answered_ms", "worker__person_id", "author_kind"
        ):
            answer = EvidenceAnswer(at_ms, person, kind == Worker.Kind.MODEL)
            by_task.setdefault(task, []).append(answer)
    return by_task


def _count(members: Bools, is_right: Bools, is_after: Bools) -> SliceCount:
    before, after = members & ~is_after, members & is_after
    return SliceCount(
        int((before & is_right).sum()),
        int(before.sum()),
        int((after & is_right).sum()),
        int(after.sum()),
    )
