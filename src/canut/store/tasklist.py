"""Find tasks among millions: filters, orders and pages, each by an index; both dialects.

Every filter alone has an index that finds its tasks in their order. A page begins from the filter
that finds fewest. In another order than its own, what it finds is gathered and sorted where it is
at most five thousand tasks; where it is more, the order's index is walked, and finds a page soon.
What words find is always sorted among its first five thousand. A page is named by the task before
or after it, so that any page costs the same as the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import connection

from canut.store.texts import match_of
from canut.store.work import LABEL_BEGINS, Task, Worker

MOST_COUNTED = 10_000
MOST_SORTED = 5_000
PAGE = 50
STATES = ("open", "closed", "aside")
ORDERS = ("task", "sure", "last")
FIRST_TASK = "SELECT t.id FROM store_task t WHERE t.project_id = %s ORDER BY t.id LIMIT 1"
LAST_TASK = "SELECT t.id FROM store_task t WHERE t.project_id = %s ORDER BY t.id DESC LIMIT 1"
type Value = str | int | float


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tasks; practice is left out.

    Args:
        project: whose tasks.
        state: open, closed or aside; any where empty.
        low: labels at least so sure.
        high: labels less sure than this.
        label: exactly this label.
        worker: answered by whom, by random id.
        flagged: somebody says that something is wrong.
        known: its answer is known.
        text: words in it.
    """

    project: int
    state: str = ""
    low: float | None = None
    high: float | None = None
    label: str = ""
    worker: str = ""
    flagged: bool = False
    known: bool = False
    text: str = ""


class Place(NamedTuple):
    """Where a page begins: the value of the order and the task that stand before it."""

    value: float
    task: int


class Page(NamedTuple):
    """The tasks of a page, in order, each with its place; what stands beside; how many in all."""

    places: list[Place]
    is_first: bool
    is_last: bool
    found: int


class _Part(NamedTuple):
    """How a filter finds tasks: from which table, under which name its task is, by which terms.

    ``sorted_by``: the order in which it finds them.
    """

    table: str
    key: str
    terms: str
    values: tuple[Value, ...]
    sorted_by: str = "task"

    @property
    def is_of_state(self) -> bool:
        """Whether it looks at nothing but how a task stands."""
        return self.table.startswith("store_taskstate")


class _Query(NamedTuple):
    """Everything that a statement is made of: where it starts, and what must hold beside."""

    part: _Part
    terms: str
    values: tuple[Value, ...]

    @property
    def all_values(self) -> tuple[Value, ...]:
        """The values of ``_from``."""
        return (*self.part.values, *self.values)


class _Find(NamedTuple):
    """What is to be found: the filter as a query, the order, where to begin, and how many."""

    chosen: Filter
    query: _Query
    order: str
    place: Place | None
    backwards: bool
    limit: int

    @property
    def way(self) -> str:
        """The direction, as SQL."""
        return "DESC" if self.backwards else "ASC"

    @property
    def beyond(self) -> str:
        """The comparison with the place, as SQL."""
        return "<" if self.backwards else ">"

    def of_place(self, *keys: str) -> tuple[str, tuple[Value, ...]]:
        """Write that tasks come after the place, by a value and the task, or the task alone."""
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
    place: Place | None = None,
    is_before: bool = False,
) -> Page:
    """Return one page of the tasks that a filter finds.

    Args:
        chosen: which tasks.
        order: task, sure (those with a label) or last (those with an answer, by the last one).
        is_down: from the greatest to the least.
        place: a place beside the page; the first page where it is None.
        is_before: the page ends before the place, instead of beginning after it.
    """
    query = _query(chosen)
    find = _Find(chosen, query, order, place, is_down != is_before, PAGE + 1)
    count = count_some(chosen)
    is_few = order != query.part.sorted_by and (bool(chosen.text) or count <= MOST_SORTED)
    sql, values = _gathered(find) if is_few and query.part.table else _walked(find)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = [Place(float(value), int(task)) for task, value in cursor.fetchall()]
    is_more, rows = len(rows) > PAGE, rows[:PAGE]
    if is_before:
        return Page(rows[::-1], is_first=not is_more, is_last=False, found=count)
    return Page(rows, is_first=place is None, is_last=not is_more, found=count)


def count_some(chosen: Filter, most: int = MOST_COUNTED) -> int:
    """Count the tasks of a filter, up to one more than ``most``."""
    query = _query(chosen)
    if not query.part.table:
        return min(most + 1, sum(count_some(replace(chosen, state=s), most) for s in STATES))
    sql = _said("SELECT count(*) FROM (SELECT 1 AS one FROM", _from(query), "LIMIT %s) AS counted")
    with connection.cursor() as cursor:
        cursor.execute(sql, (*query.all_values, most + 1))
        return int(cursor.fetchone()[0])


