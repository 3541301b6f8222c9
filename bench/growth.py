"""Growth: the server's CPU a pair at a thousand and a million tasks, and after a million answers.

Bar (DESIGN §7): within 15 %. The project is the one that ``make demo`` makes, with its pay, chain,
funds, terms, known answers and crowd; tasks are added to it, then answers with their leases and pay
lines. The measure is taken from the same server and the same eight people each time.
"""

import json
import sys
from typing import Any

from bench.http import load
from bench.instance import Folder, Server, free_port, make_seats, set_up

SIZES = (1_000, 1_000_000)
SIZES_QUICK = (1_000, 20_000)
ANSWERS_A_TASK = 5
ROOM = 60  # answers wanted of a task: the demo's own tasks are nearly done
BAR = 1.15
DIGITS = list("1234567890")
ADD_STATES = (
    "INSERT INTO store_taskstate (task_id, project_id, state, priority, overlap, counted, live)"
    " SELECT t.id, t.project_id, 'open', 0, %s, 0, 0 FROM store_task t"
    " LEFT JOIN store_taskstate s ON s.task_id = t.id"
    " WHERE t.project_id = %s AND s.task_id IS NULL"
)
OF_TASKS = " FROM store_task t WHERE t.project_id = %s AND t.id > %s ORDER BY t.id LIMIT %s"
ADD_LEASES = (
    "INSERT INTO store_lease (task_id, worker_id, project_id, state, lent_ms, expires_ms, ended_ms,"
    " reason, dose) SELECT t.id, %s, t.project_id, 1, 1, 2, 2, '', 0" + OF_TASKS
)
ADD_ANSWERS = (
    "INSERT INTO store_answer (task_id, worker_id, project_id, question_version_id, lease_id,"
    ' "values", author_kind, client_key, counted, surplus, elapsed_ms, answered_ms)'
    " SELECT l.task_id, l.worker_id, l.project_id, %s, l.id, %s, 'simulated', 'g' || l.id, %s, %s,"
    " 4000, 1764072000000 FROM store_lease l WHERE l.worker_id = %s AND l.task_id > %s"
    " AND l.lent_ms = 1"
)
ADD_PAY = (
    "INSERT INTO store_payline (answer_id, worker_id, project_id, rate_version_id, piece_micro,"
    " currency, elapsed_ms, time_basis, at_ms) SELECT a.id, a.worker_id, a.project_id, %s, 40000,"
    " 'CAD', 4000, 'elapsed', 1764072000000 FROM store_answer a"
    " LEFT JOIN store_payline p ON p.answer_id = a.id WHERE a.project_id = %s AND p.answer_id IS"
    " NULL"
)


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure at each size, then after the answers.

    Returns:
        One row a size: the server's CPU ms a pair, and its ratio to the first; the last row has
        the answers as well.
    """
    folder, port = Folder(), free_port()
    rows: list[dict[str, Any]] = []
    try:
        set_up(folder.path, postgres=postgres)
        project, seats = _make_demo(port)
        sizes = SIZES_QUICK if quick else SIZES
        seconds = 2.0 if quick else 5.0
        for tasks in sizes:
            _grow_to(project, tasks)
            rows.append(_measure(folder, port, seats, seconds, {"tasks": tasks, "answers": 0}))
        answers = _answer(project, sizes[-1])
        rows.append(
            _measure(folder, port, seats, seconds, {"tasks": sizes[-1], "answers": answers})
        )
    finally:
        folder.remove()
    first = rows[0]["cpu_ms_per_pair"]
    return [{**row, "ratio": round(row["cpu_ms_per_pair"] / first, 3), "bar": BAR} for row in rows]


def _make_demo(port: int) -> tuple[int, list[Any]]:
    """Make the demo, let its tasks want more answers, and seat eight people with terms."""
    from django.utils import timezone

    from canut.actions.terms import set_terms
    from canut.demo.money import TERMS
    from canut.demo.project import SLUG, prepare_demo
    from canut.store.models import Person, Project, TaskState

    now = timezone.now()
    prepare_demo(now)
    project = Project.objects.get(slug=SLUG)
    TaskState.objects.filter(project=project, state__in=("open", "closed")).update(
        overlap=ROOM, state="open"
    )
    before = set(Person.objects.values_list("id", flat=True))
    seats = make_seats(project.id, 8, port, slug=SLUG)
    operator = Person.objects.get(username="demo-operator")
    for person in Person.objects.exclude(id__in=before):
        set_terms(person, TERMS, by=operator, now=now)
    return project.id, seats


def _grow_to(project: int, tasks: int) -> None:
    """Add tasks until there are so many; each like the project's first."""
    from django.db import connection, transaction

    from canut.store import bulk
    from canut.store.models import Import, Task

    there = Task.objects.filter(project=project).count()
    source = Import.objects.get(project=project)
    like = Task.objects.filter(project=project).order_by("id")[0]
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(there, tasks, 10_000):
            some = range(start, min(start + 10_000, tasks))
            bulk.insert_tasks(
                [
                    bulk.NewTask(project, source.id, 10_000_000 + n, f"g{n}", like.data, None)
                    for n in some
                ]
            )
        cursor.execute(ADD_STATES, (ROOM, project))
    _settle()


def _answer(project: int, tasks: int) -> int:
    """Give the last tasks, a fifth of all, the crowd's answers; return how many there are."""
    from django.db import connection, transaction
    from django.db.models import F

    from canut.store.models import Answer, Project, Task, TaskState

    made = Project.objects.get(id=project)
    question, rate = made.questions.latest("number"), made.rates.latest("number")
    some = tasks // ANSWERS_A_TASK
    after = Task.objects.filter(project=project).order_by("-id").values_list("id", flat=True)[some]
    crowd = made.workers.filter(kind="simulated").order_by("id").values_list("id", flat=True)
    values = json.dumps({"q": "1"})
    with transaction.atomic(), connection.cursor() as cursor:
        for worker in crowd[:ANSWERS_A_TASK]:
            cursor.execute(ADD_LEASES, (worker, project, after, some))
            cursor.execute(ADD_ANSWERS, (question.id, values, True, False, worker, after))
        cursor.execute(ADD_PAY, (rate.id, project))
        TaskState.objects.filter(project=project, task__gt=after).update(
            counted=F("counted") + ANSWERS_A_TASK, label="1", confidence=0.9
        )
    _settle()
    return Answer.objects.filter(project=project).count()


def _settle() -> None:
    """Let PostgreSQL look at its tables, as it does by itself within a minute."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "VACUUM ANALYZE store_task, store_taskstate, store_lease, store_answer,"
                " store_payline"
            )


def _measure(
    folder: Folder, port: int, seats: list[Any], seconds: float, size: dict[str, int]
) -> dict[str, Any]:
    server = Server(folder.path, port)
    try:
        for seat in seats:
            seat.sock, seat.buffer, seat.hand = None, b"", []
        load(seats, DIGITS, seconds=2)  # the first requests import and compile
        before = server.cpu_seconds()
        seen = load(seats, DIGITS, seconds=seconds)
        cpu, pairs = server.cpu_seconds() - before, sum(m.pairs for m in seen)
    finally:
        server.stop()
    return {
        **size,
        "pairs": pairs,
        "pairs_per_s": round(pairs / seconds, 1),
        "cpu_ms_per_pair": round(1000 * cpu / max(1, pairs), 3),
    }


if __name__ == "__main__":
    print(json.dumps(run(quick="--quick" in sys.argv), indent=1))
