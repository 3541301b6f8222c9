"""Import pre-labels: from columns of an import, or from a file of their own.

A pre-label is an answer by a model: stored apart from people's answers, never counted and never
paid. A label that the question does not allow is refused with its row and column: while reading if
the question is known by then, else before publishing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from canut.actions.platform.bulk_pacing import BulkPacer
from canut.core.errors import BadInput
from canut.core.formats import FileColumn, read, sniff, stream_rows
from canut.core.formats.tables.columns import Batch
from canut.core.formats.tables.row_hashes import RowHashes, hashes_of
from canut.core.formats.tables.rows import Problem, Row
from canut.core.formats.tables.writing import check_format
from canut.core.kinds import (
    Schema,
    check_schema,
    label_of_values,
    questions_of,
    values_of_label,
)
from canut.core.outside_text import read_number
from canut.store.learning.prelabels import (
    OfRow,
    OfTask,
    insert_of_tasks,
    labels_of_source,
    said_of_source,
)
from canut.store.models import Import, ModelAuthor, Project, Task

NAMELESS = "model"
AT_ONCE = 2_000
SHOWN_CHOICES = 12
NAME_LIMIT, VERSION_LIMIT = 120, 60
COLUMNS = (
    FileColumn("task", "whole"),
    FileColumn("key"),
    FileColumn("author_kind"),
    FileColumn("model"),
    FileColumn("version"),
    FileColumn("label"),
    FileColumn("score", "number"),
)


@dataclass(frozen=True, slots=True)
class PrelabelColumns:
    """The columns that hold the pre-label.

    Args:
        label: what it said; an empty cell says nothing.
        score: how sure it was, from 0 to 1; none where it does not say.
        source: which model said it; ``model`` where no column does.
        model: the model's name where no column says it.
        version: the model's version.
    """

    label: str
    score: str | None = None
    source: str | None = None
    model: str = NAMELESS
    version: str = ""

    def names(self) -> list[str]:
        """Return the columns, for a check that the file has them."""
        return [name for name in (self.label, self.score, self.source) if name is not None]


class ParsedPrelabel(NamedTuple):
    """The pre-label of a row: the model's name, the label, its score."""

    model: str
    label: str
    score: float | None


class Prelabels:
    """Takes the pre-labels out of the rows of an import.

    Args:
        schema: what the project asks; None while it asks nothing.
        columns: the columns with the labels.
    """

    def __init__(self, schema: Schema | None, columns: PrelabelColumns) -> None:
        self._columns = columns
        self._schema = schema
        self._labels: dict[str, str | None] = {}

    def fault_of(self, line: int, row: Row) -> Problem | None:
        """Return why the pre-label of a row cannot be stored; None if it can."""
        columns = self._columns
        label = row.get(columns.label, "").strip()
        if not label:
            return None
        if self._schema is not None and _normal(self._schema, label, self._labels) is None:
            facts = {"seen": label[:200], "known": _known(self._schema)}
            return Problem(line, columns.label, "prelabel-unknown", facts)
        cell = row.get(columns.score, "").strip() if columns.score else ""
        if cell and score_of(cell) is None:
            return Problem(line, columns.score or "", "prelabel-score", {"seen": cell[:40]})
        return None

    def taken(self, lines: Sequence[int], rows: Sequence[Row]) -> dict[int, ParsedPrelabel]:
        """Remove the pre-label columns from the rows and return the pre-labels, by line."""
        columns, prelabels = self._columns, dict[int, ParsedPrelabel]()
        for line, row in zip(lines, rows, strict=True):
            label = row.pop(columns.label, "").strip()
            cell = row.pop(columns.score, "").strip() if columns.score else ""
            name = row.pop(columns.source, "").strip() if columns.source else ""
            if label:
                normal = _normal(self._schema, label, self._labels) if self._schema else label
                prelabels[line] = ParsedPrelabel(name, normal or label, score_of(cell))
        return prelabels


