"""Each compared person's own score, and what guards look at, from what they did meanwhile.

Only what somebody did between joining and leaving counts. Answers to tasks with a planted wrong
proposal are left out of every measure but anchoring.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.db.models import Count, F, Q, Sum

from canut.core.comparisons.plan import PersonMeasure
from canut.core.errors import Refusal
from canut.core.kinds import Schema, label_of_values
from canut.store.tables.comparisons import ComparedPerson, Comparison
from canut.store.tables.participation import Thread
from canut.store.tables.pay import PayLine
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Lease

FINISHED = 10
"""Answers from which somebody with assistive technology counts as having been able to work."""
A_HUNDRED = 100
type Scores = dict[int, float]


class WorkedPay(NamedTuple):
    """What a person's answers paid in a comparison, and the time they took."""

    piece_micro: int
    elapsed_ms: int
    currency: str


def scores_by_person(of: Comparison, people: Sequence[ComparedPerson], until_ms: int) -> Scores:
    """Return the score of each person who has place, by the id of their worker.

    Args:
        of: the comparison, with its measure.
        people: who is in it, with their workers.
        until_ms: its end.
    """
    comparison = of.pk
    ways: dict[PersonMeasure, Callable[[], Scores]] = {
        PersonMeasure.RIGHT: lambda: _right(comparison, until_ms),
        PersonMeasure.AGREEMENT: lambda: _agreement(comparison, until_ms),
        PersonMeasure.SKIPS: lambda: skip_shares(comparison, until_ms),
        PersonMeasure.QUESTIONS: lambda: _questions(of.project_id, comparison, people, until_ms),
        PersonMeasure.STRAIN: lambda: {
            place.worker_id: float(place.strain) for place in people if place.strain is not None
        },
        PersonMeasure.CHANGES: lambda: _changes(comparison, until_ms),
        PersonMeasure.ANCHORING: lambda: _anchoring(comparison, until_ms),
        PersonMeasure.ACCESS: lambda: _access(comparison, people, until_ms),
    }
    return ways[PersonMeasure(of.measure)]()


def skip_shares(comparison: int, until_ms: int) -> Scores:
    """Return the share of tasks each person skipped, of those they answered or skipped."""
    done = (Lease.State.ANSWERED, Lease.State.SKIPPED)
    leases = Lease.objects.filter(_during(comparison, until_ms, "lent_ms"), state__in=done)
    rows = leases.values_list("worker").annotate(
        total=Count("id"), skipped=Count("id", filter=Q(state=Lease.State.SKIPPED))
    )
    return {worker: skipped / total for worker, total, skipped in rows.order_by()}


def pay_by_person(comparison: int, until_ms: int) -> dict[int, list[WorkedPay]]:
    """Return what each person's answers paid and how long they took, by currency."""
    lines = PayLine.objects.filter(_during(comparison, until_ms, "at_ms"))
    rows = lines.values_list("worker", "currency").annotate(
        piece=Sum("piece_micro", default=0), ms=Sum("elapsed_ms", default=0)
    )
    paid: dict[int, list[WorkedPay]] = defaultdict(list)
    for worker, currency, piece, elapsed_ms in rows.order_by():
        paid[worker].append(WorkedPay(piece, elapsed_ms, currency))
    return dict(paid)


def _right(comparison: int, until_ms: int) -> Scores:
    is_gold = Q(task__now__state=TaskState.State.GOLD, replaces=None)
    answers = Answer.objects.filter(
        Q(counted=True) | is_gold,
        _during(comparison, until_ms, "answered_ms"),
        task__known__isnull=False,
        task__planted_proposal__isnull=True,
    ).exclude(task__now__state=TaskState.State.PRACTICE)
    rows = answers.values_list("worker", "question_version__schema", "values", "task__known")
    return _shares((row[0], _label(row[1], row[2]) == row[3]) for row in rows.iterator(2_000))


