"""How many statements lease and submit need, and that none reads a table from end to end."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.actions.quality.gold import make_known
from canut.actions.work import overlap
from canut.actions.work.leases import expire_leases, lease_tasks, release_leases, skip_task
from canut.actions.work.overlap import set_overlap
from canut.actions.work.submission import Submission, submit
from canut.store.imports.bulk_rows import count_anew
from canut.store.models import Lease, TaskState, Worker
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = pytest.mark.django_db
LEASE_MS = 900_000
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
SMALL = {
    "store_project",
    "store_worker",
    "store_habits",  # one for each worker
    "store_estimate",
    "store_period",  # some dozens a year
    "store_fact",  # a few for the instance
    "store_questionversion",
    "store_rateversion",
    "store_protection",  # one for each person
    "store_personkey",  # two for each person
    "store_comparedperson",  # one for each person of a comparison
    "store_plantedproposal",  # at most one shown proposal in ten, on gold tasks alone
    "store_fundsline",  # a few for each project
    "store_log",  # one for each project, read once
}
TASKS = 100_000
TYPES = {int: "bigint", bool: "boolean", float: "float8", bytes: "bytea", list: "bigint[]"}
type Execute = Callable[..., object]


def statements(act: Callable[[], object], *, inside: bool = True) -> list[str]:
    """Return what an action says to the database, in its transaction (or all) but for its ends."""
    with CaptureQueriesContext(
        connection,
    ) as said:
        act()
    sql = [query["sql"].strip() for query in said.captured_queries]
    if inside:
        ends = [n for n, text in enumerate(sql) if text.startswith(("SAVEPOINT", "RELEASE"))]
        sql = sql[ends[0] : ends[1]]
    return [text for text in sql if not text.startswith(AROUND)]


# counts


@pytest.mark.parametrize("count", [1, 3, 20])
def test_lease_needs_few_statements_in_its_transaction(count: int) -> None:
    made = make_project(tasks=30)

    said = statements(lambda: lease_tasks(made.worker.pk, count, NOW_MS))

    assert len(said) <= (3 if connection.vendor == "postgresql" else 4)


def test_lease_that_finds_nothing_needs_fewer() -> None:
    made = make_project(tasks=0)

    said = statements(lambda: lease_tasks(made.worker.pk, 3, NOW_MS))

    # PostgreSQL reads the rest of the queue, from its beginning, by a statement of its own.
    assert len(said) <= (4 if connection.vendor == "postgresql" else 3)


def test_leases_that_ran_out_cost_three_more_only_when_there_are_some() -> None:
    made = make_project(tasks=30, workers=2)
    lease_tasks(made.workers[1].pk, 3, NOW_MS)

    said = statements(lambda: lease_tasks(made.worker.pk, 3, NOW_MS + LEASE_MS))

    assert len(said) <= 7


def test_lease_with_checks_and_caps_needs_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_project(tasks=30, has_checks=True, tasks_a_person=90, tasks_a_day=90)
    task = made.tasks[0]
    make_known(task.pk, "oui", "", by=made.project.created_by, now_ms=NOW_MS)
    monkeypatch.setattr("canut.actions.tasks.gold_checks.falls_on", lambda *_: True)

    checked = statements(lambda: lease_tasks(made.worker.pk, 1, NOW_MS))
    after = statements(lambda: lease_tasks(made.worker.pk, 5, NOW_MS))

    assert Lease.objects.filter(task=task).exists()
    assert (len(checked) <= 4, len(after) <= 4) == (True, True)


def test_submit_of_a_check_needs_no_more_than_any_other() -> None:
    made = make_project(tasks=3, workers=2)
    answer_next(made.worker)
    task = made.tasks[1]
    make_known(task.pk, "oui", "", by=made.project.created_by, now_ms=NOW_MS)
    lease = Lease.objects.create(
        task=task, worker=made.worker, project=made.project, lent_ms=0, expires_ms=NOW_MS
    )

    said = statements(
        lambda: submit(made.worker.pk, Submission(lease.pk, "g", {"q": "oui"}), NOW_MS)
    )

    assert len(said) <= 8


def test_submit_needs_nine_statements_in_its_transaction() -> None:
    made = make_project(tasks=3, overlap=2)
    answer_next(made.worker)  # versions are in memory from here on
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    first = Submission(lent.lease, "a", {"q": "oui"})
    again = Submission(lent.lease, "b", {"q": "non"}, replaces="a")

    answered = statements(lambda: submit(made.worker.pk, first, NOW_MS))
    corrected = statements(lambda: submit(made.worker.pk, again, NOW_MS))
    repeated = statements(lambda: submit(made.worker.pk, first, NOW_MS))

    # The votes are read with the lease, in one trip, so also where the answer came before.
    assert (len(answered), len(corrected), len(repeated)) <= (8, 9, 4)


# plans


FILL = (
    """
    INSERT INTO store_task (id, project_id, source_id, row, key, data)
    SELECT t.first + n.value, t.project, t.source, n.value, 'k', '{}'
    FROM (SELECT %(first)s AS first, %(project)s AS project, %(source)s AS source) AS t,
      numbers AS n
    """,
    """
    INSERT INTO store_taskstate (task_id, project_id, state, priority, overlap, counted, live)
    SELECT id, project_id, 'open', 0, 3, 0, 0 FROM store_task WHERE id >= %(first)s
    """,
    """
    INSERT INTO store_lease (task_id, worker_id, project_id, state, lent_ms, expires_ms, ended_ms,
      reason)
    SELECT id, %(worker)s, project_id, 1, 0, 0, 0, 'filled' FROM store_task
    WHERE id >= %(first)s AND id < %(answered)s
    """,
    """
    INSERT INTO store_answer (task_id, worker_id, project_id, lease_id, question_version_id,
      "values", author_kind, client_key, counted, surplus, elapsed_ms, answered_ms)
    SELECT task_id, worker_id, project_id, id, %(question)s, '{"q":"oui"}', 'human',
      CAST(id AS text), state = 1, state = 2, 1000, 0
    FROM store_lease WHERE reason = 'filled'
    """,
    """
    INSERT INTO store_payline (answer_id, worker_id, project_id, rate_version_id, piece_micro,
      currency, elapsed_ms, time_basis, at_ms)
    SELECT id, worker_id, project_id, %(rate)s, 1, 'CAD', 1000, 'elapsed', 0
    FROM store_answer WHERE answered_ms = 0
    """,
    """
    INSERT INTO store_entrypending (project_id, type, payload, nonce, commitment, created_ms,
      answer)
    SELECT project_id, 'answer', '{}', 'n', 'c', 0, id FROM store_answer WHERE answered_ms = 0
    """,
    """
    INSERT INTO store_modelauthor (id, project_id, name, version)
    SELECT 99, id, 'm', '1' FROM store_project WHERE id = %(project)s
    """,
    """
    INSERT INTO store_proposal (task_id, project_id, author_id, label, score, source, is_hidden,
      is_shown, at_ms)
    SELECT id, project_id, 99, 'oui', 0.9, 'm 1', 1 = 0, 1 = 1, 0 FROM store_task
    WHERE id >= %(first)s
    """,
    """
    UPDATE store_taskstate SET counted = 1 WHERE task_id >= %(first)s AND task_id < %(answered)s
    """,
)
NUMBERS = {
    "postgresql": "generate_series(0, %(last)s)",
    "sqlite": "(WITH RECURSIVE n (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n"
    " WHERE value < %(last)s) SELECT value FROM n)",
}


def fill(made: Made, tasks: int = TASKS) -> None:
    """Add many tasks; this worker has answered a fifth of them under overlap 3."""
    first = made.tasks[-1].pk + 1
    values = {
        "first": first,
        "answered": first + tasks // 5,
        "last": tasks - 1,
        "project": made.project.pk,
        "source": made.tasks[0].source_id,
        "worker": made.worker.pk,
        "question": made.question.pk,
        "rate": made.rate.pk,
    }
    numbers = NUMBERS[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # half a million references that are right anyway
            cursor.execute("SET LOCAL session_replication_role = replica")
        for sql in FILL:
            named = sql.replace("numbers AS n", f"{numbers} AS n")
            value = "n" if connection.vendor == "postgresql" else "n.value"
            cursor.execute(named.replace("n.value", value), values)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
    Worker.objects.filter(pk=made.worker.pk).update(cursor_task=values["answered"])


def scans(sql: str) -> list[str]:
    """Return the tables of ours that a statement would read from end to end."""
    if re.match(r"INSERT INTO \w+ \([^)]*\)\s+VALUES", sql):
        return []  # SQLite names the check of deferred references here, which it then leaves out
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN {sql}")
            return scanned("\n".join(line for (line,) in cursor.fetchall()))
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        names = re.findall(r"\bSCAN (\w+)", "\n".join(row[3] for row in cursor.fetchall()))
    tables = {alias: table for table, alias in re.findall(r"\b(store_\w+) ([a-z])\b", sql)}
    return _large(tables.get(name, name) for name in names)


def scanned(plan: str) -> list[str]:
    """Return the tables of ours that a plan of PostgreSQL reads from end to end."""
    return _large(re.findall(r"Seq Scan on (store_\w+)", plan))


def _large(tables: Iterable[str]) -> list[str]:
    return [table for table in tables if table.startswith("store_") and table not in SMALL]


def generic_plan(sql: str, values: Sequence[object]) -> str:
    """Return how PostgreSQL would run a statement that it planned without knowing its values."""
    numbers = itertools.count(1)
    named = re.sub("%s", lambda _: f"${next(numbers)}", sql)
    types = ", ".join(TYPES.get(type(value), "unknown") for value in values)
    nothing = ", ".join("NULL" for _ in values)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE planned ({types}) AS {named}")
        cursor.execute(f"EXPLAIN EXECUTE planned ({nothing})")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("DEALLOCATE planned")
    return plan


@pytest.mark.parametrize("analyzed", [False, True])
def test_no_hot_statement_reads_a_table_from_end_to_end(analyzed: bool) -> None:
    made = make_project(tasks=1, workers=2, overlap=3)
    answer_next(made.worker)
    fill(made)
    if analyzed:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    leases: list[int] = []

    def work() -> None:
        lent = lease_tasks(made.worker.pk, 5, NOW_MS).tasks
        leases.extend(task.lease for task in lent)
        send = Submission(leases[0], "a", {"q": "oui"})
        submit(made.worker.pk, send, NOW_MS)
        submit(made.worker.pk, send, NOW_MS)
        again = Submission(leases[0], "b", {"q": "non"}, replaces="a")
        submit(made.worker.pk, again, NOW_MS)
        skip_task(made.worker.pk, leases[1], "not-sure", NOW_MS)
        release_leases(made.worker.pk, leases[2:4], NOW_MS)
        expire_leases(made.project.pk, NOW_MS + LEASE_MS)

    said = statements(work, inside=False)

    assert len(said) > 25
    assert {sql: found for sql in said if (found := scans(sql))} == {}


@pytest.mark.postgresql
def test_plans_kept_for_any_value_read_no_table_from_end_to_end_either() -> None:
    made = make_project(tasks=1, workers=2, overlap=3)
    answer_next(made.worker)
    fill(made)
    count_anew()
    said: list[tuple[str, Sequence[object]]] = []

    def note(execute: Execute, sql: str, values: Sequence[object], *rest: object) -> object:
        said.append((sql, values))
        return execute(sql, values, *rest)

    with connection.execute_wrapper(note):
        lent = lease_tasks(made.worker.pk, 5, NOW_MS).tasks
        submit(made.worker.pk, Submission(lent[0].lease, "a", {"q": "oui"}), NOW_MS)

    plans = {sql: generic_plan(sql, values) for sql, values in said if values}
    assert len(plans) > 12
    assert {sql: found for sql, plan in plans.items() if (found := scanned(plan))} == {}


@pytest.mark.slow
def test_checks_and_caps_are_read_through_their_indexes() -> None:
    made = make_project(tasks=1, has_checks=True, tasks_a_person=9_999, tasks_a_day=999)
    answer_next(made.worker)
    fill(made)
    first = made.tasks[-1].pk + 1
    TaskState.objects.filter(task__gte=first + 99_000).update(state="gold")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # all rows are looked at: the plan is no chance
            cursor.execute("SET LOCAL default_statistics_target = 1000")
        cursor.execute("ANALYZE")

    said = statements(lambda: lease_tasks(made.worker.pk, 3, NOW_MS))

    assert {sql: found for sql in said if (found := scans(sql))} == {}
    (reading,) = [sql for sql in said if "w.barred" in sql]
    with connection.cursor() as cursor:
        is_postgres = connection.vendor == "postgresql"
        cursor.execute(f"EXPLAIN {'' if is_postgres else 'QUERY PLAN '}{reading}")
        assert "task_checks" in "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.slow
def test_queue_is_read_through_its_own_index_from_the_workers_place() -> None:
    made = make_project(tasks=1, overlap=3)
    fill(made)

    said = statements(lambda: lease_tasks(made.worker.pk, 3, NOW_MS))

    (lending,) = [sql for sql in said if "INSERT INTO store_lease" in sql]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {lending}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert plan.count("Index Scan using task_queue") == 1
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {lending}")
            plan = "\n".join(row[3] for row in cursor.fetchall())
            assert plan.count("SEARCH s USING INDEX task_queue (project_id=? AND (priority") == 2
            assert "lease_taken (worker_id=? AND task_id=?)" in plan
            assert "answer_of_task (task_id=?)" in plan


def test_changing_the_overlap_reads_each_chunk_through_an_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(overlap, "PAUSE_PER_HELD", 0.0)
    made = make_project(tasks=1)
    fill(made, tasks=20_000)

    said = statements(lambda: set_overlap(made.project.pk, 2, NOW_MS), inside=False)

    assert len(said) > 100
    assert {sql for sql in said[-8:] if scans(sql)} == set()
