"""Detect that a model falls behind what it had proven, and return its tasks to people.

People keep answering the hidden tasks after a model took over; their labels are compared with the
model's. If even the upper bound of its accuracy is below the bar, an incident is opened, its tasks
return to people, and it takes over nothing until a newer version proves itself. What people do
about it is in ``incidents``.
"""

import importlib
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.db.models import Max

from canut.actions.learning.incidents import open_by_alarm
from canut.actions.learning.loop import Speaker, give_back, propose, propose_imported
from canut.actions.learning.one_first import follow
from canut.actions.learning.provenance import note_actors
from canut.actions.learning.training_data import subject_of, votes_of
from canut.actions.ledger.entries import fresh_nonce, record_entry
from canut.actions.tasks.priority import FIRST, USUAL
from canut.core.learning.model import ItemForm
from canut.core.learning.takeover import (
    ConfidenceBand,
    has_dropped,
    may_take,
    people_again,
    priorities,
)
from canut.store.learning.incidents import open_incident
from canut.store.learning.loop import last_trained, trained_in
from canut.store.learning.prelabels import has_prelabels
from canut.store.models import Decided, Project, TaskState, Worker
from canut.store.tables.learning import Incident, LoopRule, Proposal, Trained

LOOKED_AT = 100
MOST_PLACED = 100_000
PER_MILLE = 1000


class Since(NamedTuple):
    """A model's accuracy on hidden tasks since its proof: ``right`` of ``seen``.

    ``by_people``: how often people, asked again, would say the same of those.
    """

    right: int
    seen: int
    by_people: float


def check_drift(project: Project, now_ms: int) -> bool:
    """Run the periodic work of a project with models: provenance, proposals, drift.

    Returns:
        Whether a new version should learn, where one person is asked first (``one_first``).
    """
    rule = LoopRule.objects.filter(project=project).first()
    has_moved = note_actors(project.pk, now_ms)
    if rule is None:
        return False
    _propose_new(project, rule, now_ms, has_moved=has_moved)
    return follow(project, rule, now_ms)


def _propose_new(project: Project, rule: LoopRule, now_ms: int, *, has_moved: bool) -> None:
    """Propose labels for new tasks, and look for drift where something changed."""
    trained = last_trained(project.pk)
    if trained is None:
        if rule.shows and has_prelabels(project.pk) and has_new(project.pk):
            propose_imported(project, now_ms)
        return
    speaker = speaker_of(project, trained) if has_new(project.pk) else None
    if speaker is not None:
        propose(speaker, rule, now_ms, only_new=True)
    if has_moved or speaker is not None:
        find_drift(project, now_ms)
        place_tasks(project.pk)


def speaker_of(project: Project, trained: Trained) -> Speaker | None:
    """Load a version from its weights; None for remote models, asked while training."""
    if trained.form not in list(ItemForm):
        return None
    weights = Trained.objects.values_list("weights", flat=True).get(pk=trained.pk)
    if weights is None:
        return None
    baselines = importlib.import_module("canut.core.learning.baselines")
    model = baselines.Baseline(ItemForm(trained.form), baselines.from_bytes(bytes(weights)))
    subject = subject_of(project)
    return Speaker(subject, trained, model) if subject.labels == trained.labels else None


def has_new(project_id: int) -> bool:
    """Return whether there are tasks newer than any that a model proposed a label for."""
    proposals = Proposal.objects.filter(project=project_id)
    last = [
        proposals.filter(is_hidden=is_hidden).aggregate(last=Max("task"))["last"] or 0
        for is_hidden in (True, False)
    ]
    states = TaskState.objects.filter(project=project_id, state=TaskState.State.OPEN)
    return states.filter(task__gt=max(last)).exists()


