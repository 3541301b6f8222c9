"""Let a model propose labels, show or hide them, and take over tasks within its proof.

Each proposal is drawn by its task to be hidden or shown; a hidden one stays so. A task with answers
keeps its proposal; for the others the newest version predicts. Tasks within the confidence bands
that a version has proven leave the queue, as long as later versions agree or prove better;
otherwise people are asked again.
Detecting and repairing drift is in ``drift``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.db import transaction

from canut.actions.integrations.http_client import check_url
from canut.actions.learning.one_first import end
from canut.actions.learning.training_data import LearningTarget, items_of
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.core.arrays import Bools, Codes, Floats
from canut.core.errors import BadInput, Conflict
from canut.core.learning.hidden_share import is_hidden
from canut.core.learning.measure import softened
from canut.core.learning.model import Model, checked
from canut.core.learning.takeover import ConfidenceBand, may_take
from canut.store.comparisons.anchoring import end_planted, limit_of
from canut.store.imports import bulk_rows
from canut.store.learning.incidents import weighing
from canut.store.learning.liens import missing_of
from canut.store.learning.loop import rule_of_loop
from canut.store.learning.prelabels import OfTask, insert_of_tasks
from canut.store.models import ModelAnswer, Project, TaskState
from canut.store.tables.learning import LoopRule, Proposal, Trained
from canut.store.tables.people import Person

AT_ONCE = 2_000
UNSAID_SCORE = 0.5
LEAST_HIDDEN, MOST_SHARE, LEAST_BAR = 10, 1_000, 500


@dataclass(frozen=True)
class Speaker:
    """A version of a model that can predict.

    Args:
        subject: what it is about.
        trained: the version, with what it has proven.
        model: the model itself.
        at_once: of how many tasks it is asked in one go.
    """

    subject: LearningTarget
    trained: Trained
    model: Model
    at_once: int = AT_ONCE


class _Said(NamedTuple):
    """A model's label for one task; ``takes``: its confidence is within the proof."""

    label: str
    score: float
    takes: bool


@dataclass(frozen=True)
class LoopRuleIn:
    """The rights of models in a project: the fields of ``store.tables.learning.LoopRule``."""

    role: str = LoopRule.Role.TRAIN
    shows: bool = False
    takes_over: bool = False
    asks_one: bool = False
    hidden_per_mille: int = 100
    bar_per_mille: int = 980
    endpoint: str = ""


def set_loop_rule(
    project: Project, fields: LoopRuleIn, now_ms: int, *, by: Person | None = None
) -> LoopRule:
    """Set what models may do in a project, from now on.

    What is shown follows at once; where models may no longer take over, all they took comes back
    to people.

    Raises:
        BadInput: ``loop-rule``: a value out of range; ``loop-one-shown``: a person who is asked
            alone would see the proposal that is to check the answer; ``webhook-url``,
            ``webhook-http`` or ``webhook-inside``: the model's address may not be called.
        Conflict: ``lien-incomplete``: lines that tie the model to people are missing, so it takes
            nothing over; ``anchoring-strong``: shown proposals draw answers too much in this
            layout.
    """
    is_known = fields.role in LoopRule.Role.values
    in_range = (
        LEAST_HIDDEN <= fields.hidden_per_mille <= MOST_SHARE
        and LEAST_BAR <= fields.bar_per_mille <= MOST_SHARE
    )
    if not (is_known and in_range):
        raise BadInput(
            f"{fields}: hide from 10 to 1000 in a thousand, and set the bar from 500 to 1000",
            code="loop-rule",
        )
    if fields.asks_one and fields.shows:
        raise BadInput(
            "a model cannot check the only answer of somebody who saw its proposal; show nothing,"
            " or ask everybody",
            code="loop-one-shown",
        )
    if fields.endpoint:
        check_url(fields.endpoint, inside=settings.WEBHOOKS_INSIDE)
    with transaction.atomic():
        before = LoopRule.objects.filter(project=project).first()
        _check_rule(project, fields, before)
        is_same = before is not None and before.endpoint == fields.endpoint
        endpoint_by = before.endpoint_by if before is not None and is_same else by
        rule, _ = LoopRule.objects.update_or_create(
            project=project,
            defaults={
                **vars(fields),
                "endpoint_by": endpoint_by,
                "at_ms": now_ms,
                "one_ended_ms": None,
            },
        )
    with BulkPacer() as pace:
        proposals = Proposal.objects.filter(project=project, is_hidden=False)
        for chunk in batched(
            list(proposals.exclude(is_shown=rule.shows).values_list("task", flat=True)), AT_ONCE
        ):
            with pace.chunk(len(chunk)):
                Proposal.objects.filter(task__in=chunk).update(is_shown=rule.shows)
    if not rule.takes_over:
        give_back(project.pk, now_ms)
    if not rule.shows:
        end_planted(project.pk, now_ms)
    if not rule.asks_one:
        end(project.pk, now_ms)
    return rule