def count_all(chosen: Filter) -> int:
    """Count every task of a filter, however many."""
    return count_some(chosen, 2**53)


def ids_after(chosen: Filter, after: int, limit: int) -> list[int]:
    """Return the next tasks of a filter, in the order of their numbers."""
    find = _Find(chosen, _query(chosen), "task", Place(0, after), backwards=False, limit=limit)
    sql, values = _walked(find)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [int(task) for task, _ in cursor.fetchall()]


def tasks_in(places: Sequence[Place]) -> list[Task]:
    """Return the tasks of a page with how they stand, in its order."""
    found = Task.objects.select_related("now").in_bulk([place.task for place in places])
    return [found[place.task] for place in places if place.task in found]


def labels_in(project_id: int, most: int = 40) -> list[str]:
    """Return the labels that tasks of a project have, hopping from one to the next in the index."""
    start = _label_start()
    sql = _said(
        "SELECT s.label FROM store_taskstate s",
        _by("task_by_label"),
        "WHERE s.project_id = %s AND s.label IS NOT NULL",
        f"AND {start} > %s ORDER BY {start} LIMIT 1",
    )
    found: list[str] = []
    last = ""
    with connection.cursor() as cursor:
        while len(found) < most:
            cursor.execute(sql, (project_id, last))
            row = cursor.fetchone()
            if row is None:
                break
            found.append(row[0])
            last = row[0][:LABEL_BEGINS]
    return found


def _query(chosen: Filter) -> _Query:
    """Choose where to start; what else is asked is looked at task by task."""
    parts = _parts(chosen)
    start, *others = parts or [_Part("", "s.task_id", "", ())]
    return _Query(start, *_all_beside(chosen, others))


def _all_beside(chosen: Filter, parts: Sequence[_Part]) -> tuple[str, tuple[Value, ...]]:
    """Write what must hold of a task that was found by something else."""
    terms = ["s.project_id = %s", *map(_beside, parts)]
    if not chosen.state:
        terms.append("s.state <> 'practice'")
    values = (value for part in parts for value in part.values)
    return " AND ".join(terms), (chosen.project, *values)


def _beside(part: _Part) -> str:
    """Write what one filter asks of a task that another found."""
    if part.is_of_state:
        return part.terms
    return _said(
        "EXISTS (SELECT 1 FROM", part.table, "WHERE", part.key, "= s.task_id AND", part.terms, ")"
    )


def _parts(chosen: Filter) -> list[_Part]:
    """List the filters that are said, those that find fewest first."""
    state = "store_taskstate s"
    parts: list[_Part] = []
    own = (chosen.project,)
    if chosen.text:  # first, as looking a word up task by task is slow
        parts.append(_text_part(chosen))
    if chosen.worker:
        worker = Worker.objects.filter(project=chosen.project, public_id=chosen.worker).first()
        parts.append(
            _Part(
                f"store_lease d{_by('lease_taken')}",
                "d.task_id",
                "d.worker_id = %s AND d.state <= 2 AND d.state = 1",
                (worker.id if worker else 0,),
            )
        )
    if chosen.flagged:
        terms = "s.project_id = %s AND s.flagged_ms IS NOT NULL"
        parts.append(_Part(state + _by("task_flagged"), "s.task_id", terms, own))
    if chosen.known:
        terms = "k.project_id = %s AND k.known IS NOT NULL"
        parts.append(_Part(f"store_task k{_by('task_known')}", "k.id", terms, own))
    if chosen.label:
        terms = (
            f"s.project_id = %s AND s.label IS NOT NULL AND {_label_start()} = %s AND s.label = %s"
        )
        begins = chosen.label[:LABEL_BEGINS]
        parts.append(
            _Part(state + _by("task_by_label"), "s.task_id", terms, (*own, begins, chosen.label))
        )
    if chosen.low is not None or chosen.high is not None:
        low = 0.0 if chosen.low is None else chosen.low
        high = 2.0 if chosen.high is None else chosen.high
        terms = "s.project_id = %s AND s.confidence >= %s AND s.confidence < %s"
        by = _by("task_by_confidence")
        parts.append(_Part(state + by, "s.task_id", terms, (*own, low, high), "sure"))
    if chosen.state:
        terms = "s.project_id = %s AND s.state = %s"
        parts.append(_Part(state + _by("task_by_state"), "s.task_id", terms, (*own, chosen.state)))
    return parts


def _text_part(chosen: Filter) -> _Part:
    match = match_of(chosen.text)
    if connection.vendor == "sqlite":
        terms = f"x.store_tasktext MATCH %s AND x.rowid BETWEEN ({FIRST_TASK}) AND ({LAST_TASK})"
        values = (match or '""', chosen.project, chosen.project)
        return _Part("store_tasktext x", "x.rowid", terms, values)
    terms = "x.words @@ to_tsquery('simple', %s)"
    return _Part("store_tasktext x", "x.task_id", terms, (match,))


