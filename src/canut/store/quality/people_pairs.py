"""How often people agree with one another, and answers by day: reads only."""

import json
from typing import NamedTuple

from django.db.models import Count, F, Min

from canut.core.clock import DAY_MS
from canut.core.errors import Refusal
from canut.core.kinds import Schema, check_values, compare_values
from canut.core.quality.measures.pairs import PairTable, pair_table
from canut.store.tables.work import Answer, Worker

MOST_PEOPLE = 12
MOST_TASKS = 300
MOST_COMPARED = 1_500
MOST_DAYS = 60


class PeopleTable(NamedTuple):
    """Those who answered most, and how often each two of them agree."""

    workers: list[Worker]
    pairs: PairTable
    tasks: int


def people_table(project_id: int, schema: Schema) -> PeopleTable:
    """Compare the twelve who answered most on the last tasks they share.

    Args:
        project_id: whose answers.
        schema: the question as it is asked now; answers it no longer allows are left out.
    """
    counted = Answer.objects.filter(project_id=project_id, counted=True)
    most = counted.values("worker").annotate(n=Count("id")).order_by("-n", "worker")[:MOST_PEOPLE]
    ids = [row["worker"] for row in most]
    workers = list(
        Worker.objects.filter(id__in=ids).select_related("person", "project").order_by("id")
    )
    own = counted.filter(worker__in=ids)
    shared = own.values("task").annotate(n=Count("id")).filter(n__gt=1).order_by("-task")
    tasks = [row["task"] for row in shared[:MOST_TASKS]]
    answers: dict[int, dict[int, dict[str, object]]] = {}
    for task, worker, values in own.filter(task__in=tasks).values_list("task", "worker", "values"):
        try:
            answers.setdefault(task, {})[worker] = check_values(schema, json.loads(values))
        except Refusal:
            continue

    def agree(first: dict[str, object], second: dict[str, object]) -> bool:
        return first == second or compare_values(schema, first, second).agrees

    table = pair_table(
        (answers[task] for task in sorted(answers, reverse=True)), agree, MOST_COMPARED
    )
    return PeopleTable(workers, table, len(answers))


def answers_by_day(project_id: int, now_ms: int, offset_ms: int = 0) -> list[tuple[int, int]]:
    """List the days since the first answer with the number of answers, at most the last sixty.

    Args:
        project_id: whose answers.
        now_ms: the moment.
        offset_ms: how far the clock of the days is ahead of UTC.

    Returns:
        The start of each day in milliseconds since 1970 UTC, and the answers of it.
    """
    answers = Answer.objects.filter(project_id=project_id, replaces=None)
    first_ms = answers.aggregate(first=Min("answered_ms"))["first"]
    if first_ms is None:
        return []
    today = (now_ms + offset_ms) // DAY_MS
    start = max((first_ms + offset_ms) // DAY_MS, today - MOST_DAYS + 1)
    recent = answers.filter(answered_ms__gte=start * DAY_MS - offset_ms)
    rows = recent.annotate(day=(F("answered_ms") + offset_ms) / DAY_MS)
    counts = {int(day): n for day, n in rows.values_list("day").annotate(n=Count("id")).order_by()}
    return [(day * DAY_MS - offset_ms, counts.get(day, 0)) for day in range(start, today + 1)]
