"""Queries and inserts that Django writes once, and that then run again with other values.

Django writes the SQL of a query anew each time it runs; for a short statement that costs ten times
what the database needs. Where one action runs a dozen of them thousands of times, each is written
once a process here, by Django itself, from the same models.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import DatabaseDefault


class _Mark(NamedTuple):
    """Stands for a value that comes later, by its position among them."""

    position: int


class _Written(NamedTuple):
    """A query as SQL, what each placeholder stands for, and how Django reads its columns."""

    sql: str
    parameters: list[Any]
    converters: Any
    compiler: Any


class FixedQuery:
    """A query of columns (``values_list``) that is written once.

    Args:
        build: makes the query from its values, with which it may only compare columns.
        samples: one value of the right type for each, different from one another and from every
            constant of the query.

    Example:
        >>> from django.contrib.auth.models import Group
        >>> name_of = FixedQuery(lambda number: Group.objects.filter(pk=number).values_list(
        ...     "name"), [-71])
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], samples: list[Any]) -> None:
        self._build, self._samples = build, samples
        self._written: dict[str, _Written] = {}

    def rows(self, *values: object) -> list[tuple[Any, ...]]:
        """Run the query with these values, none of them None; return its rows."""
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = self._write()
        with connection.cursor() as cursor:
            cursor.execute(
                written.sql,
                [
                    _adapted([values[parameter.position]])[0]
                    if isinstance(parameter, _Mark)
                    else parameter
                    for parameter in written.parameters
                ],
            )
            rows: Iterable[Any] = cursor.fetchall()
        if written.converters:
            rows = written.compiler.apply_converters(rows, written.converters)
        return [tuple(row) for row in rows]

    def first(self, *values: object) -> tuple[Any, ...] | None:
        """Run the query with these values; return its first row, None without one."""
        return next(iter(self.rows(*values)), None)

    def _write(self) -> _Written:
        """Let Django write the query.

        Raises:
            TypeError: a value is compared with nothing, or in a form it was not given in.
        """
        compiler: Any = self._build(*self._samples).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        samples = _adapted(self._samples)
        marked = [
            _Mark(samples.index(parameter)) if parameter in samples else parameter
            for parameter in parameters
        ]
        if {mark.position for mark in marked if isinstance(mark, _Mark)} != {*range(len(samples))}:
            raise TypeError(f"a value of this query is compared with nothing: {sql}")
        columns = [expression for expression, _sql, _alias in compiler.select]
        return _Written(sql, marked, compiler.get_converters(columns), compiler)


def row_of[Row: Model](model: type[Row], names: Sequence[str], columns: Sequence[Any]) -> Row:
    """Return a row of a table of which some columns were read; the others are when asked for.

    Args:
        model: of which table.
        names: of the columns, as attributes.
        columns: what was read, in the order of the names; what stands behind them is not taken.
    """
    column_of = dict(zip(names, columns, strict=False))
    fields = [field.attname for field in model._meta.concrete_fields if field.attname in column_of]
    return model.from_db(None, fields, [column_of[name] for name in fields])


class FixedInsert[Row: Model]:
    """The insert of a model's rows, written once; no signal is sent.

    Args:
        model: none of its columns is filled in by the database, but its key.
    """

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        self._written: dict[tuple[str, bool, bool], tuple[str, list[Field[Any, Any]]]] = {}

    def add(self, row: Row, *, or_ignore: bool = False) -> bool:
        """Insert a row, and give it its key.

        Args:
            row: not stored yet.
            or_ignore: leave it out, without a fault, where another has what must be unique.

        Returns:
            Whether it was inserted.

        Raises:
            IntegrityError: another has what must be unique.
        """
        form = (connection.vendor, row.pk is not None, or_ignore)
        if form not in self._written:
            self._written[form] = self._write(has_key=row.pk is not None, or_ignore=or_ignore)
        sql, fields = self._written[form]
        prepared = [
            field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, prepared)
            inserted = cursor.fetchone()
        if inserted is not None:
            row.pk = inserted[0]
        return inserted is not None

    def _write(self, *, has_key: bool, or_ignore: bool) -> tuple[str, list[Field[Any, Any]]]:
        """Write the insert of rows that have a key, or of those that get one."""
        model, quote = self._model, connection.ops.quote_name
        meta = model._meta
        fields = [field for field in meta.concrete_fields if has_key or not field.primary_key]
        if any(isinstance(field.get_default(), DatabaseDefault) for field in fields):
            raise TypeError(f"the database fills in columns of {meta.db_table}")
        words = [
            *("INSERT INTO", quote(meta.db_table), "("),
            ", ".join(quote(str(field.column)) for field in fields),
            *(") VALUES (", ", ".join(["%s"] * len(fields)), ")"),
            *(["ON CONFLICT DO NOTHING"] if or_ignore else []),
            *("RETURNING", quote(str(meta.pk.column))),
        ]
        return " ".join(words), fields


class FixedUpdate:
    """The update of named columns of one row, written once; no signal is sent."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self._model, self._names = model, names
        self._written: dict[str, str] = {}

    def change(self, key: int, *values: object) -> None:
        """Change the row of a key, where there is one.

        Args:
            key: the primary key.
            values: one for each column, in the order of the model.
        """
        meta, quote = self._model._meta, connection.ops.quote_name
        fields = [field for field in meta.concrete_fields if field.name in self._names]
        if connection.vendor not in self._written:
            changes = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
            where = f"{quote(str(meta.pk.column))} = %s"
            self._written[connection.vendor] = " ".join(
                ["UPDATE", quote(meta.db_table), "SET", changes, "WHERE", where]
            )
        prepared = [
            field.get_db_prep_save(given, connection)
            for field, given in zip(fields, values, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._written[connection.vendor], [*prepared, key])


def _adapted(values: list[Any]) -> list[Any]:
    """Return values as the driver takes them."""
    return [connection.ops.adapt_unknown_value(value) for value in values]
