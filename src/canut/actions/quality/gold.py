"""Make tasks gold, correct wrong gold, and draw closed tasks for a repeated audit answer.

A gold task is leased to many workers, hidden among the others; its answers are paid and never
counted. When its known label turns out wrong, everybody's score is counted again, eligibility is
decided again, and the labels are estimated again.
"""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from canut.actions.integrations.outbox import enqueue
from canut.actions.pay.required_funds import lock_again
from canut.actions.platform.bulk_pacing import BulkPacer, in_chunks
from canut.actions.tasks.answer_bounds import check_label
from canut.actions.tasks.consensus import drawn_below, settle_again
from canut.actions.tasks.known_labels import read_known
from canut.actions.work.eligibility import decide_again
from canut.core.errors import BadInput, Conflict, Incomplete, Missing, Refusal
from canut.core.kinds import label_of_values
from canut.store.integrations.webhooks import GOLD_CORRECTED
from canut.store.pay.funds import is_funded
from canut.store.projects.versions import current_question
from canut.store.quality.gold import first_known
from canut.store.quality.known_split import scatter
from canut.store.sql import dialect
from canut.store.tables.comparisons import PlantedProposal
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.quality import Gold, GoldChange
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Answer, Lease, Worker

State = TaskState.State
WHY_LENGTH = 400
MOST_AT_ONCE = 500
MOST_PER_MILLE = 1000
CHUNK = 500


class Corrected(NamedTuple):
    """The effect of correcting gold: changed scores, workers who may work again."""

    workers: int
    let_in: int


def make_known(task_id: int, label: str, explanation: str, *, by: Person, now_ms: int) -> Gold:
    """Make a task gold: its answer is known, and it is leased to many workers as a check.

    Its current leases are released; an answer that still arrives is paid, and scored.

    Args:
        task_id: the task; its own answers stay, and no more are asked for.
        label: what is right.
        explanation: why it is right, for those who answered; may be empty.
        by: who says so.
        now_ms: the moment.

    Raises:
        Missing: there is no such published task.
        Conflict: ``is-gold``: it is gold already, or for practice; ``task-withdrawn``;
            ``acceptance-task``: it is drawn for an acceptance test.
        BadAnswer: the question does not allow the label.
        BadInput: the explanation is too long.
        Unfunded: the money for the answers to it is not there.
    """
    _check_words(explanation)
    with transaction.atomic():
        state = TaskState.objects.filter(task_id=task_id).select_related("project").first()
        if state is not None:
            _lock_for(state.project, 1, now_ms)
        gold = _make_known(task_id, label, explanation, by=by, now_ms=now_ms)
    _show_to_all(gold.project_id, task_id)
    _score_again(task_id, now_ms)
    return gold


def _make_known(task_id: int, label: str, explanation: str, *, by: Person, now_ms: int) -> Gold:
    with transaction.atomic():
        state = _locked(task_id)
        if state.state in {State.GOLD, State.PRACTICE}:
            raise Conflict("the task is gold already; correct it instead", code="is-gold")
        check_label(task_id, current_question(state.project_id).schema, label)
        task = Task.objects.get(pk=task_id)
        if hasattr(task, "withdrawn"):
            raise Conflict("the item of this task was withdrawn", code="task-withdrawn")
        if hasattr(task, "acceptance"):
            raise Conflict(
                "this task tests whether the results are accepted; it stays hidden",
                code="acceptance-task",
            )
        source = Gold.Source.IMPORT if task.known == label else Gold.Source.REVIEW
        gold, _is_new = Gold.objects.update_or_create(
            task_id=task_id,
            defaults={
                "project_id": state.project_id,
                "source": source,
                "why": explanation.strip(),
                "before": task.known or "",
                "made_by": by,
                "made_ms": now_ms,
                "ended_ms": None,
            },
        )
        _give_back([task_id], now_ms)
        Task.objects.filter(pk=task_id).update(known=label)
        TaskState.objects.filter(task_id=task_id).update(
            state=State.GOLD, live=0, label=label, confidence=1.0
        )
        Project.objects.filter(pk=state.project_id).update(has_checks=True)
    return gold


def _show_to_all(project_id: int, task_id: int) -> None:
    """Let workers who are past a new gold task meet it too, some of them a transaction."""
    past = Worker.objects.filter(project_id=project_id, check_cursor__gte=task_id)
    in_chunks(past, lambda some: some.update(check_cursor=0))


def _lock_for(project: Project, gold: int, now_ms: int) -> None:
    """Lock funds for the answers to this many more gold tasks, if funds are locked."""
    if is_funded(project.pk):
        lock_again(project, now_ms, gold=gold)