def _by(index: str) -> str:
    """Name the index that SQLite is to use: it does not know how many rows a filter finds."""
    return f" INDEXED BY {index}" if connection.vendor == "sqlite" else ""


def _label_start() -> str:
    """Write the beginning of a label just as its index does."""
    name = "SUBSTR" if connection.vendor == "sqlite" else "SUBSTRING"
    return f"{name}(s.label, 1, {LABEL_BEGINS})"


def _from(query: _Query) -> str:
    """Write the tables and terms of a query, without order or place."""
    part = query.part
    if part.is_of_state:
        return f"{part.table} WHERE {part.terms} AND {query.terms}"
    join = f"CROSS JOIN store_taskstate s WHERE s.task_id = {part.key}"
    return f"{part.table} {join} AND {part.terms} AND {query.terms}"


def _gathered(find: _Find) -> tuple[str, tuple[Value, ...]]:
    """Gather all that a filter finds, which is not much, then sort it."""
    value = {
        "task": "0",
        "sure": "s.confidence",
        "last": "(SELECT max(a.id) FROM store_answer a WHERE a.task_id = s.task_id)",
    }[find.order]
    after, place = find.of_place("g.v", "g.id")
    sql = _said(
        "SELECT g.id, g.v FROM (SELECT",
        f"{find.query.part.key} AS id, {value} AS v FROM",
        _from(find.query),
        f"LIMIT {MOST_SORTED}) AS g WHERE g.v IS NOT NULL{after}",
        f"ORDER BY g.v {find.way}, g.id {find.way} LIMIT %s",
    )
    return sql, (*find.query.all_values, *place, find.limit)


def _walked(find: _Find) -> tuple[str, tuple[Value, ...]]:
    """Walk the index of the order; every filter is looked at on the way, or is that index."""
    if find.order == "last":
        return _by_answer(find)
    if find.order == "sure":
        return _by_confidence(find)
    part = find.query.part
    if not part.table or part.sorted_by != "task":
        return _by_number(find)
    after, place = find.of_place(part.key)
    sql = _said(
        f"SELECT {part.key}, 0 FROM",
        f"{_from(find.query)}{after}",
        f"ORDER BY {part.key} {find.way} LIMIT %s",
    )
    return sql, (*find.query.all_values, *place, find.limit)


def _by_number(find: _Find) -> tuple[str, tuple[Value, ...]]:
    """Walk the tasks of each state by their numbers, side by side."""
    terms, values = _all_beside(find.chosen, _parts(find.chosen))
    after, place = find.of_place("s.task_id")
    one = _said(
        "SELECT s.task_id, 0 AS v FROM store_taskstate s",
        _by("task_by_state"),
        f"WHERE s.state = %s AND {terms}{after} ORDER BY s.task_id {find.way} LIMIT %s",
    )
    states = (find.chosen.state,) if find.chosen.state else STATES
    sides = " UNION ALL ".join(_said("SELECT * FROM (", one, f") AS {name}") for name in states)
    own = [(state, *values, *place, find.limit) for state in states]
    return f"{sides} ORDER BY 1 {find.way} LIMIT %s", (
        *(v for each in own for v in each),
        find.limit,
    )


def _by_confidence(find: _Find) -> tuple[str, tuple[Value, ...]]:
    """Walk the tasks with a confidence, the least sure first."""
    terms, values = _all_beside(find.chosen, _parts(find.chosen))
    after, place = find.of_place("s.confidence", "s.task_id")
    sql = _said(
        "SELECT s.task_id, s.confidence FROM store_taskstate s",
        _by("task_by_confidence"),
        f"WHERE s.confidence IS NOT NULL AND {terms}{after}",
        f"ORDER BY s.confidence {find.way}, s.task_id {find.way} LIMIT %s",
    )
    return sql, (*values, *place, find.limit)


def _by_answer(find: _Find) -> tuple[str, tuple[Value, ...]]:
    """Walk the answers, and stop at each that is the last one to its task."""
    terms, values = _all_beside(find.chosen, _parts(find.chosen))
    after, place = "", tuple[Value, ...]()
    if find.place is not None:
        after, place = f" AND a.id {find.beyond} %s", (int(find.place.value),)
    sql = _said(
        "SELECT s.task_id, a.id FROM store_answer a CROSS JOIN store_taskstate s",
        "WHERE s.task_id = a.task_id AND a.project_id = %s AND NOT EXISTS",
        "(SELECT 1 FROM store_answer b WHERE b.task_id = a.task_id AND b.id > a.id)",
        f"AND {terms}{after} ORDER BY a.id {find.way} LIMIT %s",
    )
    return sql, (find.chosen.project, *values, *place, find.limit)


def _said(*parts: str) -> str:
    """Join the parts of a statement; every value in it is a placeholder."""
    return " ".join(parts)
