"""List tasks among millions: filters, orders and pages by index, for both dialects.

Every filter alone has an index that finds its tasks in their order. A page begins from the filter
that finds fewest. In another order than its own, what it finds is gathered and sorted where it is
at most five thousand tasks; where it is more, the order's index is walked, and finds a page soon.
What words find is always sorted among its first five thousand. A page is named by the task before
or after it, so that any page costs the same as the first.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.db import connection
from django.db.models import Max

from canut.store.tables.tasks import LABEL_BEGINS, Task
from canut.store.tables.work import Answer
from canut.store.tasks.filter_sql import (
    Filter,
    FilterClause,
    Query,
    Said,
    Value,
    all_beside,
    by_index,
    join_clauses,
    label_start,
    one_by_one,
    parts_of,
    query_of,
    tables_of,
    with_state,
)

MOST_COUNTED = 10_000
MOST_SORTED = 5_000
PAGE = 50
STATES = ("open", "closed", "aside")
LISTED = (*STATES, "gold", "audit")
MOST_PLACED = 1_000
ORDERS = ("task", "sure", "last")


class PageCursor(NamedTuple):
    """The start of a page: order value and id of the task before it."""

    value: float
    task: int


class Page(NamedTuple):
    """The tasks of a page in order, its neighbours, and the count."""

    places: list[PageCursor]
    is_first: bool
    is_last: bool
    found: int


class _Find(NamedTuple):
    """A search: filter, order, cursor and limit."""

    chosen: Filter
    query: Query
    order: str
    place: PageCursor | None
    backwards: bool
    limit: int

    @property
    def way(self) -> str:
        """The sort direction, as SQL."""
        return "DESC" if self.backwards else "ASC"

    @property
    def beyond(self) -> str:
        """The comparison with the cursor, as SQL."""
        return "<" if self.backwards else ">"

    def of_place(self, *keys: str) -> Said:
        """Write the condition that tasks come after the cursor."""
        if self.place is None:
            return "", ()
        if len(keys) == 1:
            return f" AND {keys[0]} {self.beyond} %s", (self.place.task,)
        value: Value = int(self.place.value) if self.order == "last" else self.place.value
        return f" AND ({keys[0]}, {keys[1]}) {self.beyond} (%s, %s)", (value, self.place.task)


def page_of(
    chosen: Filter,
    order: str = "task",
    *,
    is_down: bool = False,
    position: PageCursor | None = None,
    is_before: bool = False,
) -> Page:
    """Return one page of the tasks that match a filter.

    Args:
        chosen: which tasks.
        order: task, sure (those with a label) or last (those with an answer, by the last one).
        is_down: from the greatest to the least.
        position: a place beside the page; the first page where it is None.
        is_before: the page ends before the place, instead of beginning after it.
    """
    query = query_of(chosen)
    find = _Find(chosen, query, order, position, is_down != is_before, PAGE + 1)
    count = count_some(chosen)
    rows = _rows(find, count)
    is_more, rows = len(rows) > PAGE, rows[:PAGE]
    if is_before:
        return Page(rows[::-1], is_first=not is_more, is_last=False, found=count)
    return Page(rows, is_first=position is None, is_last=not is_more, found=count)


def count_some(chosen: Filter, most: int = MOST_COUNTED) -> int:
    """Count the tasks of a filter, up to ``most`` + 1."""
    query = query_of(chosen)
    if not query.part.table:
        return min(most + 1, sum(count_some(replace(chosen, state=s), most) for s in LISTED))
    tables, values = tables_of(query)
    sql = join_clauses("SELECT count(*) FROM (SELECT 1 AS one FROM", tables, "LIMIT %s) AS counted")
    with connection.cursor() as cursor:
        cursor.execute(sql, (*values, most + 1))
        return int(cursor.fetchone()[0])


class ListPlace(NamedTuple):
    """Where a task stands in a list: its neighbours, its number, how many there are.

    ``number`` is 0 in a list of over a thousand, ``total`` at most one more than is sorted.
    """

    before: PageCursor | None
    after: PageCursor | None
    number: int
    total: int


def cursor_of(task: Task, order: str) -> PageCursor | None:
    """Return the position of a task in an order; None where it has none in it."""
    if order == "task":
        return PageCursor(0.0, task.pk)
    if order == "sure":
        sure = task.now.confidence
        return None if sure is None else PageCursor(sure, task.pk)
    last = Answer.objects.filter(task=task).aggregate(last=Max("id"))["last"]
    return None if last is None else PageCursor(float(last), task.pk)


def place_of(chosen: Filter, order: str, position: PageCursor, *, is_down: bool) -> ListPlace:
    """Return where a task stands among those that match a filter, which may leave it out."""
    query = query_of(chosen)
    total = count_some(chosen, MOST_SORTED)
    sides = [
        _rows(_Find(chosen, query, order, position, is_down != is_before, 1), total)
        for is_before in (True, False)
    ]
    number = 0
    if total <= MOST_PLACED:
        find = _Find(chosen, query, order, None, is_down, total)
        tasks = [row.task for row in _rows(find, total)]
        number = tasks.index(position.task) + 1 if position.task in tasks else 0
    before, after = (rows[0] if rows else None for rows in sides)
    return ListPlace(before, after, number, total)


def _rows(find: _Find, count: int) -> list[PageCursor]:
    sql, values = _gathered(find) if _is_to_be_sorted(find, count) else _walked(find)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [PageCursor(float(value), int(task)) for task, value in cursor.fetchall()]


def count_all(chosen: Filter) -> int:
    """Count all tasks of a filter."""
    return count_some(chosen, 2**53)


def ids_after(chosen: Filter, after: int, limit: int) -> list[int]:
    """Return the next task ids of a filter, ascending."""
    find = _Find(
        chosen, query_of(chosen), "task", PageCursor(0, after), backwards=False, limit=limit
    )
    sql, values = _walked(find)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [int(task) for task, _ in cursor.fetchall()]


def tasks_in(places: Sequence[PageCursor]) -> list[Task]:
    """Return the tasks of a page with their states, in order."""
    tasks = Task.objects.select_related("now").in_bulk([position.task for position in places])
    return [tasks[position.task] for position in places if position.task in tasks]


def last_answers(task_ids: Sequence[int]) -> dict[int, int]:
    """Return when each task was answered last, in milliseconds; nothing for the others."""
    answers = Answer.objects.filter(task_id__in=task_ids).values("task_id")
    rows = answers.annotate(last=Max("answered_ms")).values_list("task_id", "last")
    return dict(rows.order_by())


def labels_in(project_id: int, most: int = 40) -> list[str]:
    """Return the labels of a project's tasks, skipping through the index."""
    start = label_start()
    sql = join_clauses(
        "SELECT s.label FROM store_taskstate s",
        by_index("task_by_label"),
        "WHERE s.project_id = %s AND s.label IS NOT NULL",
        f"AND {start} > %s ORDER BY {start} LIMIT 1",
    )
    labels: list[str] = []
    last = ""
    with connection.cursor() as cursor:
        while len(labels) < most:
            cursor.execute(sql, (project_id, last))
            row = cursor.fetchone()
            if row is None:
                break
            labels.append(row[0])
            last = row[0][:LABEL_BEGINS]
    return labels


