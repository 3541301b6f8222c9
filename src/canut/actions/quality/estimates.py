"""Estimate a project's labels from its counted answers, and store them beside the tasks.

Labels come from the chosen crowd model, beside the plain majority, both from ``inference``. Answers
are read in pages and stored as small integers; labels are written in short transactions with
pauses, so that answers do not wait. The schedule is in ``operations.scheduler``.

Scores of a person whose newest answer is six months old are erased. An erased score no longer
weighs answers: the running consensus treats them as a newcomer's, and the next estimate creates
none until there are new answers.
"""

import json
import time
from array import array
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, OuterRef, Q, Subquery

from canut.actions.integrations.outbox import enqueue
from canut.actions.integrations.task_closed_events import is_finished
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.actions.quality.inference import (
    CodedAnswers,
    InferenceResult,
    ModelChoice,
    allowed,
    judge,
    judge_merged,
    judge_selections,
)
from canut.actions.quality.quality_flags import keep_flags
from canut.core.arrays import Counts
from canut.core.clock import Ms, from_ms, to_ms
from canut.core.decisions.deadlines import scores_fresh_since
from canut.core.errors import Incomplete
from canut.core.kinds import choice, is_plain_choice, is_survey, questions_of
from canut.store.integrations.webhooks import LABELS_READY
from canut.store.models import (
    Answer,
    Consensus,
    Decision,
    Estimate,
    GoldChange,
    Habits,
    QuestionVersion,
    Task,
    Worker,
)
from canut.store.quality.results import last_estimate
from canut.store.quality.work_counts import count_work

READ_ROWS = 20_000


SAVE_CONSENSUS = """
INSERT INTO store_consensus
    (task_id, project_id, estimate_id, label, confidence, majority_label, majority_share)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (task_id) DO UPDATE SET estimate_id = excluded.estimate_id, label = excluded.label,
    confidence = excluded.confidence, majority_label = excluded.majority_label,
    majority_share = excluded.majority_share
WHERE store_consensus.estimate_id <= excluded.estimate_id
"""


# A task that was answered since keeps its running label, which knows more; a reviewed one its own.
SAVE_LABEL = """
UPDATE store_taskstate SET label = %s, confidence = %s
WHERE task_id = %s AND counted = %s AND reviewed_ms IS NULL AND state <> 'gold'
"""


DROP_LABEL = """
UPDATE store_taskstate SET label = NULL, confidence = NULL
WHERE task_id = %s AND counted = 0 AND reviewed_ms IS NULL AND state <> 'gold'
"""


SAVE_WORKER = "UPDATE store_worker SET accuracy = %s, agreed = %s, compared = %s WHERE id = %s"


SAVE_HABITS = """
INSERT INTO store_habits (worker_id, project_id, estimate_id, low, high, chances, evidence)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (worker_id) DO UPDATE SET estimate_id = excluded.estimate_id, low = excluded.low,
    high = excluded.high, chances = excluded.chances, evidence = excluded.evidence
WHERE store_habits.estimate_id <= excluded.estimate_id
"""


NOTHING: dict[str, Any] = {"model": "none", "iterations": 0, "converged": True}


type Row = tuple[Any, ...]


def estimate_labels(project_id: int, now_ms: Ms) -> Estimate:
    """Fit the project's counted answers; write labels, confidence and accuracies.

    Without counted answers nothing is estimated, and the estimate says so. It can be run at any
    time, twice at once too: the later one stays. Interrupted, it counts as not done.

    Raises:
        Incomplete: the project asks nothing yet.
    """
    started = time.perf_counter()
    newest = Answer.objects.filter(project_id=project_id).aggregate(last=Max("id"))["last"] or 0
    versions = QuestionVersion.objects.filter(project_id=project_id).order_by("-number")
    coded, judged = _judge(project_id, [version.schema for version in versions], newest)
    if judged and judged.of_estimate["curve"]:
        work = count_work(project_id)
        judged.of_estimate["curve"] |= {
            "project_answers": work.answers,
            "project_tasks": work.answered,
        }
    estimate = Estimate.objects.create(
        project_id=project_id,
        answers=len(coded.task),
        tasks=len(coded.task_ids),
        seconds=time.perf_counter() - started,
        last_answer=0,
        created_at=from_ms(now_ms),
        **(judged.of_estimate if judged else NOTHING),
    )
    if judged:
        _write(estimate, coded, judged)
    _forget_the_rest(estimate, set(coded.worker_ids))
    forget_old_scores(now_ms, project_id)
    keep_flags(project_id, now_ms)
    estimate.last_answer = newest
    estimate.seconds = time.perf_counter() - started
    with transaction.atomic():
        estimate.save(update_fields=["last_answer", "seconds"])
        if judged and is_finished(project_id):
            facts = {"tasks": estimate.tasks, "answers": estimate.answers}
            enqueue(estimate.project, LABELS_READY, facts, now_ms)
    return estimate


