"""Growth: the server's CPU a pair at a thousand and a million tasks, and after a million answers.

Bar (DESIGN §7): within 15 %. The project is the one that ``make demo`` makes, with its pay, chain,
funds, terms, known answers and crowd; tasks are added to it, then answers with their leases and pay
lines. A copy of the instance is kept as it is with a thousand tasks, and measured in turn with the
one that has grown, by the same eight people: what else the machine does meanwhile is in both.
"""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from bench.machine.http import Seat, load
from bench.machine.instance import Folder, Server, free_port, make_seats, set_up
from canut.core.clock import to_ms

SIZES = (1_000, 1_000_000)
SIZES_QUICK = (1_000, 20_000)
ANSWERS_A_TASK = 5
ROOM = 60  # answers wanted of a task: the demo's own tasks are nearly done
BAR = 1.15
TURNS = 3
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


class Instance(NamedTuple):
    """What a server serves: its data folder, its database where that is PostgreSQL, its people."""

    data: Path
    postgres: str | None
    port: int
    seats: list[Seat]


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure at each size, then after the answers.

    Returns:
        One row a size: the server's CPU ms a pair, and its ratio to that of the copy with a
        thousand tasks, measured in turn; the last row has the answers as well.
    """
    folder = Folder()
    rows: list[dict[str, Any]] = []
    try:
        set_up(folder.path, postgres=postgres)
        port = free_port()
        project, seats = _make_demo(port)
        sizes = SIZES_QUICK if quick else SIZES
        seconds = 1.0 if quick else 2.5
        grown = Instance(folder.path, postgres, port, seats)
        _grow_to(project, sizes[0])
        copy = copy_instance(grown)
        size = {"tasks": sizes[0], "answers": 0}
        rows.append(_beside(grown, copy, seconds, size))
        _grow_to(project, sizes[1])
        rows.append(_beside(grown, copy, seconds, {**size, "tasks": sizes[1]}))
        answers = _answer(project, sizes[1])
        rows.append(_beside(grown, copy, seconds, {"tasks": sizes[1], "answers": answers}))
        shutil.rmtree(copy.data)
    finally:
        folder.remove()
    return rows


def copy_instance(instance: Instance) -> Instance:
    """Copy an instance as it is; nobody uses it meanwhile."""
    from django.db import connection

    from bench.machine.postgres import copy_of

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data, port = Folder().path, free_port()
    shutil.copytree(instance.data, data, dirs_exist_ok=True)
    seats = [replace(seat, port=port) for seat in instance.seats]
    return Instance(data, copy_of(instance.postgres) if instance.postgres else None, port, seats)


def _make_demo(port: int) -> tuple[int, list[Any]]:
    """Make the demo, let its tasks want more answers, and seat eight people with terms."""
    from django.utils import timezone

    from canut.actions.people.work_terms import set_terms
    from canut.demo.pay_terms import TERMS
    from canut.demo.project import SLUG, prepare_demo
    from canut.store.models import Person, Project, TaskState

    now = timezone.now()
    prepare_demo(to_ms(now))
    project = Project.objects.get(slug=SLUG)
    TaskState.objects.filter(project=project, state__in=("open", "closed")).update(
        overlap=ROOM, state="open"
    )
    before = set(Person.objects.values_list("id", flat=True))
    seats = make_seats(project.id, 8, port, slug=SLUG)
    operator = Person.objects.get(username="demo-operator")
    for person in Person.objects.exclude(id__in=before):
        set_terms(person, TERMS, by=operator, now_ms=to_ms(now))
    return project.id, seats


def _grow_to(project: int, tasks: int) -> None:
    """Add tasks until there are so many; each like the project's first."""
    from django.db import connection, transaction

    from canut.store.imports import bulk_rows
    from canut.store.models import Import, Task

    there = Task.objects.filter(project=project).count()
    source = Import.objects.get(project=project)
    like = Task.objects.filter(project=project).order_by("id")[0]
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(there, tasks, 10_000):
            some = range(start, min(start + 10_000, tasks))
            bulk_rows.insert_tasks(
                [
                    bulk_rows.NewTask(project, source.id, 10_000_000 + n, f"g{n}", like.data, None)
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

    project_row = Project.objects.get(id=project)
    question, rate = project_row.questions.latest("number"), project_row.rates.latest("number")
    some = tasks // ANSWERS_A_TASK
    after = Task.objects.filter(project=project).order_by("-id").values_list("id", flat=True)[some]
    crowd = project_row.workers.filter(kind="simulated").order_by("id").values_list("id", flat=True)
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


def _beside(
    grown: Instance, original: Instance, seconds: float, size: dict[str, int]
) -> dict[str, Any]:
    """Measure one instance and a copy of the small one in turn, ``TURNS`` times each."""
    small = copy_instance(original)  # its thousand tasks last for one row
    rounds = [[_measure(instance, seconds) for instance in (small, grown)] for _ in range(TURNS)]
    shutil.rmtree(small.data)
    beside, each = (
        1000 * sum(cpu for cpu, _ in of) / sum(pairs for _, pairs in of)
        for of in zip(*rounds, strict=True)
    )
    pairs = sum(pairs for _, (_, pairs) in rounds)
    return {
        **size,
        "pairs": pairs,
        "pairs_per_s": round(pairs / (TURNS * seconds), 1),
        "cpu_ms_per_pair": round(each, 3),
        "ratio": round(each / beside, 3),
        "bar": BAR,
    }


def _measure(instance: Instance, seconds: float) -> tuple[float, int]:
    """Return the CPU seconds of the server and how many pairs it served in that time."""
    server = Server(instance.data, instance.port, postgres=instance.postgres)
    try:
        for seat in instance.seats:
            seat.sock, seat.buffer, seat.hand = None, b"", []
        load(instance.seats, DIGITS, seconds=1)  # the first requests import and compile
        before = server.cpu_seconds()
        results = load(instance.seats, DIGITS, seconds=seconds)
        return server.cpu_seconds() - before, sum(m.pairs for m in results)
    finally:
        server.stop()


if __name__ == "__main__":
    print(json.dumps(run(quick="--quick" in sys.argv), indent=1))
