"""Translate task filters to SQL, for both dialects.

Every filter alone has an index that finds its tasks. A statement begins from the one that finds
fewest, and looks at everything else task by task: SQLite is told by which index, for it does not
know how many rows a filter finds, and PostgreSQL by which way to join.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from canut.store.tables.tasks import LABEL_BEGINS
from canut.store.tables.work import Worker
from canut.store.tasks.search_index import match_of

FIRST_TASK = "SELECT t.id FROM store_task t WHERE t.project_id = %s ORDER BY t.id LIMIT 1"
LAST_TASK = "SELECT t.id FROM store_task t WHERE t.project_id = %s ORDER BY t.id DESC LIMIT 1"
type Value = str | int | float
type Said = tuple[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A task filter; practice is left out.

    Args:
        project: whose tasks.
        state: open, closed or aside; any where empty.
        low: labels at least so sure.
        high: labels less sure than this.
        label: exactly this label.
        worker: answered by this worker, by random id.
        flagged: it has a flag.
        known: its label is known.
        text: words in it.
        busy: open, and lent to somebody now.
        unanswered: open, and nobody has answered it.
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
    busy: bool = False
    unanswered: bool = False


class FilterClause(NamedTuple):
    """How a filter finds tasks: table, task column, terms.

    ``sorted_by``: the order in which it finds them. ``beside``: what is asked of a task that was
    found otherwise, where that is not the same: without what only says where its index begins,
    which PostgreSQL takes for one more thing that few tasks are.
    """

    table: str
    key: str
    terms: str
    values: tuple[Value, ...]
    sorted_by: str = "task"
    beside: Said | None = None

    @property
    def asked(self) -> Said:
        """The condition on a task found by another clause."""
        return self.beside or (self.terms, self.values)

    @property
    def is_of_state(self) -> bool:
        """Return whether it uses only the task's state."""
        return self.table.startswith("store_taskstate")


class Query(NamedTuple):
    """The parts of a statement: the driving clause, and the other conditions."""

    part: FilterClause
    terms: str
    values: tuple[Value, ...]


def query_of(chosen: Filter) -> Query:
    """Choose the driving clause; the other filters become conditions per task."""
    parts = parts_of(chosen)
    start, *others = parts or [FilterClause("", "s.task_id", "", ())]
    return Query(start, *all_beside(chosen, others))


def all_beside(chosen: Filter, parts: Sequence[FilterClause]) -> Said:
    """Write the conditions on a task found by another clause."""
    terms = ["s.project_id = %s", *map(_beside, parts)]
    if not chosen.state:
        terms.append("s.state <> 'practice'")
    values = (value for part in parts for value in part.asked[1])
    return " AND ".join(terms), (chosen.project, *values)


def _beside(part: FilterClause) -> str:
    """Write one filter's condition on a task found by another clause."""
    if part.is_of_state:
        return part.asked[0]
    terms = f"{part.key} = s.task_id AND {part.terms}{one_by_one()}"
    return join_clauses("EXISTS (SELECT 1 FROM", part.table, "WHERE", terms, ")")