def is_stale(project_id: int) -> bool:
    """Return whether answers came or changed their weight since the last estimate."""
    newest = Answer.objects.filter(project_id=project_id).aggregate(last=Max("id"))["last"]
    if newest is None:
        return False
    last = last_estimate(project_id)
    return last is None or newest > last.last_answer or _was_counted_anew(project_id, last)


def _was_counted_anew(project_id: int, last: Estimate) -> bool:
    """Return whether rejections or gold changed since the last estimate."""
    since_ms = to_ms(last.created_at)
    rejections = Decision.objects.filter(project=project_id, kind=Decision.Kind.REJECTION)
    if GoldChange.objects.filter(gold__project=project_id, at_ms__gte=since_ms).exists():
        return True
    return rejections.filter(Q(at_ms__gte=since_ms) | Q(undone_ms__gte=since_ms)).exists()


def _judge(
    project_id: int, schemas: list[dict[str, Any]], newest: int
) -> tuple[CodedAnswers, InferenceResult | None]:
    """Read and fit the answers with the method of the question; None without, and in a survey."""
    if not schemas:
        raise Incomplete("the project asks nothing yet; write its question", field="question")
    if not is_plain_choice(schemas[0]):
        coded = allowed(schemas[0], _read(project_id, None, newest))
        is_fitted = len(coded.task) and not is_survey(schemas[0])  # a survey has no right answer
        return coded, judge_merged(schemas[0], coded) if is_fitted else None
    question = _question_of_all(schemas)
    coded = _read(project_id, str(question["id"]), newest)
    if not len(coded.task):
        return coded, None
    if choice.is_multiple(question):
        return coded, judge_selections(question, coded)
    return coded, judge(question, coded, _chosen_before(project_id))