class Authors:
    """The models of a project by name, created on first use.

    Args:
        project_id: whose tasks they label.
        columns: the name and version where a row does not say.
    """

    def __init__(self, project_id: int, columns: PrelabelColumns) -> None:
        self._project = project_id
        self._columns = columns
        self._known: dict[str, int] = {}

    def sign(
        self, source_id: int, prelabels: Mapping[int, ParsedPrelabel], rows: Sequence[int]
    ) -> list[OfRow]:
        """Return the pre-labels of some rows of an import, with the ids of their models."""
        return [
            OfRow(self.of(prelabel.model), prelabel.label, prelabel.score, source_id, row)
            for row in rows
            if (prelabel := prelabels.get(row)) is not None
        ]

    def of(self, name: str) -> int:
        """Return the id of a model, creating it if needed."""
        name = name[:NAME_LIMIT] or self._columns.model[:NAME_LIMIT] or NAMELESS
        if name not in self._known:
            version = self._columns.version[:VERSION_LIMIT]
            author, _ = ModelAuthor.objects.get_or_create(
                project_id=self._project, name=name, version=version
            )
            self._known[name] = author.pk
        return self._known[name]


def check_prelabels(source: Import, new_schema: object = None) -> None:
    """Refuse pre-labels that the question does not allow.

    Args:
        source: the import.
        new_schema: the schema about to be asked; what the project asks now where it is left out.

    Raises:
        BadInput: ``prelabel-refused``, with the first row and its column.
        BadQuestion: nobody could answer the schema.
    """
    spec = source.reading.get("options", {}).get("prelabel")
    if not spec:
        return
    schema = schema_of(source.project_id) if new_schema is None else check_schema(new_schema)
    if schema is None:
        return
    normal_forms: dict[str, str | None] = {}
    for label, row in labels_of_source(source.id):
        if _normal(schema, label, normal_forms) is None:
            raise BadInput(
                f"row {row}, column {spec['label']!r}: {label!r} is not among the answers of the "
                f"question: {_known(schema)}; add it, or choose the columns again",
                code="prelabel-refused",
                line=row,
                column=str(spec["label"]),
                seen=label[:200],
                known=_known(schema),
            )


@dataclass(frozen=True, slots=True)
class PrelabelReport:
    """The result of a file of pre-labels: how many were stored, and the rows rejected."""

    kept: int
    problems: list[Problem]


def bring_prelabels(
    project: Project, path: Path, id_column: str, columns: PrelabelColumns
) -> PrelabelReport:
    """Import pre-labels of published tasks from a file of their own, by task key.

    Every row is looked at before one is kept; where one cannot be, nothing is.

    Args:
        project: whose tasks they are.
        path: CSV, JSONL or Parquet.
        id_column: holds the key of the task.
        columns: what the model said, and who it is.

    Raises:
        BadFile: the file cannot be read.
        BadInput: ``column-unknown``; nothing is asked yet.
    """
    reading = sniff(path)
    for column in (id_column, *columns.names()):
        if column not in reading.columns:
            raise BadInput(
                f"the file has no column {column!r}; it has {', '.join(reading.columns)}",
                code="column-unknown",
                column=column,
            )
    schema = schema_of(project.pk)
    if schema is None:
        raise BadInput("nothing is asked yet; write the question first", code="nothing-asked")
    file = _File(project, path, id_column, columns, schema)
    problems = file.problems()
    return PrelabelReport(0 if problems else file.keep(), problems)


class _File:
    """A file of pre-labels, read twice: once to check, once to store."""

    def __init__(
        self, project: Project, path: Path, id_column: str, columns: PrelabelColumns, schema: Schema
    ) -> None:
        self._path = path
        self._reading = sniff(path)
        self._id = id_column
        self._columns = columns
        self._schema = schema
        self._labels: dict[str, str | None] = {}
        self._tasks, self._twice = _tasks_by_key(project.pk)
        self._authors = Authors(project.pk, columns)

    def problems(self) -> list[Problem]:
        """Return the first rows that cannot be stored."""
        problems: list[Problem] = []
        for rows in read(self._path, self._reading):
            problems += rows.problems
            tasks = self._found([row.get(self._id, "") for row in rows.rows])
            for line, row, task in zip(rows.lines, rows.rows, tasks, strict=True):
                problem = self._fault(line, row, task)
                if problem is not None:
                    problems.append(problem)
            if len(problems) >= AT_ONCE:
                break
        return problems

    def keep(self) -> int:
        """Store every row in paced chunks; a repeated run replaces what it wrote."""
        count, columns = 0, self._columns
        with BulkPacer() as pace:
            for rows in read(self._path, self._reading):
                tasks = self._found([row.get(self._id, "") for row in rows.rows])
                prelabels = [
                    OfTask(
                        task,
                        self._authors.of(row.get(columns.source or "", "").strip()),
                        _normal(self._schema, label, self._labels) or label,
                        score_of(row.get(columns.score or "", "").strip()),
                    )
                    for row, task in zip(rows.rows, tasks, strict=True)
                    if (label := row.get(columns.label, "").strip())
                ]
                while prelabels:
                    some, prelabels = prelabels[: pace.rows], prelabels[pace.rows :]
                    with pace.chunk(len(some)):
                        insert_of_tasks(some)
                    count += len(some)
        return count

    def _found(self, keys: list[str]) -> list[int]:
        if not keys:
            return []
        tasks, _ = self._tasks.lines_of(hashes_of(map(str.encode, keys)))
        return [int(task) for task in tasks]

    def _fault(self, line: int, row: Row, task: int) -> Problem | None:
        key, columns = row.get(self._id, ""), self._columns
        label = row.get(columns.label, "").strip()
        cell = row.get(columns.score, "").strip() if columns.score else ""
        if not task:
            return Problem(line, self._id, "prelabel-no-task", {"seen": key[:200]})
        if task in self._twice:
            return Problem(line, self._id, "prelabel-task-twice", {"seen": key[:200]})
        if label and _normal(self._schema, label, self._labels) is None:
            facts = {"seen": label[:200], "known": _known(self._schema)}
            return Problem(line, columns.label, "prelabel-unknown", facts)
        if cell and score_of(cell) is None:
            return Problem(line, columns.score or "", "prelabel-score", {"seen": cell[:40]})
        return None