def since_it_spoke(trained: Trained) -> Since:
    """Compare models with people on the last hundred hidden tasks above their proof.

    Args:
        trained: the version whose proof holds; later ones are measured where it was proven.
    """
    decided = Decided.objects.filter(
        project=trained.project_id,
        unseen__gt=0,
        task__proposal__is_hidden=True,
        task__proposal__author__trained__gte=trained.pk,
        task__now__label__isnull=False,
    ).order_by("-decided_ms", "-task_id")
    rows = decided.values_list(
        "task_id",
        "task__now__label",
        "task__proposal__label",
        "task__proposal__score",
        "task__now__confidence",
    )[: LOOKED_AT * 4]
    recent = list(rows)
    if not recent:
        return Since(0, 0, 1.0)
    proven = may_take(
        np.array([row[3] for row in recent]), [ConfidenceBand(*band) for band in trained.bands]
    ).tolist()
    in_proof = [row for row, is_one in zip(recent, proven, strict=True) if is_one][:LOOKED_AT]
    tasks, labels = [row[0] for row in in_proof], [row[1] or "" for row in in_proof]
    sure = np.array([1.0 if row[4] is None else row[4] for row in in_proof])
    by_people = people_again(sure, *votes_of(tasks, labels))
    return Since(sum(row[1] == row[2] for row in in_proof), len(in_proof), by_people)


def _proven_in(project_id: int) -> Trained | None:
    """Return the newest version with a proven confidence band; None if there is none."""
    versions = reversed(trained_in(project_id))
    return next(
        (
            version
            for version in versions
            if any(ConfidenceBand(*band).is_proven for band in version.bands)
        ),
        None,
    )


def find_drift(project: Project, now_ms: int) -> Incident | None:
    """Open an incident and return tasks to people if a model fell behind; None if not."""
    trained = _proven_in(project.pk)
    rule = LoopRule.objects.filter(project=project).first()
    if trained is None or rule is None or open_incident(project.pk) is not None:
        return None
    if not Proposal.objects.filter(project=project, took_ms__isnull=False).exists():
        return None
    since = since_it_spoke(trained)
    bar = rule.bar_per_mille / PER_MILLE
    if not has_dropped(since.right, since.seen, since.by_people, bar):
        return None
    facts = {
        "right": since.right,
        "seen": since.seen,
        "by_people": round(since.by_people, 4),
        "bar": bar,
    }
    with transaction.atomic():
        incident = open_by_alarm(trained, facts, now_ms)
    incident.tasks = give_back(project.pk, now_ms)
    with transaction.atomic():
        incident.save(update_fields=["tasks"])
        payload = {
            "v": 1, "t": "model.drift", "p": project.slug, "model": trained.author.name,
            "version": trained.author.version, "right": since.right, "seen": since.seen,
            "tasks": incident.tasks, "at": now_ms,
        }  # fmt: skip
        record_entry(project.pk, "model.drift", payload, now_ms, fresh_nonce())
    return incident


def place_tasks(project_id: int) -> int:
    """Move tasks first whose answers inform most; return how many moved.

    Tasks that somebody put first by hand stay there.
    """
    open_ones = TaskState.objects.filter(
        project=project_id, state=TaskState.State.OPEN, task__proposal__isnull=False
    ).exclude(priority__lt=USUAL)
    rows = list(
        open_ones.order_by("task_id").values_list(
            "task_id",
            "priority",
            "confidence",
            "task__proposal__score",
            "task__proposal__is_hidden",
        )[:MOST_PLACED]
    )
    if not rows:
        return 0
    sure = np.array([max(row[2] or 0.0, row[3]) for row in rows])
    target = priorities(1 - sure, np.array([row[4] for row in rows], np.bool_)).tolist()
    moved: dict[int, list[int]] = {}
    for row, priority in zip(rows, target, strict=True):
        if row[1] != priority:
            moved.setdefault(priority, []).append(row[0])
    for priority, tasks in moved.items():
        with transaction.atomic():
            locked = (
                TaskState.objects.select_for_update().filter(task__in=tasks).order_by("task_id")
            )
            TaskState.objects.filter(task__in=[state.task_id for state in locked]).update(
                priority=priority
            )
    if moved:
        with transaction.atomic():
            Worker.objects.filter(project=project_id).update(cursor_priority=FIRST, cursor_task=0)
    return sum(map(len, moved.values()))
