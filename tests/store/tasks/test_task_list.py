"""Lists of many tasks: each filter, order and page is what it says, and found by an index."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from canut.actions.tasks.search_index import index_texts, is_search_ready
from canut.actions.work.leases import flag_task
from canut.store.models import Lease, Task, TaskState
from canut.store.tasks import task_list
from canut.store.tasks.filter_sql import Filter
from canut.store.tasks.search_index import forget_texts, match_of
from canut.store.tasks.task_list import (
    LISTED,
    PAGE,
    STATES,
    Page,
    count_all,
    count_some,
    ids_after,
    labels_in,
    page_of,
)
from tests.support.factories import NOW_MS, Made, answer_next, make_project, make_tasks

pytestmark = pytest.mark.django_db
MANY = 20_000
ADD_TASKS = """
INSERT INTO store_task (project_id, source_id, "row", "key", data, known)
SELECT %s, %s, n.value, 'k' || n.value, '{"text":"avis ' || n.value || '"}',
  CASE WHEN n.value %% 100 = 0 THEN 'oui' END FROM numbers AS n
"""
ADD_STATES = """
INSERT INTO store_taskstate (task_id, project_id, state, priority, overlap, counted, live, label,
  confidence)
SELECT t.id, t.project_id, CASE WHEN t.id %% 2 = 0 THEN 'open' ELSE 'closed' END, 0, 1, 0, 0,
  CASE WHEN t.id %% 3 = 0 THEN 'oui' ELSE 'non' END, (t.id %% 997) / 997.0