def make_known_from_import(project: Project, most: int, *, by: Person, now_ms: int) -> int:
    """Make gold of the first unanswered tasks with a known label; return how many.

    Raises:
        BadInput: none, or more than 500 asked for.
        Unfunded: the money for the answers to them is not there.
    """
    if not 1 <= most <= MOST_AT_ONCE:
        raise BadInput(
            f"{most} gold tasks asked for; from 1 to {MOST_AT_ONCE}",
            code="gold-number",
            limit=MOST_AT_ONCE,
        )
    schema = current_question(project.pk).schema
    first = first_known(project.pk, most)
    readable = [row for row in first if read_known(schema, row.known) is not None]
    _lock_for(project, len(readable), now_ms)
    count = 0
    for task in readable:
        try:
            _make_known(task.pk, task.known or "", "", by=by, now_ms=now_ms)
        except Conflict:  # somebody was faster
            continue
        _show_to_all(project.pk, task.pk)
        _score_again(task.pk, now_ms)
        count += 1
    return count


def correct_known(task_id: int, label: str, reason: str, *, by: Person, now_ms: int) -> Corrected:
    """Correct a wrong gold task, and undo its consequences.

    Args:
        task_id: the gold task.
        label: what is right; empty where it is no gold at all, and is asked like any other.
        reason: what was wrong.
        by: who says so.
        now_ms: the moment.

    Raises:
        Missing: the task is not gold.
        Incomplete: no reason.
        BadAnswer: the question does not allow the label.
    """
    return _correct(task_id, _Correction(label, reason), by, now_ms)


def correct_known_in_favour(
    task_id: int, label: str, reason: str, *, by: Person, now_ms: int
) -> Corrected:
    """Correct a wrong gold task; who answered what was right until now stays right.

    Takes and raises what ``correct_known`` does.
    """
    return _correct(task_id, _Correction(label, reason, in_favour=True), by, now_ms)


class _Correction(NamedTuple):
    """What is right instead, why, and whether no score falls by it."""

    label: str
    reason: str
    in_favour: bool = False


def _correct(task_id: int, correction: _Correction, by: Person, now_ms: int) -> Corrected:
    label, reason = correction.label, correction.reason
    _check_words(reason)
    if not reason.strip():
        raise Incomplete("say what was wrong with it", code="gold-unsaid", field="reason")
    with transaction.atomic():
        state = _locked(task_id)
        gold = Gold.objects.filter(task_id=task_id, ended_ms=None).first()
        if gold is None:
            raise Missing(f"task {task_id} is not gold", code="not-gold")
        before = Task.objects.get(pk=task_id).known or ""
        if label:
            check_label(task_id, current_question(state.project_id).schema, label)
            TaskState.objects.filter(task_id=task_id).update(label=label)
        else:
            _give_back([task_id], now_ms)
            gold.ended_ms = now_ms
            gold.save(update_fields=["ended_ms"])
            state.state = State.OPEN
            settle_again(state)
        Task.objects.filter(pk=task_id).update(known=label or None)
        planted = PlantedProposal.objects.filter(task_id=task_id, ended_ms=None)
        planted.update(ended_ms=now_ms)  # it was wrong by the old label
        workers = _who_answered(task_id)
        GoldChange.objects.create(
            gold=gold,
            before=before,
            after=label,
            reason=reason.strip(),
            workers=len(workers),
            made_by=by,
            at_ms=now_ms,
            in_favour=correction.in_favour,
        )
        facts = {"task": task_id, "key": state.task.key, "before": before, "after": label or None}
        enqueue(state.project, GOLD_CORRECTED, {**facts, "workers": len(workers)}, now_ms)
    return Corrected(len(workers), _score_again(task_id, now_ms))


def set_audit(project_id: int, per_mille: int, now_ms: int) -> None:
    """Ask a random share of closed tasks once more, already closed ones included.

    Which ones is a matter of their numbers alone. A lower share takes back those it leaves out.

    Raises:
        BadInput: not from 0 to 1000 in a thousand.
        Missing: there is no such project.
        Unfunded: the money for the answers to them is not there.
    """
    if not 0 <= per_mille <= MOST_PER_MILLE:
        raise BadInput(f"{per_mille} in a thousand; give 0 to 1000", code="audit-share")
    project = Project.objects.filter(pk=project_id)
    with transaction.atomic():
        if not project.update(audit_per_mille=per_mille):
            raise Missing(f"there is no project {project_id}")
        if per_mille:
            project.update(has_checks=True)
        _lock_for(project.get(), 0, now_ms)
    tasks, bound = TaskState.objects.filter(project_id=project_id), drawn_below(per_mille)
    never_audited = tasks.filter(state=State.CLOSED, task__auditanswer=None)
    _set_state(never_audited, State.AUDIT, lambda task: scatter(task) < bound)
    _set_state(tasks.filter(state=State.AUDIT), State.CLOSED, lambda task: scatter(task) >= bound)