def _question_of_all(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the current question, with choices of earlier versions appended."""
    question: dict[str, Any] = dict(questions_of(schemas[0])[0])
    choices = {value: {"value": value} for value in choice.values_of(question)}
    for schema in filter(is_plain_choice, schemas[1:]):
        for value in choice.values_of(questions_of(schema)[0]):
            choices.setdefault(value, {"value": value})
    return {**question, "choices": list(choices.values())}


def _read(project_id: int, question: str | None, newest: int) -> CodedAnswers:
    """Read the counted answers up to ``newest``, in pages; all values if no question."""
    task, worker, value_codes = array("q"), array("i"), array("i")
    worker_codes: dict[int, int] = {}
    text_codes: dict[str, int] = {}
    counted = Answer.objects.filter(project_id=project_id, counted=True, id__lte=newest)
    last = 0
    while True:
        page = counted.filter(id__gt=last).order_by("id")
        rows = list(page.values_list("id", "task_id", "worker_id", "values")[:READ_ROWS])
        for _, task_id, worker_id, values in rows:
            task.append(task_id)
            worker.append(worker_codes.setdefault(worker_id, len(worker_codes)))
            value_codes.append(text_codes.setdefault(values, len(text_codes)))
        if len(rows) < READ_ROWS:
            break
        last = rows[-1][0]
    ids: Counts = np.array(task, dtype=np.int64)
    task_ids, codes = np.unique(ids, return_inverse=True)
    known_labels = Task.objects.filter(project_id=project_id, known__isnull=False)
    return CodedAnswers(
        codes.astype(np.int32),
        np.array(worker, dtype=np.int32),
        np.array(value_codes, dtype=np.int32),
        task_ids,
        list(worker_codes),
        [_value(json.loads(text), question) for text in text_codes],
        dict(known_labels.values_list("id", "known")),
    )


def _value(values: dict[str, object], question: str | None) -> object:
    return values if question is None else values.get(question)


def _chosen_before(project_id: int) -> ModelChoice | None:
    """Return the model of the last estimate, with the answers it was chosen from."""
    last = Estimate.objects.filter(project_id=project_id, answers__gt=0).order_by("-id").first()
    if last is None or last.choice is None:
        return None
    return ModelChoice(last.model, last.choice, last.chosen_answers, last.known)


def _write(estimate: Estimate, coded: CodedAnswers, judged: InferenceResult) -> None:
    """Write the results of tasks and workers."""
    tasks = zip(
        coded.task_ids.tolist(),
        (judged.names[code] for code in judged.label),
        judged.confidence.tolist(),
        (judged.majority_names[code] for code in judged.majority_label),
        judged.majority_share.tolist(),
        np.bincount(coded.task, minlength=len(coded.task_ids)).tolist(),
        strict=True,
    )
    workers = zip(
        judged.accuracy.tolist(),
        judged.by_worker.agreed.tolist(),
        judged.by_worker.compared.tolist(),
        coded.worker_ids,
        strict=True,
    )

    def write_tasks(cursor: CursorWrapper, rows: list[Row]) -> None:
        own = estimate.project_id, estimate.id
        cursor.executemany(SAVE_CONSENSUS, [(row[0], *own, *row[1:5]) for row in rows])
        cursor.executemany(SAVE_LABEL, [(row[1], row[2], row[0], row[5]) for row in rows])

    _in_chunks(tasks, write_tasks)
    _in_chunks(sorted(workers, key=lambda row: row[3]), _write_workers)
    own = estimate.project_id, estimate.id
    habits = [
        (worker_id, *own, low, high, chances, evidence and json.dumps(evidence))
        for worker_id, low, high, chances, evidence in zip(
            coded.worker_ids,
            judged.low,
            judged.high,
            judged.chances,
            judged.evidence,
            strict=True,
        )
    ]
    habits.sort(key=lambda row: row[0])
    _in_chunks(habits, lambda cursor, rows: cursor.executemany(SAVE_HABITS, rows))


def _write_workers(cursor: CursorWrapper, rows: list[Row]) -> None:
    cursor.executemany(SAVE_WORKER, rows)


def _forget_the_rest(estimate: Estimate, worker_ids: set[int]) -> None:
    """Delete earlier results of tasks and workers without counted answers."""
    old = Consensus.objects.filter(project_id=estimate.project_id, estimate_id__lt=estimate.id)
    judged_before = Worker.objects.filter(
        project_id=estimate.project_id, compared__isnull=False
    ).values_list("id", flat=True)
    unjudged = sorted(set(judged_before) - worker_ids)

    def forget_tasks(cursor: CursorWrapper, rows: list[Row]) -> None:
        cursor.executemany(DROP_LABEL, rows)
        old.filter(task_id__in=[task_id for (task_id,) in rows]).delete()

    _in_chunks(list(old.order_by("task_id").values_list("task_id")), forget_tasks)
    _in_chunks(((None, None, None, worker_id) for worker_id in unjudged), _write_workers)
    Habits.objects.filter(project_id=estimate.project_id, estimate_id__lt=estimate.id).delete()


def _in_chunks(rows: Iterable[Row], write: Callable[[CursorWrapper, list[Row]], None]) -> None:
    """Write rows in short transactions, so that other writers are not blocked."""
    pace, waiting = BulkPacer(), iter(rows)
    while chunk := list(islice(waiting, pace.rows)):
        with pace.chunk(len(chunk)), connection.cursor() as cursor:
            write(cursor, chunk)


@transaction.atomic
def forget_old_scores(now_ms: int, project_id: int | None = None) -> int:
    """Erase expired scores, of one project or of all; return the number of workers."""
    newest = Answer.objects.filter(worker=OuterRef("pk"), counted=True).order_by("-id")
    scored = Worker.objects.filter(
        Q(accuracy__isnull=False) | Q(compared__isnull=False) | Q(habits__isnull=False)
    )
    if project_id is not None:
        scored = scored.filter(project=project_id)
    old = scored.annotate(newest=Subquery(newest.values("answered_ms")[:1])).filter(
        newest__lt=scores_fresh_since(now_ms)
    )
    ids = list(old.values_list("id", flat=True))
    Habits.objects.filter(worker__in=ids).delete()
    return Worker.objects.filter(id__in=ids).update(accuracy=None, agreed=None, compared=None)