def _check_rule(project: Project, fields: LoopRuleIn, before: LoopRule | None) -> None:
    """Refuse what is newly allowed where a lien is missing, or proposals draw answers too much."""
    if fields.takes_over and not (before and before.takes_over):
        missing = missing_of(project.pk)
        if missing:
            raise Conflict(
                f"nothing is taken over before the lien is whole; missing: {', '.join(missing)}",
                code="lien-incomplete",
                count=len(missing),
            )
    if fields.shows and not (before and before.shows) and limit_of(project.pk) is not None:
        raise Conflict(
            "shown proposals draw people's answers too much in this layout; change how the"
            " question is shown first",
            code="anchoring-strong",
        )


def propose(
    speaker: Speaker,
    rule: LoopRule,
    now_ms: int,
    *,
    only_new: bool = False,
    most: int | None = None,
) -> int:
    """Store a version's labels for tasks without answers; return the number of tasks.

    Args:
        speaker: the version.
        rule: what it may do.
        now_ms: milliseconds since 1970 UTC.
        only_new: only tasks without any proposal.
        most: the largest number of tasks, oldest first.
    """
    states = TaskState.objects.filter(project=speaker.subject.project, reviewed_ms=None)
    states = states.filter(state=TaskState.State.OPEN) | states.filter(
        task__proposal__took_ms__isnull=False
    )
    if only_new:
        states = states.filter(task__proposal=None)
    tasks = sorted(states.values_list("task_id", flat=True))[:most]
    takes = rule.takes_over and not is_suspect(speaker.trained) and not _is_held(rule)
    with BulkPacer() as pace:
        for chunk in batched(tasks, speaker.at_once):
            predicted = _ask(speaker, chunk, takes=takes)
            for some in batched(chunk, max(1, pace.rows // 4)):
                with pace.chunk(len(some) * 4):
                    labels = {task: predicted[task] for task in some}
                    _write(speaker, rule, labels, now_ms, may_keep=takes)
    bulk_rows.count_proposals()
    return len(tasks)


def propose_imported(project: Project, now_ms: int) -> int:
    """Turn imported pre-labels into proposals, shown or hidden; return how many are new.

    They take over nothing: nobody here knows what they learnt from.
    """
    rule = rule_of_loop(project.pk)
    open_tasks = TaskState.objects.filter(project=project, state=TaskState.State.OPEN)
    new = open_tasks.filter(task__proposal=None, task__modelanswer__isnull=False)
    tasks = sorted(set(new.values_list("task_id", flat=True)))
    with BulkPacer() as pace:
        for chunk in batched(tasks, AT_ONCE):
            voices: dict[int, ModelAnswer] = {}
            prelabels = ModelAnswer.objects.filter(task__in=chunk).select_related("author")
            for voice in sorted(
                prelabels, key=lambda prelabel: (-(prelabel.score or 0.0), prelabel.pk)
            ):
                voices.setdefault(voice.task_id, voice)
            rows = [
                _row(rule, project.pk, task, voice.author_id, now_ms)
                | {
                    "label": voice.label,
                    "score": UNSAID_SCORE if voice.score is None else voice.score,
                    "source": f"{voice.author.name} {voice.author.version}".strip(),
                }
                for task, voice in voices.items()
            ]
            with pace.chunk(len(rows)):
                Proposal.objects.bulk_create([Proposal(**row) for row in rows])
    bulk_rows.count_proposals()
    return len(tasks)


def give_back(project_id: int, now_ms: int) -> int:
    """Return all tasks that models took over to people; return how many."""
    takeovers = Proposal.objects.filter(project=project_id, took_ms__isnull=False)
    tasks = sorted(takeovers.values_list("task_id", flat=True))
    with BulkPacer() as pace:
        for chunk in batched(tasks, AT_ONCE):
            with pace.chunk(len(chunk)):
                _give_back(chunk, now_ms)
    return len(tasks)


def is_suspect(trained: Trained) -> bool:
    """Return whether an incident concerns this version or came after it was trained."""
    return weighing(trained.project_id).filter(at_ms__gte=trained.made_ms).exists()


def _is_held(rule: LoopRule) -> bool:
    """Return whether an ethics reviewer's hold stops the project: its models take nothing over."""
    return Project.objects.filter(id=rule.project_id, held_ms__isnull=False).exists()


def _ask(speaker: Speaker, tasks: Sequence[int], *, takes: bool) -> dict[int, _Said]:
    """Predict labels for some tasks, and mark those within the proof."""
    labels, trained = speaker.subject.labels, speaker.trained
    items = items_of(speaker.subject, tasks)
    raw = checked(speaker.model.predict(items), len(items), len(labels))
    chances: Floats = softened(raw, trained.temperature)
    sure, best = chances.max(axis=1), chances.argmax(axis=1).astype(np.int32)
    may: Bools = may_take(sure, [ConfidenceBand(*band) for band in trained.bands]) & takes
    codes: Codes = best
    return {
        task: _Said(labels[code], float(score), bool(is_proven))
        for task, code, score, is_proven in zip(tasks, codes, sure, may, strict=True)
    }


def _write(
    speaker: Speaker, rule: LoopRule, predicted: dict[int, _Said], now_ms: int, *, may_keep: bool
) -> None:
    """Store a version's proposals; take over the proven tasks, return the others.

    A task that an earlier version took stays taken where this one says the same, if ``may_keep``.
    """
    project, author = speaker.trained.project_id, speaker.trained.author
    states = TaskState.objects.select_for_update().filter(task__in=predicted).order_by("task_id")
    locked = {label.task_id: label for label in states}
    existing = Proposal.objects.in_bulk(list(predicted))
    rows: list[Proposal] = []
    back: list[int] = []
    takeovers: list[TaskState] = []
    for task, label in predicted.items():
        state, before = locked.get(task), existing.get(task)
        if state is None or (before is not None and (state.counted or state.live)):
            continue  # people have begun: what they saw, or did not see, stays
        new = _row(rule, project, task, author.pk, now_ms)
        was_taken = before is not None and before.took_ms is not None
        if before is not None:
            new["is_hidden"], new["back_ms"] = before.is_hidden, before.back_ms
            new["is_shown"] = rule.shows and not before.is_hidden
        untouched = state.counted == 0 and state.live == 0
        may_be_taken = was_taken or state.state == TaskState.State.OPEN
        if label.takes and not new["is_hidden"] and untouched and may_be_taken:
            new["took_ms"] = before.took_ms if before and was_taken else now_ms
            state.state, state.label, state.confidence = "closed", label.label, label.score
            takeovers.append(state)
        elif before is not None and was_taken:
            if may_keep and before.label == label.label:
                continue  # what an earlier version has proven stands
            back.append(task)
        source = f"{author.name} {author.version}".strip()
        rows.append(Proposal(**new, label=label.label, score=label.score, source=source))
    insert_of_tasks([OfTask(row.task_id, author.pk, row.label, row.score) for row in rows])
    Proposal.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["task"],
        update_fields=["author", "label", "score", "source", "is_shown", "at_ms", "took_ms"],
    )
    TaskState.objects.bulk_update(takeovers, ["state", "label", "confidence"])
    _give_back(back, now_ms)


def _give_back(tasks: Sequence[int], now_ms: int) -> None:
    """Reopen tasks that a model had taken over; the caller is in a transaction."""
    list(TaskState.objects.select_for_update().filter(task__in=tasks).order_by("task_id"))
    closed = TaskState.objects.filter(task__in=tasks, state="closed", counted=0, reviewed_ms=None)
    closed.update(state="open", label=None, confidence=None)
    Proposal.objects.filter(task__in=tasks).update(took_ms=None, back_ms=now_ms)


def _row(rule: LoopRule, project: int, task: int, author: int, now_ms: int) -> dict[str, Any]:
    """Build the fields of a proposal; whether it is hidden is drawn by the task."""
    hidden = is_hidden(task, project, rule.hidden_per_mille)
    return {
        "task_id": task,
        "project_id": project,
        "author_id": author,
        "is_hidden": hidden,
        "is_shown": rule.shows and not hidden,
        "at_ms": now_ms,
        "took_ms": None,
        "back_ms": None,
    }