def _agreement(comparison: int, until_ms: int) -> Scores:
    """Return how often others who answered the same tasks said the same, of each person."""
    own_answers = Answer.objects.filter(_during(comparison, until_ms, "answered_ms"), counted=True)
    own = [
        (worker, task, _label(schema, values))
        for worker, task, schema, values in own_answers.values_list(
            "worker", "task", "question_version__schema", "values"
        ).iterator(2_000)
    ]
    labels: dict[int, list[tuple[int, str | None]]] = defaultdict(list)
    tasks = sorted({task for _worker, task, _label_of in own})
    for begin in range(0, len(tasks), 500):
        others = Answer.objects.filter(task__in=tasks[begin : begin + 500], counted=True)
        for worker, task, schema, values in others.values_list(
            "worker", "task", "question_version__schema", "values"
        ):
            labels[task].append((worker, _label(schema, values)))
    return _shares(
        (worker, label == other)
        for worker, task, label in own
        for author, other in labels[task]
        if author != worker
    )


def _questions(
    project_id: int, comparison: int, people: Sequence[ComparedPerson], until_ms: int
) -> Scores:
    answered = _counts(comparison, until_ms)
    asked: dict[int, int] = defaultdict(int)
    workers = {place.worker.person_id: place for place in people if place.worker.person_id}
    threads = Thread.objects.filter(project=project_id, opened_by__in=list(workers))
    for person, opened_ms in threads.values_list("opened_by", "opened_ms"):
        place = workers[person]
        if _is_during(place, opened_ms, until_ms):
            asked[place.worker_id] += 1
    return {
        worker: A_HUNDRED * asked[worker] / count for worker, count in answered.items() if count
    }


def _changes(comparison: int, until_ms: int) -> Scores:
    answers = Answer.objects.filter(_during(comparison, until_ms, "answered_ms"))
    rows = answers.values_list("worker").annotate(
        tasks=Count("task", distinct=True),
        changed=Count("task", distinct=True, filter=Q(replaces__isnull=False)),
    )
    return {worker: changed / tasks for worker, tasks, changed in rows.order_by()}


def _anchoring(comparison: int, until_ms: int) -> Scores:
    answers = Answer.objects.filter(
        _during(comparison, until_ms, "answered_ms"),
        replaces=None,
        task__planted_proposal__is_shown=True,
    )
    rows = answers.values_list(
        "worker", "question_version__schema", "values", "task__planted_proposal__label"
    )
    return _shares((row[0], _label(row[1], row[2]) == row[3]) for row in rows)


def _access(comparison: int, people: Sequence[ComparedPerson], until_ms: int) -> Scores:
    """Return 1 for each person with assistive technology who could work to the end, else 0."""
    answered = _counts(comparison, until_ms)
    return {
        place.worker_id: float(
            answered.get(place.worker_id, 0) >= FINISHED
            and not place.access_failed
            and not place.asked_usual
        )
        for place in people
        if place.uses_aid
    }


def _counts(comparison: int, until_ms: int) -> dict[int, int]:
    answers = Answer.objects.filter(_during(comparison, until_ms, "answered_ms"), replaces=None)
    return dict(answers.values_list("worker").annotate(n=Count("id")).order_by())


def _during(comparison: int, until_ms: int, moment: str) -> Q:
    """Select rows of each compared person between joining and leaving; for one ``filter`` call."""
    joined, left = (F(f"worker__comparisons__{name}") for name in ("joined_ms", "left_ms"))
    has_not_left = Q(worker__comparisons__left_ms=None) | Q(**{f"{moment}__lt": left})
    span = {f"{moment}__gte": joined, f"{moment}__lt": until_ms}
    return Q(has_not_left, worker__comparisons__comparison=comparison, **span)


def _is_during(place: ComparedPerson, at_ms: int, until_ms: int) -> bool:
    end_ms = until_ms if place.left_ms is None else min(place.left_ms, until_ms)
    return place.joined_ms <= at_ms < end_ms


def _shares(outcomes: Iterable[tuple[int, bool]]) -> Scores:
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for worker, is_so in outcomes:
        counts[worker][0] += is_so
        counts[worker][1] += 1
    return {worker: hits / total for worker, (hits, total) in counts.items()}


def _label(schema: Schema, values: str) -> str | None:
    try:
        return label_of_values(schema, json.loads(values))
    except Refusal:
        return None
