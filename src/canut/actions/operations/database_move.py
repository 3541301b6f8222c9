"""Move the database to another kind: SQLite to PostgreSQL, and back.

Every row is copied in the order of its number, in transactions of a few thousand, so that a move
that was cut short goes on where it stopped. Then every row of both is read again and compared, and
the logs must have the same ends. Only after that may the new database be served, and may the old
one no more. The files of the data folder (media, keys, places) stay where they are.

The rows are read in one transaction that lets nobody write meanwhile. The search index is not
copied: a job fills it again.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import batched, zip_longest
from typing import Any, NamedTuple

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from canut.core.clock import Ms
from canut.core.errors import Conflict, NotReady
from canut.store.platform.instance import MOVED, MOVING
from canut.store.tables.ledger import Log
from canut.store.tables.people import Person
from canut.store.tables.platform import Fact
from canut.store.tables.tasks import TextIndex

SOURCE, TARGET = "default", "move-target"
ROWS_A_BATCH = 5_000

type Table = type[models.Model]
type Row = tuple[Any, ...]
type Report = Callable[[str, int], None]


class Moved(NamedTuple):
    """What a finished move copied and compared: tables, rows, and the entries of all logs."""

    tables: int
    rows: int
    log_entries: int


class _Order(NamedTuple):
    """Tables, each after those it refers to; and the columns that refer to later ones."""

    tables: list[Table]
    late: dict[Table, list[str]]


def move_database(settings: dict[str, Any], now_ms: Ms, report: Report) -> Moved:
    """Copy the whole database into another one and compare every row.

    Args:
        settings: of the new database, as ``DATABASES`` has them; it must be unused, or hold an
            unfinished move.
        now_ms: noted in the old database, which is not served any more.
        report: called with the name of a table and its rows, after each.

    Raises:
        NotReady: the new database does not answer.
        Conflict: it is in use, or a row differs after the copy.
    """
    connections.settings[TARGET] = connections.configure_settings({"default": settings})["default"]
    try:
        _prepare_target()
        order = _ordered_tables()
        with transaction.atomic(using=SOURCE):
            _let_nobody_write(order.tables)
            rows = sum(_copy(table, order, report) for table in order.tables)
            for table, names in order.late.items():
                _copy_late(table, names)
            for table in order.tables:
                _compare(table)
            _copy_sequences(order.tables)
            entries = _compare_logs()
            with transaction.atomic(using=TARGET):
                Fact.objects.using(TARGET).all().delete()
                _insert(Fact, _rows(Fact, SOURCE))
            _compare(Fact)
            kind = connections[TARGET].vendor
            Fact.objects.using(SOURCE).update_or_create(
                name=MOVED, defaults={"value": json.dumps({"to": kind, "at_ms": now_ms})}
            )
        return Moved(len(order.tables) + 1, rows, entries)
    except DatabaseError as failure:
        raise NotReady(f"the new database: {failure}", code="move-database") from failure
    finally:
        connections[TARGET].close()


def _prepare_target() -> None:
    """Create the tables of an unused database, empty; mark it as unfinished."""
    facts = Fact.objects.using(TARGET)
    with connections[TARGET].cursor() as cursor:
        is_new = Fact._meta.db_table not in connections[TARGET].introspection.table_names(cursor)
    if not is_new and facts.filter(name=MOVING).exists():
        return
    call_command("migrate", database=TARGET, verbosity=0, interactive=False)
    if Person.objects.using(TARGET).exists():
        raise Conflict(
            "the new database is in use: it has people; give one that is empty",
            code="move-target-used",
        )
    with transaction.atomic(using=TARGET):
        for table in reversed(_ordered_tables().tables):
            table._base_manager.using(TARGET).all().delete()
        facts.all().delete()
        facts.create(name=MOVING, value="1")


def _ordered_tables() -> _Order:
    """Order the tables by their references; nullable ones that close a circle come late."""
    tables = [
        table
        for table in apps.get_models(include_auto_created=True)
        if table not in {Fact, TextIndex} and not table._meta.proxy and table._meta.managed
    ]
    references = {
        table: {
            field.remote_field.model: field
            for field in table._meta.local_concrete_fields
            if field.remote_field and field.remote_field.model in tables
            if field.remote_field.model is not table
        }
        for table in tables
    }
    late: dict[Table, list[str]] = {}
    while True:
        try:
            sorter = TopologicalSorter({table: [*to] for table, to in references.items()})
            return _Order([*sorter.static_order()], late)
        except CycleError as circle:
            # graphlib lists each node before the one that refers to it
            for to, table in zip(circle.args[1], circle.args[1][1:], strict=False):
                if (field := references[table].get(to)) is not None and field.null:
                    late.setdefault(table, []).append(field.attname)
                    del references[table][to]
                    break
            else:
                raise


def _let_nobody_write(tables: Iterable[Table]) -> None:
    """Lock the old database against writers until the transaction ends."""
    connection = connections[SOURCE]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            locked: list[Table] = [*tables, Fact]
            names = ", ".join(connection.ops.quote_name(t._meta.db_table) for t in locked)
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        else:  # the transaction itself has the writer lock once it wrote
            cursor.execute("DELETE FROM store_fact WHERE name = %s", (MOVED,))


def _is_numbered(table: Table) -> bool:
    """Return whether the primary key is a whole number, by which rows can be ordered anywhere."""
    key: Any = table._meta.pk
    while key.remote_field:
        key = key.remote_field.model._meta.pk
    return isinstance(key, models.IntegerField)


def _names(table: Table) -> list[str]:
    return [field.attname for field in table._meta.local_concrete_fields]


def _rows(table: Table, alias: str, after: int | None = None) -> Iterator[Row]:
    """Read the rows of a table, by their number where they have one."""
    rows = table._base_manager.using(alias).order_by(table._meta.pk.attname)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    yield from rows.values_list(*_names(table)).iterator(chunk_size=ROWS_A_BATCH)


def _copy(table: Table, order: _Order, report: Report) -> int:
    """Copy the rows of one table that are not there yet; return how many it has."""
    there = table._base_manager.using(TARGET)
    after: int | None = None
    if _is_numbered(table):
        after = there.order_by(f"-{table._meta.pk.attname}").values_list("pk", flat=True).first()
    else:
        there.all().delete()
    blank = [_names(table).index(name) for name in order.late.get(table, ())]
    for batch in batched(_rows(table, SOURCE, after), ROWS_A_BATCH, strict=False):
        rows = [_without(row, blank) for row in batch] if blank else batch
        with transaction.atomic(using=TARGET):
            _insert(table, rows)
    count = there.count()
    report(table._meta.db_table, count)
    return count


def _without(row: Row, blank: list[int]) -> Row:
    return tuple(None if at in blank else value for at, value in enumerate(row))


def _insert(table: Table, rows: Iterable[Row]) -> None:
    """Write rows as they are, without the defaults and hooks of the table."""
    connection = connections[TARGET]
    fields = table._meta.local_concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    name = quote(table._meta.db_table)
    prepared = (
        [
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields, row, strict=True)
        ]
        for row in rows
    )
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", [*prepared])  # noqa: S608 - our own tables
            return
        copying: Any = cursor
        with copying.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
            for row in prepared:
                copy.write_row(row)


def _copy_late(table: Table, names: list[str]) -> None:
    """Write the references that had to wait for the tables they refer to."""
    there = table._base_manager.using(TARGET)
    for name in names:
        rows = table._base_manager.using(SOURCE).exclude(**{name: None})
        for key, value in rows.values_list("pk", name).iterator(chunk_size=ROWS_A_BATCH):
            there.filter(pk=key).update(**{name: value})


def _compare(table: Table) -> None:
    """Read a table on both sides and compare each row.

    Raises:
        Conflict: a row differs, with its table and number.
    """
    before, after = _rows(table, SOURCE), _rows(table, TARGET)
    if not _is_numbered(table):  # texts are ordered differently by each database
        before, after = (iter(sorted(rows, key=repr)) for rows in (before, after))
    for old, new in zip_longest(before, after):
        if old != new:
            key = _names(table).index(table._meta.pk.attname)
            number = (old or new or ())[key]
            raise Conflict(
                f"{table._meta.db_table} differs at {number} after the copy; the old database is as"
                " it was. If it was served since a move that was cut short, give an empty new"
                " database and move again; else report this",
                code="move-differs",
            )


def _copy_sequences(tables: Iterable[Table]) -> None:
    """Have new rows numbered after all that were ever given, deleted rows included."""
    for table in tables:
        key = table._meta.auto_field
        if key is None:
            continue
        name, column = table._meta.db_table, str(key.column)
        last = max(_last_number(SOURCE, name, column), _highest(table))
        if last:
            _go_on_after(connections[TARGET], name, column, last)


def _highest(table: Table) -> int:
    return table._base_manager.using(TARGET).aggregate(last=models.Max("pk"))["last"] or 0


def _last_number(alias: str, name: str, column: str) -> int:
    """Return the last number given in a table, 0 if none was."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", (name, column))
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608 - the database's own name
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", (name,))
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _go_on_after(connection: BaseDatabaseWrapper, name: str, column: str, last: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(CAST(pg_get_serial_sequence(%s, %s) AS regclass), %s)",
                (name, column, last),
            )
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", (name,))
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", (name, last))


def _compare_logs() -> int:
    """Compare the ends of all logs; return how many entries they have.

    Raises:
        Conflict: the end of a log differs.
    """
    ends = [
        [*Log.objects.using(alias).order_by("pk").values_list("origin", "size", "checkpoint")]
        for alias in (SOURCE, TARGET)
    ]
    if ends[0] != ends[1]:
        raise Conflict("a log ends differently after the copy", code="move-differs")
    return sum(size for _origin, size, _checkpoint in ends[0])