def _tasks_by_key(project_id: int) -> tuple[RowHashes, set[int]]:
    """Read the keys of a project's published tasks; return also duplicated keys."""
    by_key, twice, last = RowHashes(), set[int](), 0
    tasks = Task.objects.filter(project=project_id, now__isnull=False, row__gt=0).order_by("id")
    while True:
        page = list(tasks.filter(id__gt=last).values_list("id", "key")[:AT_ONCE])
        if not page:
            return by_key, twice
        numbers = [number for number, _ in page]
        first, _ = by_key.first_lines(hashes_of(key.encode() for _, key in page), numbers)
        twice.update(int(number) for number in first if number)
        last = numbers[-1]


def export_prelabels(project_id: int, form: str, *, for_excel: str = "") -> Iterator[bytes]:
    """Stream the pre-labels of a project's tasks, separate from people's answers.

    Args:
        project_id: whose; who may take them is checked by the caller.
        form: csv, jsonl, json or parquet.
        for_excel: the separator of a CSV for Excel; empty for programs.

    Raises:
        BadInput: the format cannot be written.
    """
    check_format(form)
    return stream_rows(form, COLUMNS, _batches(project_id), for_excel=for_excel)


def _batches(project_id: int) -> Iterator[Batch]:
    imports = Import.objects.filter(project_id=project_id, state=Import.State.PUBLISHED)
    for source in imports.order_by("id").values_list("id", flat=True):
        after = (-1, 0)
        while rows := said_of_source(source, after, AT_ONCE):
            after = (rows[-1][1].row, rows[-1][0])
            yield [
                (
                    prelabel.task,
                    prelabel.key,
                    "model",
                    prelabel.model,
                    prelabel.version,
                    prelabel.label,
                    prelabel.score,
                )
                for _, prelabel in rows
            ]


@transaction.atomic
def schema_of(project_id: int) -> Schema | None:
    """Return the current question schema; None if there is no question yet."""
    question = Project.objects.get(id=project_id).questions.order_by("-number").first()
    return None if question is None else question.schema


def score_of(cell: str) -> float | None:
    """Parse a score from 0 to 1; None if the text is no score.

    >>> score_of("0,93"), score_of("1.2"), score_of("nan")
    (0.93, None, None)
    """
    score = read_number(cell.strip().replace(",", "."), 1)
    return None if score is None or score < 0 else score


def _normal(schema: Schema, label: str, normal_forms: dict[str, str | None]) -> str | None:
    """Return a label in the form answers use; None if the question does not allow it."""
    if label not in normal_forms:
        try:
            normal_forms[label] = label_of_values(schema, values_of_label(schema, label))
        except BadInput:
            normal_forms[label] = None
    return normal_forms[label]


def _known(schema: Schema) -> str:
    choices = questions_of(schema)[0].get("choices")
    values = [
        str(choice["value"])
        for choice in (choices if isinstance(choices, list) else [])
        if isinstance(choice, Mapping)
    ]
    more = ", …" if len(values) > SHOWN_CHOICES else ""
    return ", ".join(values[:SHOWN_CHOICES]) + more