FROM store_task t WHERE t.source_id = %s AND t."row" >= 1000
"""
SERIES = {
    "sqlite": """(WITH RECURSIVE c(value) AS (SELECT 1000 UNION ALL SELECT value + 1 FROM c
WHERE value < 21000) SELECT value FROM c) AS n""",
    "postgresql": "generate_series(1000, 21000) AS n(value)",
}


@pytest.fixture
def made() -> Made:
    made = make_project(tasks=4, workers=2, overlap=2)
    Task.objects.filter(project=made.project).update(row=F("row") + 1)  # 0 is for practice
    return made


def everything(made: Made, **also: Any) -> Filter:
    return Filter(made.project.pk, **also)


def keys(page: Page) -> list[str]:
    return [task.key for task in task_list.tasks_in(page.places)]


def fill(made: Made) -> None:
    """Add many tasks with labels, and as many of another project beside them."""
    for project in (made.project, make_project(tasks=0).project):
        (first,) = make_tasks(project, 1)
        add_tasks = ADD_TASKS.replace("numbers AS n", SERIES[connection.vendor])
        with connection.cursor() as cursor:
            cursor.execute(add_tasks, (project.pk, first.source_id))
            cursor.execute(ADD_STATES, (first.source_id,))
        index_texts(first.source_id)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_every_filter_finds_what_it_says(made: Made) -> None:
    answer_next(made.worker, "oui")
    answer_next(made.workers[1], "non")
    flag_task(made.worker.pk, Lease.objects.latest("id").pk - 1, "?", NOW_MS)
    TaskState.objects.filter(task=made.tasks[1]).update(state="aside")
    Task.objects.filter(pk=made.tasks[2].pk).update(known="oui")
    TaskState.objects.filter(task=made.tasks[0]).update(label="oui", confidence=0.9)
    TaskState.objects.filter(task=made.tasks[3]).update(label="non", confidence=0.6)
    index_texts(made.tasks[0].source_id)

    asked: dict[str, dict[str, Any]] = {
        "all": {},
        "state": {"state": "aside"},
        "sure": {"low": 0.5, "high": 0.65},
        "label": {"label": "non"},
        "worker": {"worker": made.worker.public_id},
        "stranger": {"worker": "nobody"},
        "flagged": {"flagged": True},
        "known": {"known": True},
        "text": {"text": "Àvis 2"},
        "nothing": {"text": "2 3"},
        "several": {"worker": made.worker.public_id, "flagged": True, "text": "avis"},
    }

    found = {name: keys(page_of(everything(made, **chosen))) for name, chosen in asked.items()}

    assert found == {
        "all": ["0000", "0001", "0002", "0003"],
        "state": ["0001"],
        "sure": ["0003"],
        "label": ["0003"],
        "worker": ["0000"],
        "stranger": [],
        "flagged": ["0000"],
        "known": ["0002"],
        "text": ["0002"],
        "nothing": [],
        "several": ["0000"],
    }


@pytest.mark.parametrize("chosen", [{}, {"text": "avis"}])
def test_pages_go_both_ways_and_meet_every_task_once(made: Made, chosen: dict[str, Any]) -> None:
    more = make_tasks(made.project, 2 * PAGE)
    Task.objects.filter(source=more[0].source_id).update(row=F("row") + 1)  # 0 is for practice
    for tasks in (made.tasks, more):
        index_texts(tasks[0].source_id)
    wanted = everything(made, **chosen)
    first = page_of(wanted)
    second = page_of(wanted, position=first.places[-1])
    third = page_of(wanted, position=second.places[-1])

    back = page_of(wanted, position=third.places[0], is_before=True)

    assert back.places == second.places
    assert [one.is_first for one in (first, second, third)] == [True, False, False]
    assert [one.is_last for one in (first, second, third)] == [False, False, True]
    everyone = [place.task for page in (first, second, third) for place in page.places]
    assert sorted(everyone) == everyone
    assert len(everyone) == 4 + 2 * PAGE


@pytest.mark.parametrize("chosen", [{}, {"state": "open"}, {"low": 0.1, "high": 0.9}])
@pytest.mark.parametrize("is_down", [False, True])
def test_least_sure_come_in_order_whatever_the_filter(
    made: Made, chosen: dict[str, Any], is_down: bool
) -> None:
    for task, sure in zip(made.tasks, (0.5, 0.3, 0.5, 0.7), strict=True):
        TaskState.objects.filter(task=task).update(confidence=sure, label="oui")

    found = keys(page_of(everything(made, **chosen), "sure", is_down=is_down))

    wanted = ["0001", "0000", "0002", "0003"]
    assert found == (wanted[::-1] if is_down else wanted)


@pytest.mark.parametrize("chosen", [{}, {"state": "open"}])
def test_last_answered_comes_last(made: Made, chosen: dict[str, Any]) -> None:
    for now_ms in range(NOW_MS, NOW_MS + 3):
        answer_next(made.worker, now_ms=now_ms)
    answer_next(made.workers[1], now_ms=NOW_MS + 9)
    TaskState.objects.update(state="open")

    found = keys(page_of(everything(made, **chosen), "last"))

    assert found == ["0001", "0002", "0000"]


def test_count_stops_at_what_is_shown(made: Made) -> None:
    counts = count_some(everything(made), 2), count_all(everything(made))

    assert counts == (3, 4)


@pytest.mark.slow
def test_many_tasks_are_walked_and_few_are_gathered_alike(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(made)
    chosen = everything(made, label="oui", flagged=False)
    walked = page_of(chosen, "sure")

    monkeypatch.setattr(task_list, "MOST_SORTED", 10 * MANY)
    gathered = page_of(chosen, "sure")

    assert gathered.places == walked.places
    assert len(walked.places) == PAGE


SINGLE: dict[str, dict[str, Any]] = {
    "all": {},
    **{f"state-{state}": {"state": state} for state in STATES},
    "busy": {"busy": True},
    "unanswered": {"unanswered": True},
    "sure": {"low": 0.2, "high": 0.3},
    "label": {"label": "oui"},
    "flagged": {"flagged": True},
    "known": {"known": True},
    "text": {"text": "avis 1234"},
    "common-text": {"text": "avis"},
}


def plan_of(sql: str, *, without: Sequence[str]) -> str:
    """Return what PostgreSQL would do where some ways of its own are as good as forbidden."""
    with connection.cursor() as cursor:
        for way in without:
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def scans(sql: str) -> list[str]:
    """Return what a statement would read from end to end, or could for a join."""
    if connection.vendor == "postgresql":
        # a table this small is read whole where that is cheaper, which is not what is asked; one
        # that is joined row by row though that is forbidden cannot be joined otherwise
        plan = plan_of(sql, without=("seqscan", "nestloop"))
        return re.findall(r"Seq Scan on store_\w+|(?:Hash|Merge) .*Join", plan)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        steps = [row[3] for row in cursor.fetchall()]
    names = [re.match(r"SCAN (\w+)(?! VIRTUAL TABLE INDEX \d+:\S*M)", step) for step in steps]
    made = {"u", "g", "counted", *LISTED, "CONSTANT"}
    return [found[0] for found in names if found and found[1] not in made]


@pytest.mark.slow
def test_no_filter_reads_a_table_from_end_to_end(made: Made) -> None:
    answer_next(made.worker)
    fill(made)
    chosen = [everything(made, **one) for one in SINGLE.values()]
    chosen.append(everything(made, worker=made.worker.public_id))
    with CaptureQueriesContext(connection) as said:
        for one in chosen:
            count_some(one)
            ids_after(one, 0, 10)
            for order in task_list.ORDERS:
                first = page_of(one, order)
                if first.places:
                    page_of(one, order, position=first.places[-1], is_before=True, is_down=True)
        labels_in(made.project.pk)
    statements = {q["sql"] for q in said.captured_queries if "store_task" in q["sql"]}
    assert len(statements) > 3 * len(chosen)

    found = {sql: scans(sql) for sql in statements}

    assert not {sql: scan for sql, scan in found.items() if scan}


@pytest.mark.postgresql
def test_rare_word_is_found_by_its_index_and_not_by_walking_every_task(made: Made) -> None:
    fill(made)
    index_texts(made.tasks[0].source_id)
    with CaptureQueriesContext(connection) as said:
        found = page_of(everything(made, text="avis 1234"))

    count, page = (q["sql"] for q in said.captured_queries)
    assert found.found == len(found.places) == 1
    assert "task_words" in plan_of(count, without=["seqscan"])
    assert "task_words" in plan_of(page, without=["seqscan"])


def test_search_is_ready_once_every_text_is_in(made: Made) -> None:
    before = is_search_ready(made.project.pk)

    indexed = index_texts(made.tasks[0].source_id)

    assert (before, indexed, is_search_ready(made.project.pk)) == (False, 4, True)
    assert index_texts(made.tasks[0].source_id) == 0


def test_forgotten_text_is_not_found(made: Made) -> None:
    index_texts(made.tasks[0].source_id)

    forget_texts([made.tasks[0].pk])

    assert keys(page_of(everything(made, text="avis"))) == ["0001", "0002", "0003"]


@pytest.mark.parametrize("text", ['"', "l'été", "a_b", "-x", "NEAR(a b)", "é" * 500, "*", "a:b"])
def test_no_search_is_malformed(made: Made, text: str) -> None:
    index_texts(made.tasks[0].source_id)

    found = page_of(everything(made, text=text))

    assert found.places == []


def test_search_folds_accents_and_capitals() -> None:
    assert "ete" in match_of("Été")


def test_labels_are_listed_once_each(made: Made) -> None:
    for task, label in zip(made.tasks, ("oui", "non", "oui", "non"), strict=True):
        TaskState.objects.filter(task=task).update(label=label)

    assert labels_in(made.project.pk) == ["non", "oui"]


def test_practice_is_not_listed(made: Made) -> None:
    make_tasks(made.project, 1, state="practice")

    assert len(page_of(replace(everything(made), flagged=False)).places) == 4