def parts_of(chosen: Filter) -> list[FilterClause]:
    """List the active filters, most selective first."""
    state = "store_taskstate s"
    parts: list[FilterClause] = []
    own = (chosen.project,)
    if chosen.text:  # first, as looking a word up task by task is slow
        parts.append(_text_part(chosen))
    if chosen.worker:
        worker = Worker.objects.filter(project=chosen.project, public_id=chosen.worker).first()
        parts.append(
            FilterClause(
                f"store_lease d{by_index('lease_taken')}",
                "d.task_id",
                "d.worker_id = %s AND d.state <= 2 AND d.state = 1",
                (worker.id if worker else 0,),
            )
        )
    if chosen.flagged:
        terms = "s.project_id = %s AND s.flagged_ms IS NOT NULL"
        parts.append(FilterClause(state + by_index("task_flagged"), "s.task_id", terms, own))
    if chosen.known:
        terms = "k.project_id = %s AND k.known IS NOT NULL"
        parts.append(FilterClause(f"store_task k{by_index('task_known')}", "k.id", terms, own))
    if chosen.label:
        terms = (
            f"s.project_id = %s AND s.label IS NOT NULL AND {label_start()} = %s AND s.label = %s"
        )
        values = (*own, chosen.label[:LABEL_BEGINS], chosen.label)
        beside = ("s.label = %s", (chosen.label,))
        by = by_index("task_by_label")
        parts.append(FilterClause(state + by, "s.task_id", terms, values, beside=beside))
    if chosen.low is not None or chosen.high is not None:
        low = 0.0 if chosen.low is None else chosen.low
        high = 2.0 if chosen.high is None else chosen.high
        terms = "s.project_id = %s AND s.confidence >= %s AND s.confidence < %s"
        by = by_index("task_by_confidence")
        parts.append(FilterClause(state + by, "s.task_id", terms, (*own, low, high), "sure"))
    for is_chosen, own_term in ((chosen.busy, "s.live > 0"), (chosen.unanswered, "s.counted = 0")):
        if is_chosen:
            terms = f"s.project_id = %s AND s.state = 'open' AND {own_term}"
            by = by_index("task_by_state")
            parts.append(FilterClause(state + by, "s.task_id", terms, own))
    if chosen.state:
        terms = "s.project_id = %s AND s.state = %s"
        parts.append(
            FilterClause(
                state + by_index("task_by_state"), "s.task_id", terms, (*own, chosen.state)
            )
        )
    return parts


def _text_part(chosen: Filter) -> FilterClause:
    match = match_of(chosen.text)
    if connection.vendor == "sqlite":
        terms = f"x.store_tasktext MATCH %s AND x.rowid BETWEEN ({FIRST_TASK}) AND ({LAST_TASK})"
        values = (match or '""', chosen.project, chosen.project)
        return FilterClause("store_tasktext x", "x.rowid", terms, values)
    terms = "x.words @@ to_tsquery('simple', %s)"
    return FilterClause("store_tasktext x", "x.task_id", terms, (match,))


def by_index(index: str) -> str:
    """Name an index for SQLite, which does not know the filter's selectivity."""
    return f" INDEXED BY {index}" if connection.vendor == "sqlite" else ""


def label_start() -> str:
    """Write the label prefix exactly as its index does."""
    name = "SUBSTR" if connection.vendor == "sqlite" else "SUBSTRING"
    return f"{name}(s.label, 1, {LABEL_BEGINS})"


def one_by_one() -> str:
    """End a subquery that PostgreSQL must run per row: OFFSET 0 blocks flattening.

    Otherwise it reads all tasks there are and joins them by hash, for a page of fifty.
    """
    return " OFFSET 0" if connection.vendor == "postgresql" else ""


def tables_of(query: Query) -> Said:
    """Write the tables and terms of a query, without order or cursor, and its values."""
    part = query.part
    if part.is_of_state:
        return f"{part.table} WHERE {part.terms} AND {query.terms}", (*part.values, *query.values)
    return with_state(part, query.terms, query.values)


def with_state(part: FilterClause, terms: str, values: tuple[Value, ...]) -> Said:
    """Join the task state to a clause's tasks, with its conditions."""
    if connection.vendor == "sqlite":
        join = f"CROSS JOIN store_taskstate s WHERE s.task_id = {part.key}"
        return f"{part.table} {join} AND {part.terms} AND {terms}", (*part.values, *values)
    state = join_clauses(
        "SELECT * FROM store_taskstate s WHERE s.task_id =", part.key, "AND", terms
    )
    sql = f"{part.table} CROSS JOIN LATERAL ({state}{one_by_one()}) s WHERE {part.terms}"
    return sql, (*values, *part.values)


def join_clauses(*parts: str) -> str:
    """Join the parts of a statement; all values in it are placeholders."""
    return " ".join(parts)