def _set_state(tasks: QuerySet[TaskState], state: State, is_meant: Callable[[int], bool]) -> None:
    """Give those tasks that are meant another state, a paced chunk at a time."""
    last = 0
    with BulkPacer() as pace:
        while ids := _ids_after(tasks, last, min(pace.rows, CHUNK)):
            with pace.chunk(len(ids)):
                held = TaskState.objects.select_for_update().filter(
                    task_id__in=[task for task in ids if is_meant(task)]
                )
                states = dict(held.order_by("task_id").values_list("task_id", "state"))
                _give_back([task for task, was in states.items() if was == State.AUDIT], 0)
                moved = [task for task, was in states.items() if was in {State.AUDIT, State.CLOSED}]
                TaskState.objects.filter(task_id__in=moved).update(state=state)
            last = ids[-1]


def _ids_after(tasks: QuerySet[TaskState], last: int, most: int) -> list[int]:
    later = tasks.filter(task_id__gt=last).order_by("task_id")
    return list(later.values_list("task_id", flat=True)[:most])


def _locked(task_id: int) -> TaskState:
    state = TaskState.objects.select_for_update().filter(task_id=task_id).first()
    if state is None:
        raise Missing(f"there is no published task {task_id}", code="task-unknown")
    return state


def _give_back(tasks: Sequence[int], now_ms: int) -> None:
    """Release every live lease of tasks; their slots are freed where they counted."""
    live = Lease.objects.filter(task_id__in=tasks, state=Lease.State.LIVE)
    leases = list(live.values_list("id", flat=True))
    if leases:
        with connection.cursor() as cursor:
            dialect().end_leases(cursor, leases, Lease.State.RELEASED, now_ms, "check changed")


def _who_answered(task_id: int) -> list[int]:
    workers = Answer.objects.filter(task_id=task_id).values_list("worker_id", flat=True)
    return sorted(set(workers))


def _score_again(task_id: int, now_ms: int) -> int:
    """Recount the scores of those who answered a task; return how many may work again."""
    let_in = 0
    for worker_id in _who_answered(task_id):
        with transaction.atomic():
            worker = Worker.objects.select_for_update().get(pk=worker_id)
            worker.checks_right, worker.checks_answered = score_of(worker)
            worker.save(update_fields=["checks_right", "checks_answered"])
        let_in += decide_again(worker, now_ms)
    return let_in


def score_of(worker: Worker) -> tuple[int, int]:
    """Count a worker's right answers to gold tasks, and all: first answers only.

    Those with a planted wrong proposal are left out: they measure a layout, and nobody. An answer
    that was right until a correction in people's favour is right.
    """
    answers = Answer.objects.filter(
        worker=worker,
        replaces=None,
        task__now__state=State.GOLD,
        task__planted_proposal__isnull=True,
    )
    rows = answers.order_by("id").values_list(
        "task_id", "values", "question_version__schema", "task__known", "answered_ms"
    )
    forgiven = _forgiven([row[0] for row in rows])
    right: dict[int, bool] = {}
    for task, values, schema, known_label, at_ms in rows:
        if task not in right:
            label = _says(schema, values)
            earlier = forgiven.get(task, ())
            right[task] = label == known_label or any(
                label == before and at_ms <= until_ms for before, until_ms in earlier
            )
    return sum(right.values()), len(right)


def _forgiven(tasks: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Return the labels that corrections in people's favour replaced, and when, by task."""
    changes = GoldChange.objects.filter(gold__task__in=tasks, in_favour=True)
    replaced: dict[int, list[tuple[str, int]]] = {}
    for task, before, at_ms in changes.values_list("gold__task_id", "before", "at_ms"):
        replaced.setdefault(task, []).append((before, at_ms))
    return replaced


def _says(schema: dict[str, object], values: str) -> str | None:
    try:
        return label_of_values(schema, json.loads(values))
    except Refusal:
        return None


def _check_words(text: str) -> None:
    if len(text) > WHY_LENGTH:
        raise BadInput(
            f"{len(text)} characters; write at most {WHY_LENGTH}",
            code="reason-too-long",
            limit=WHY_LENGTH,
        )