def _is_to_be_sorted(find: _Find, count: int) -> bool:
    """Return whether to sort the filter's result instead of walking the index."""
    has_text, is_few = bool(find.chosen.text), count <= MOST_SORTED
    if find.order == find.query.part.sorted_by:  # words are found in no order on PostgreSQL
        return has_text and is_few and connection.vendor == "postgresql"
    return (has_text or is_few) and bool(find.query.part.table)


def _gathered(find: _Find) -> Said:
    """Collect a small filter result, then sort it."""
    value = {
        "task": "0",
        "sure": "s.confidence",
        "last": "(SELECT max(a.id) FROM store_answer a WHERE a.task_id = s.task_id)",
    }[find.order]
    after, after_values = find.of_place("g.v", "g.id")
    tables, values = tables_of(find.query)
    sql = join_clauses(
        "SELECT g.id, g.v FROM (SELECT",
        f"{find.query.part.key} AS id, {value} AS v FROM {tables}",
        f"LIMIT {MOST_SORTED}) AS g WHERE g.v IS NOT NULL{after}",
        f"ORDER BY g.v {find.way}, g.id {find.way} LIMIT %s",
    )
    return sql, (*values, *after_values, find.limit)


def _walked(find: _Find) -> Said:
    """Walk the index of the order, checking the filters on the way."""
    if find.order == "last":
        return _by_answer(find)
    if find.order == "sure":
        return _by_confidence(find)
    clause = find.query.part
    if not clause.table or clause.sorted_by != "task":
        return _by_number(find)
    after, after_values = find.of_place(clause.key)
    tables, values = tables_of(find.query)
    sql = join_clauses(
        f"SELECT {clause.key}, 0 FROM",
        f"{tables}{after} ORDER BY {clause.key} {find.way} LIMIT %s",
    )
    return sql, (*values, *after_values, find.limit)


def _by_number(find: _Find) -> Said:
    """Walk the tasks of each state by id, in parallel."""
    terms, values = all_beside(find.chosen, parts_of(find.chosen))
    after, after_values = find.of_place("s.task_id")
    query = join_clauses(
        "SELECT s.task_id, 0 AS v FROM store_taskstate s",
        by_index("task_by_state"),
        f"WHERE s.state = %s AND {terms}{after} ORDER BY s.task_id {find.way} LIMIT %s",
    )
    states = (find.chosen.state,) if find.chosen.state else LISTED
    sides = " UNION ALL ".join(
        join_clauses("SELECT * FROM (", query, f") AS {name}") for name in states
    )
    own = [(state, *values, *after_values, find.limit) for state in states]
    return f"{sides} ORDER BY 1 {find.way} LIMIT %s", (
        *(v for each in own for v in each),
        find.limit,
    )


def _by_confidence(find: _Find) -> Said:
    """Walk the tasks with a confidence, least sure first."""
    terms, values = all_beside(find.chosen, parts_of(find.chosen))
    after, after_values = find.of_place("s.confidence", "s.task_id")
    sql = join_clauses(
        "SELECT s.task_id, s.confidence FROM store_taskstate s",
        by_index("task_by_confidence"),
        f"WHERE s.confidence IS NOT NULL AND {terms}{after}",
        f"ORDER BY s.confidence {find.way}, s.task_id {find.way} LIMIT %s",
    )
    return sql, (*values, *after_values, find.limit)


def _by_answer(find: _Find) -> Said:
    """Walk the answers, keeping the last one of each task."""
    terms, values = all_beside(find.chosen, parts_of(find.chosen))
    after, after_values = "", tuple[Value, ...]()
    if find.place is not None:
        after, after_values = f" AND a.id {find.beyond} %s", (int(find.place.value),)
    later = f"b.task_id = a.task_id AND b.id > a.id{one_by_one()}"
    last = join_clauses(
        "a.project_id = %s AND NOT EXISTS (SELECT 1 FROM store_answer b WHERE", later, ")"
    )
    answers = FilterClause("store_answer a", "a.task_id", last, (find.chosen.project,))
    tables, values = with_state(answers, terms, values)
    sql = join_clauses(
        "SELECT s.task_id, a.id FROM", f"{tables}{after} ORDER BY a.id {find.way} LIMIT %s"
    )
    return sql, (*values, *after_values, find.limit)
