"""Close a pay period: everybody's hours measured, every statement counted and written.

Bars (issue of labour): 10,000 workers and 10 million beats in at most 60 s on two cores, memory
bounded: it follows people and days, not beats.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.footprint import database_bytes
from bench.imports import in_child
from bench.machine.instance import make_project
from canut.core.clock import DAY_MS, to_ms

WORKERS, BEATS_EACH, PAGES_EACH, ANSWERS_EACH = 10_000, 1_000, 5, 20
BEATS_AN_ITEM = 4
BAR_SECONDS = 60
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 14)
AFTER = datetime(2026, 6, 16, tzinfo=UTC)
BEGIN_MS = int(datetime(2026, 6, 2, 13, tzinfo=UTC).timestamp() * 1000)
BEAT_MS = 15_000

SERIES = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series(0, {last})) ",
}
# a page a day; two seconds with a hand in each beat; another task every four beats
BEATS = """
INSERT INTO store_beat (person_id, project_id, session, seq, mono_ms, visible, focused, surface,
  buckets, media_ms, previous, received_ms)
{series}
SELECT w.person_id, w.project_id, 'bench-' || w.person_id || '-' || (n.i / {page}), n.i % {page},
  (n.i % {page} + 1) * {beat}, {true}, {true},
  'item:' || (w.person_id * 100000 + n.i / {item}),
  {buckets}, 0, '', {begin} + (n.i / {page}) * {day} + (n.i % {page} + 1) * {beat} + 200
FROM store_worker w CROSS JOIN n WHERE w.project_id = {project}
"""
BUCKETS = (
    "'[[' || ((n.i % {page}) * 15 + 3) || ', 1, 0, 0, 0], ['"
    " || ((n.i % {page}) * 15 + 9) || ', 0, 1, 0, 0]]'"
)
PAGES = """
INSERT INTO store_openpage (session, person_id, project_id, opened_ms, assistive)
{series}
SELECT 'bench-' || w.person_id || '-' || n.i, w.person_id, w.project_id, {begin} + n.i * {day},
  {false}
FROM store_worker w CROSS JOIN n WHERE w.project_id = {project}
"""
ANSWERS = """
INSERT INTO store_answer (task_id, worker_id, project_id, question_version_id, "values",
  author_kind, client_key, counted, surplus, elapsed_ms, answered_ms)
{series}
SELECT t.id, w.id, w.project_id, q.id, '{{}}', 'human', 'k' || n.i, {false}, {false}, 30000, {begin}
FROM store_worker w CROSS JOIN n
JOIN store_questionversion q ON q.project_id = w.project_id
JOIN store_task t ON t.id = (SELECT min(id) FROM store_task WHERE project_id = {project})
WHERE w.project_id = {project}
"""
LINES = """
INSERT INTO store_payline (answer_id, worker_id, project_id, rate_version_id, piece_micro,
  currency, elapsed_ms, time_basis, at_ms)
SELECT a.id, a.worker_id, a.project_id, r.id, r.piece_micro, r.currency, 30000, 'elapsed',
  a.answered_ms
FROM store_answer a JOIN store_rateversion r ON r.project_id = a.project_id
WHERE a.project_id = {project}
"""


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure one closing; of a fiftieth of the people for a first look."""
    return [in_child(measure_closing, postgres, workers=WORKERS // 50 if quick else WORKERS)]


def measure_closing(
    _folder: Path,
    _postgres: str | None,
    *,
    workers: int,
    database_cpu: Callable[[], float] = lambda: 0.0,
) -> dict[str, Any]:
    """Make everybody's work, then close the period it lies in.

    Args:
        workers: how many people.
        database_cpu: processor seconds of the database so far, where they are counted as well.
    """
    from canut.actions.pay.pay_rules import PayRules, set_policy
    from canut.actions.pay.periods import close_period, make_period
    from canut.store.models import Person, Statement

    setup_start = time.perf_counter()
    project = make_project(100)
    make_workers(project, workers)
    make_work(project)
    setup_s = time.perf_counter() - setup_start
    by = Person.objects.get(username="bench")
    set_policy(PayRules(yearly_payroll_micro=500_000_000_000), by, to_ms(AFTER))
    period = make_period(FIRST, LAST, to_ms(AFTER))
    empty = database_bytes()
    before, cpu, base = _peak_mib(), time.process_time(), database_cpu()
    start = time.perf_counter()
    close_period(period.pk, by, to_ms(AFTER))
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    base = database_cpu() - base
    beats = workers * BEATS_EACH
    assert Statement.objects.count() == workers
    return {
        "rows": beats,
        "workers": workers,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 2),
        "database_cpu_seconds": round(base, 2),
        "beats_per_s": round(beats / seconds),
        "bytes_per_statement": round((database_bytes() - empty) / workers),
        "peak_mib": _peak_mib(),
        "before_mib": before,
        "made_in_s": round(setup_s, 1),
        "bar": BAR_SECONDS,
    }


def make_workers(project: int, count: int) -> None:
    """Make so many employees in Quebec."""
    from django.utils import timezone

    from canut.store.models import Person, Terms, Worker

    now = timezone.now()
    by = Person.objects.get(username="bench")
    people = Person.objects.bulk_create(
        [Person(username=f"bench-{n}", shown_name=f"Bench {n}") for n in range(count)],
        batch_size=2_000,
    )
    Worker.objects.bulk_create(
        [
            Worker(project_id=project, person=person, public_id=f"{person.pk:016x}", created_at=now)
            for person in people
        ],
        batch_size=2_000,
    )
    Terms.objects.bulk_create(
        [
            Terms(
                person=person,
                number=1,
                place="CA-QC",
                zone="America/Toronto",
                status="employee",
                set_by=by,
                at_ms=0,
            )
            for person in people
        ],
        batch_size=2_000,
    )


def make_work(project: int) -> None:
    """Write everybody's pages, beats, answers and pay lines, as the server would have kept them."""
    from django.db import connection, transaction

    is_sqlite = connection.vendor == "sqlite"
    page = BEATS_EACH // PAGES_EACH
    buckets = BUCKETS.format(page=page)
    parts = {
        "project": project,
        "page": page,
        "item": BEATS_AN_ITEM,
        "beat": BEAT_MS,
        "day": DAY_MS,
        "begin": BEGIN_MS,
        "true": "1" if is_sqlite else "true",
        "false": "0" if is_sqlite else "false",
        "buckets": buckets if is_sqlite else f"({buckets})::jsonb",
    }
    rows = ((BEATS, BEATS_EACH), (PAGES, PAGES_EACH), (ANSWERS, ANSWERS_EACH), (LINES, 1))
    for statement, count in rows:
        series = SERIES[connection.vendor].format(last=count - 1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(series=series, **parts))


def _peak_mib() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    for row in run(quick="--quick" in sys.argv):
        print(json.dumps(row))
