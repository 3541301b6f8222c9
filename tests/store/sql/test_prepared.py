"""On PostgreSQL lease and submit are statements kept ready, with the driver's own errors."""

import gc
import secrets
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from psycopg import pq

from canut.actions.work.leases import LeaseResult, lease_tasks
from canut.actions.work.submission import Submission, submit, submit_and_lease
from canut.store.models import Answer, Lease, Project
from canut.store.platform.transient_errors import as_transient
from canut.store.sql import prepared
from canut.store.sql.raw_cursor import (
    execute_later,
    open_cursor,
    open_reader,
    run_last,
    run_together,
)
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Begin with a connection of one's own, and leave none that was spoilt."""
    connection.close()
    connection.ensure_connection()
    yield
    connection.close()


def ask(sql: str, *values: object) -> list[Any]:
    given: Any = values
    with open_reader() as cursor:
        cursor.execute(sql, given)
        found: list[Any] = cursor.fetchall()
        return found


def kept_ready() -> list[str]:
    """Return the names of what the connection keeps ready."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def test_no_statement_is_compiled_however_many_rows_the_planner_expects() -> None:
    """At a million tasks compiling the lease took a third of a second, each time."""
    assert ask("SHOW jit") == [("off",)]
    with connection.cursor() as cursor:
        cursor.execute("SET jit_above_cost = 0")
        cursor.execute("EXPLAIN (ANALYZE) SELECT count(*) FROM store_task")
        assert not any("JIT" in line for (line,) in cursor.fetchall())


def pass_on(made: Made, times: int) -> None:
    for _ in range(times):
        lent = lease_tasks(made.worker.pk, 2, NOW_MS).tasks
        send = Submission(lent[0].lease, secrets.token_hex(8), {"q": "oui"})
        submit_and_lease(made.worker.pk, send, 2, NOW_MS)


def test_every_statement_is_planned_once_and_for_all() -> None:
    """A list of tasks of known length would be planned anew at each request."""
    made = make_project(tasks=20)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # else it plans for whatever other tests had in the tables
    pass_on(made, 12)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements"
            " WHERE custom_plans + generic_plans > 8 AND generic_plans < 3"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE generic_plans >= 3")
        assert cursor.fetchone()[0] >= 10


def test_a_pair_asks_nothing_through_the_drivers_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_project(tasks=20)
    answer_next(made.worker)
    pass_on(made, 3)
    before = kept_ready()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a layer more than is needed")

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", refuse)
        pass_on(made, 3)

    assert kept_ready() == before
    assert 10 < len(before) < 40
    assert Answer.objects.filter(counted=True).count() == 7


def test_values_come_back_as_they_were_sent() -> None:
    sent = (7, True, "é'\\\n", b"\0\xff", 0.1, None, datetime(2026, 1, 2, tzinfo=UTC))

    (row,) = ask("SELECT %s, %s, CAST(%s AS text), %s, %s, CAST(%s AS bigint), %s, 5 %% 3", *sent)

    assert row == (*sent, 2)
    assert ask("SELECT unnest(%s)", [3, 1 << 40]) == [(3,), (1 << 40,)]
    assert ask("SELECT CAST(%s AS bigint)", Lease.State.ANSWERED) == [(1,)]


def test_type_that_nobody_thought_of_is_refused() -> None:
    with pytest.raises(TypeError, match="complex is not written here"):
        ask("SELECT %s", 1j)


def test_text_that_the_database_cannot_hold_is_refused_and_not_cut_short() -> None:
    with pytest.raises(DataError, match="NUL"):
        ask("SELECT CAST(%s AS text)", "a\0b")


def test_what_is_ready_outlives_a_transaction_that_is_undone() -> None:
    made = make_project(tasks=3)
    for _ in range(2):
        with pytest.raises(IntegrityError), transaction.atomic(), open_cursor() as cursor:
            cursor.execute(
                "UPDATE store_worker SET cursor_task = 5 WHERE id = %s", (made.worker.pk,)
            )
            cursor.execute("INSERT INTO store_lease (id) VALUES (%s)", (1,))
    made.worker.refresh_from_db()

    assert made.worker.cursor_task == 0
    assert len([name for name in kept_ready() if name.startswith("canut")]) == 3  # with BEGIN


def test_an_answer_and_the_next_task_take_three_trips_with_the_commit() -> None:
    made = make_project(tasks=20)
    pass_on(made, 2)
    statements = prepared.statements_of(connection.connection)
    trips = [statements.trips]

    lent = lease_tasks(made.worker.pk, 3, NOW_MS).tasks
    trips.append(statements.trips)
    submit(made.worker.pk, Submission(lent[0].lease, "a", {"q": "oui"}), NOW_MS)
    trips.append(statements.trips)
    submit_and_lease(made.worker.pk, Submission(lent[1].lease, "b", {"q": "oui"}), 3, NOW_MS)
    trips.append(statements.trips)

    assert [after - before for before, after in pairwise(trips)] == [3, 2, 3]
    stored = Answer.objects.filter(client_key__in="ab").values_list("counted", "lease__state")
    assert [*stored] == [(True, Lease.State.ANSWERED)] * 2


def test_caps_that_are_set_later_hold_for_who_worked_without_any() -> None:
    made = make_project(tasks=20)
    pass_on(made, 2)  # three answers: what is read of the worker is read without caps by now
    held = lease_tasks(made.worker.pk, 2, NOW_MS).tasks

    Project.objects.filter(pk=made.project.pk).update(tasks_a_person=7)
    answers = [Submission(task.lease, f"c{n}", {"q": "oui"}) for n, task in enumerate(held)]
    results = [submit_and_lease(made.worker.pk, answer, 9, NOW_MS) for answer in answers]

    had = Lease.objects.filter(worker=made.worker).count()
    assert had == 7
    assert [isinstance(result, LeaseResult) for _receipt, result in results] == [True, True]


def test_last_statements_commit_at_once_but_within_no_other_transaction() -> None:
    made = make_project(tasks=3)
    move = "UPDATE store_worker SET cursor_task = %s WHERE id = %s"
    wrong = ("INSERT INTO store_lease (id) VALUES (%s)", (1,))
    with transaction.atomic(), open_cursor() as cursor:
        execute_later(cursor, move, (7, made.worker.pk))
        assert run_last(cursor, ("SELECT 1", ())) == [[(1,)]]
        assert connection.connection.pgconn.transaction_status == pq.TransactionStatus.IDLE
    with pytest.raises(KeyError), transaction.atomic():
        with transaction.atomic(), open_cursor() as cursor:
            execute_later(cursor, move, (8, made.worker.pk))
            run_last(cursor)
        raise KeyError
    with pytest.raises(IntegrityError), transaction.atomic(), open_cursor() as cursor:
        execute_later(cursor, move, (9, made.worker.pk))
        run_last(cursor, wrong)

    made.worker.refresh_from_db()
    assert made.worker.cursor_task == 7


def test_independent_statements_are_one_and_the_others_keep_their_order() -> None:
    made = make_project(tasks=3)
    worker = "UPDATE store_worker SET cursor_task = cursor_task * 2 + %s WHERE id = %s"
    project = "UPDATE store_project SET severity = %s WHERE id = %s"
    before = set(kept_ready())
    with transaction.atomic(), open_cursor() as cursor:
        execute_later(cursor, worker, (1, made.worker.pk))
        execute_later(cursor, worker, (3, made.worker.pk), independent=True)
        execute_later(cursor, project, (2, made.project.pk), independent=True)

    made.worker.refresh_from_db()
    made.project.refresh_from_db()
    assert (made.worker.cursor_task, made.project.severity) == (5, 2)
    assert len(set(kept_ready()) - before) == 3  # BEGIN, the first one, the two as one


def test_statement_that_fails_among_others_undoes_all_and_leaves_the_connection_of_use() -> None:
    made = make_project(tasks=3)
    move = ("UPDATE store_worker SET cursor_task = 5 WHERE id = %s", (made.worker.pk,))
    wrong = ("INSERT INTO store_lease (id) VALUES (%s)", (1,))

    with pytest.raises(IntegrityError), transaction.atomic(), open_cursor() as cursor:
        for sql, values in (move, wrong, move):
            execute_later(cursor, sql, values)
        run_together(cursor, ("SELECT 1", ()), ("SELECT 2", ()))

    made.worker.refresh_from_db()
    assert made.worker.cursor_task == 0
    assert ask("SELECT CAST(%s AS bigint)", 3) == [(3,)]


def test_what_was_to_be_written_later_is_written_before_the_commit_or_not_at_all() -> None:
    made = make_project(tasks=3)
    move = "UPDATE store_worker SET cursor_task = %s WHERE id = %s"
    with transaction.atomic(), open_cursor() as cursor:
        execute_later(cursor, move, (7, made.worker.pk))
    with pytest.raises(KeyError), transaction.atomic(), open_cursor() as cursor:
        execute_later(cursor, move, (8, made.worker.pk))
        raise KeyError

    made.worker.refresh_from_db()
    assert made.worker.cursor_task == 7


def test_more_than_a_socket_holds_goes_out_in_one_trip() -> None:
    text = "é" * 3_000_000
    with transaction.atomic(), open_cursor() as cursor:
        told = run_together(
            cursor,
            ("SELECT CAST(%s AS text)", (text,)),
            ("SELECT CAST(%s AS text)", (text,)),
        )

    assert told == [[(text,)]] * 2


def test_it_waits_to_begin_a_transaction_and_says_what_it_changed() -> None:
    made = make_project(tasks=3)

    with transaction.atomic(), open_cursor() as cursor:
        cursor.execute("UPDATE store_task SET known = %s", ("oui",))
        assert cursor.rowcount == 3
        assert cursor.fetchone() is None
        transaction.set_rollback(True)

    assert ask("SELECT count(*) FROM store_task WHERE known = %s", "oui") == [(0,)]
    assert ask("SELECT count(*) FROM store_task WHERE project_id = %s", made.project.pk) == [(3,)]


def test_statement_whose_table_changed_is_made_ready_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (kept integer)")
    try:
        assert ask("SELECT * FROM changing") == []
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE changing ALTER kept TYPE text")

        with pytest.raises(Exception, match="must not change result type"):
            ask("SELECT * FROM changing")

        assert ask("SELECT * FROM changing") == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE changing")


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST", 2)

    found = [ask(f"SELECT {number}") for number in (1, 2, 3, 3)]

    assert found == [[(1,)], [(2,)], [(3,)], [(3,)]]
    assert kept_ready() == ["canut_0", "canut_1"]


def test_statement_of_many_rows_is_not_kept_for_each_number_of_them() -> None:
    found = [ask(f"SELECT 1 WHERE 1 IN ({', '.join(['%s'] * n)})", *range(n)) for n in (2, 51, 51)]

    assert found == [[(1,)]] * 3
    assert kept_ready() == ["canut_0"]


def test_closed_connection_leaves_nothing() -> None:
    ask("SELECT 1")
    gone = weakref.ref(connection.connection)

    connection.close()
    gc.collect()

    assert gone() is None


def test_server_that_falls_silent_passes_before_the_connection_is_known_to_be_bad(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ask("SELECT 1") == [(1,)]
    there = connection.connection
    silent = there.pgconn.make_empty_result(pq.ExecStatus.FATAL_ERROR)
    gone = SimpleNamespace(
        transaction_status=there.pgconn.transaction_status,
        status=pq.ConnStatus.OK,
        exec_prepared=lambda *_: silent,
    )
    monkeypatch.setattr(prepared.statements_of(there), "_pq", gone)

    with pytest.raises(OperationalError) as lost:
        ask("SELECT 1")

    assert as_transient(lost.value) is not None


def test_connection_that_was_lost_passes_and_the_next_one_makes_its_own() -> None:
    assert ask("SELECT 1") == [(1,)]
    (process,) = ask("SELECT pg_backend_pid()")
    there = connection.get_connection_params()
    known = {key: there[key] for key in ("host", "port", "user", "dbname") if key in there}
    with psycopg.connect(**known, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", process)

    with pytest.raises(OperationalError) as lost:
        ask("SELECT 1")

    assert as_transient(lost.value) is not None
    connection.close()
    connection.ensure_connection()
    assert ask("SELECT 1") == [(1,)]
