"""Export labels or answers of a project as a stream, and mark the exported tasks.

An exported task can no longer be corrected by its workers. Each chunk is therefore marked first,
then read, so that the file holds the final answers. A task without a label is listed, but not
marked.

Which labels may be exported, and how a format writes them, is decided in the exports of each
format.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple, cast

import msgspec

from canut.actions.platform import system_clock
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.core.clock import Ms
from canut.core.errors import BadInput, Missing
from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables.columns import Batch
from canut.core.formats.tables.writing import check_format, stream_parquet
from canut.core.kinds import (
    Question,
    Schema,
    label_of_values,
    labels_of_values,
    questions_of,
    values_of_label,
)
from canut.core.kinds.page import choice_fields
from canut.core.kinds.shared.form_fields import flat_fields
from canut.store.datasets import export_rows
from canut.store.datasets.card_figures import has_simulated
from canut.store.datasets.export_rows import LabelRow
from canut.store.datasets.withdrawals import withdrawn_tasks
from canut.store.learning.loop import rule_of_loop
from canut.store.models import Import, Media, Project, QuestionVersion, Task
from canut.store.projects.versions import question_or_none
from canut.store.tables.learning import LoopRule
from canut.store.tables.tasks import decode_row

CHUNK_ROWS = 2_000


MARKED_AT_ONCE = 500


LOOKED_AT, MOST_COLUMNS = 100, 200


FIRST_DAY = date(1970, 1, 1)


LABELS = (
    FileColumn("task", "whole"),
    FileColumn("key"),
    FileColumn("label"),
    FileColumn("confidence", "number"),
    FileColumn("answers", "whole"),
    FileColumn("decided"),
    FileColumn("decided_by"),
)


ANSWERS = (
    FileColumn("answer", "whole"),
    FileColumn("task", "whole"),
    FileColumn("key"),
    FileColumn("worker"),
    FileColumn("author_kind"),
    FileColumn("label"),
    FileColumn("values"),
    FileColumn("question_version", "whole"),
    FileColumn("answered_at"),
    FileColumn("elapsed_ms", "whole"),
    FileColumn("piece_micro", "whole"),
    FileColumn("currency"),
    FileColumn("counted", "yes-no"),
    FileColumn("surplus", "yes-no"),
)


PRIVATE = (FileColumn("decided_by"),)


SHOW = FileColumn("simulated", "yes-no")  # on each row that goes to strangers: nobody, or somebody


PUBLIC_ANSWERS = frozenset(("task", "key", "author_kind", "label", "values", "question_version"))


decode_values = msgspec.json.Decoder(dict[str, object]).decode


def export_labels(
    project_id: int,
    form: str,
    *,
    for_excel: str = "",
    now_ms: Ms | None = None,
) -> Iterator[bytes]:
    """Stream every task with its label, its provenance, answer count and own data.

    A label that a review decided has no confidence: it is nobody's estimate. Who decided is named
    by their random id.

    Args:
        project_id: whose labels; who may take them is checked by the caller.
        form: csv, jsonl, json, parquet or xlsx.
        for_excel: the separator of a CSV for Excel; empty for programs.
        now_ms: when the tasks left.

    Raises:
        Missing: there is no such project.
        BadInput: the format cannot be written.
    """
    check_export(project_id, form)
    sources = published_sources(project_id)
    data = data_columns(sources)
    by_question = _Told(project_id)
    rows = _label_batches([source.id for source in sources], data, _ms(now_ms), by_question)
    return stream_rows(form, _label_columns(by_question, data), rows, for_excel=for_excel)


def export_public(project_id: int, table: str, form: str, now_ms: Ms) -> Iterator[bytes]:
    """Stream labels or answers for the public, without workers, times and pay.

    Each row says whether anybody in this database is simulated, and so does a Parquet file itself.
    Parquet is packed with gzip, which every verifier of bundles can unpack without a library.

    Args:
        project_id: whose; who may take them is checked by the caller.
        table: ``labels`` or ``answers``.
        form: csv, jsonl, json, parquet or xlsx.
        now_ms: when the tasks left.

    Raises:
        Missing: there is no such project.
        BadInput: the format cannot be written.
    """
    check_export(project_id, form)
    sources = published_sources(project_id)
    data, by_question = data_columns(sources), _Told(project_id)
    columns = ANSWERS if table == "answers" else _label_columns(by_question, data, SHOW)
    if table == "answers":
        rows = _answer_batches(project_id, _ms(now_ms), everything=False)
    else:
        rows = _label_batches([source.id for source in sources], data, _ms(now_ms), by_question)
    public, is_show = public_columns(project_id, table), has_simulated()
    at = [columns.index(column) for column in public if column is not SHOW]
    batches = ([(*(row[index] for index in at), is_show) for row in batch] for batch in rows)
    if form == "parquet":
        return stream_parquet(public, batches, {SHOW.name: str(is_show).lower()}, codec="gzip")
    return stream_rows(form, public, batches)


def public_columns(project_id: int, what: str) -> list[FileColumn]:
    """Return the columns of the public ``labels`` or ``answers``."""
    if what == "answers":
        return [*(column for column in ANSWERS if column.name in PUBLIC_ANSWERS), SHOW]
    data = data_columns(published_sources(project_id))
    columns = _label_columns(_Told(project_id), data, SHOW)
    return [*(column for column in columns if column not in PRIVATE), SHOW]


def separator_for_excel(project_id: int, *, has_decimal_commas: bool = False) -> str:
    """Return the separator that Excel expects in a project's CSV.

    Args:
        project_id: whose; a semicolon where the first file that came in has one.
        has_decimal_commas: whether the reader's language writes decimals with a comma.
    """
    sources = published_sources(project_id)
    is_semicolon = bool(sources) and sources[0].reading.get("separator") == ";"
    return ";" if has_decimal_commas or is_semicolon else ","


def published_sources(project_id: int) -> list[Import]:
    """Return the published imports of a project, oldest first."""
    imports = Import.objects.filter(project_id=project_id, state=Import.State.PUBLISHED)
    return list(imports.order_by("id"))


def _label_columns(
    by_question: "_Told", data: list[str], *more: FileColumn
) -> tuple[FileColumn, ...]:
    """Return the columns of labels; ``more`` are reserved names of the caller's columns."""
    reserved = {*(column.name for column in (*LABELS, *more)), *by_question.columns}
    return (*LABELS, *map(FileColumn, [*by_question.columns, *own_names(data, reserved)]))


def fields_shown(page: Question, project_id: int) -> list[str]:
    """Return the fields of an own page that get a column: named ones, then those answers have.

    Those of the last hundred answers are looked at; ``values`` of the answers has all.
    """
    names = dict.fromkeys(choice_fields(page))
    rules = cast("Mapping[str, object]", page.get("answer", {})).get("properties", {})
    names |= dict.fromkeys(cast("Mapping[str, object]", rules))
    for text in export_rows.last_values(project_id, LOOKED_AT):
        sent = decode_values(text).get(str(page["id"]), {})
        names |= dict.fromkeys(flat_fields(cast("Mapping[str, list[str]]", sent)))
    return list(names)[:MOST_COLUMNS]


class _Told:
    """The label of each question, if there are several: one column each."""

    def __init__(self, project_id: int) -> None:
        self.is_imitation = rule_of_loop(project_id).role == LoopRule.Role.IMITATE
        newest = QuestionVersion.objects.filter(project_id=project_id).order_by("-number").first()
        self._schema: Schema = newest.schema if newest else {"questions": [], "show": []}
        ids = [str(question["id"]) for question in questions_of(self._schema)]
        self._ids = ids if len(ids) > 1 else []
        self.columns = [f"label.{name}" for name in self._ids]
        self._page = next(
            (each for each in questions_of(self._schema) if each["kind"] == "page"), None
        )
        self._fields = [] if self._page is None else fields_shown(self._page, project_id)
        self.columns += [f"field.{name}" for name in self._fields]

    def of(self, label: str | None) -> list[str | None]:
        """Return the label of each question; None where the label is for another question."""
        if not self._ids and not self._fields:
            return []
        try:
            values = values_of_label(self._schema, label or "")
            labels = labels_of_values(self._schema, values)
        except BadInput:
            return [None] * (len(self._ids) + len(self._fields))
        return [*(labels.get(name) for name in self._ids), *self._fields_of(values)]

    def _fields_of(self, values: Mapping[str, object]) -> list[str | None]:
        """Return each field of an own page as text, several joined by ``|``."""
        sent = {} if self._page is None else values.get(str(self._page["id"]), {})
        flat = flat_fields(cast("Mapping[str, list[str]]", sent))
        return ["|".join(flat[name]) if name in flat else None for name in self._fields]


def label_rows(sources: list[int], now_ms: int) -> Iterator[list[export_rows.LabelRow]]:
    """Yield the tasks of imports with their labels in chunks, marked as exported first."""
    for source in sources:
        last = -1
        while rows := export_rows.labels_of(source, last, CHUNK_ROWS):
            if mark_left([row.task for row in rows if row.label is not None], now_ms):
                rows = export_rows.labels_of(source, last, CHUNK_ROWS)
            last = rows[-1].row
            yield rows


def _label_batches(
    sources: list[int], data: list[str], now_ms: int, by_question: _Told
) -> Iterator[Batch]:
    for rows in label_rows(sources, now_ms):
        yield [
            (
                row.task,
                row.key,
                row.label,
                row.confidence,
                row.answers,
                origin_of_label(row, is_imitation=by_question.is_imitation),
                row.reviewers,
                *by_question.of(row.label),
                *map(decode_row(row.data).get, data),
            )
            for row in rows
        ]


def origin_of_label(row: export_rows.LabelRow, *, is_imitation: bool) -> str | None:
    """Return the origin of a label: review, consensus, model, or none yet.

    Where people stand in for a machine, what they said is told as ``imitation``.
    """
    if row.label is None:
        return None
    if is_imitation and (row.answers or row.reviewers is not None):
        return "imitation"
    if row.reviewers is not None:
        return "review"
    return "consensus" if row.answers else "model"


def export_answers(
    project_id: int,
    form: str,
    *,
    everything: bool = False,
    for_excel: str = "",
    now_ms: Ms | None = None,
) -> Iterator[bytes]:
    """Stream every counted answer, oldest first, with its author's random id, time and pay.

    Those to items that were withdrawn are left out.

    Args:
        project_id: whose answers; who may take them is checked by the caller.
        form: csv, jsonl, json, parquet or xlsx.
        everything: also surplus answers and those that a correction replaced.
        for_excel: the separator of a CSV for Excel; empty for programs.
        now_ms: when the tasks left.

    Raises:
        Missing: there is no such project.
        BadInput: the format cannot be written.
    """
    check_export(project_id, form)
    rows = _answer_batches(project_id, _ms(now_ms), everything=everything)
    return stream_rows(form, ANSWERS, rows, for_excel=for_excel)


def _answer_batches(project_id: int, now_ms: int, *, everything: bool) -> Iterator[Batch]:
    last = 0
    labels, moment = _Labels(project_id), Moments()
    withdrawn = withdrawn_tasks(project_id)
    load = partial(export_rows.answers_of, project_id, everything=everything)
    look = partial(export_rows.staying_of, project_id, everything=everything)
    is_marking = True  # a first export marks every task, the next ones find them marked
    while True:
        is_marking = is_marking and bool(mark_left(look(last, CHUNK_ROWS), now_ms))
        rows, until = load(last, CHUNK_ROWS)
        if not until:
            return
        staying = sorted({row.task for row in rows if row.is_staying})
        if mark_left(staying, now_ms):
            is_marking = True
            rows = [row for row in load(last, CHUNK_ROWS)[0] if row.answer <= until]
        last = until
        yield [
            (
                row.answer,
                row.task,
                row.key,
                row.worker,
                row.author_kind,
                labels.of(row.question_version, row.values),
                row.values,
                row.question_version,
                moment.of(row.answered_ms),
                row.elapsed_ms,
                row.piece_micro,
                row.currency,
                bool(row.counted),
                bool(row.surplus),
            )
            for row in rows
            if row.task not in withdrawn
        ]


class _Labels:
    """The label of each answer, by the version of its question; cached."""

    def __init__(self, project_id: int) -> None:
        versions = QuestionVersion.objects.filter(project_id=project_id)
        self._schemas = dict(versions.values_list("number", "schema"))
        self._known: dict[tuple[int, str], str] = {}

    def of(self, version: int, values: str) -> str:
        """Return the label of an answer's values."""
        label = self._known.get((version, values))
        if label is None:
            label = _label(self._schemas[version], values)
            if len(self._known) < CHUNK_ROWS:
                self._known[version, values] = label
        return label


def _label(schema: Schema, values: str) -> str:
    """Return the label of an answer; empty if its content was deleted with its project."""
    decoded = decode_values(values)
    return label_of_values(schema, decoded) if decoded else ""


def mark_left(tasks: list[int], now_ms: int) -> int:
    """Mark tasks as exported in paced chunks; return how many were not marked before."""
    marked, start = 0, 0
    with BulkPacer() as pace:
        while start < len(tasks):
            some = tasks[start : start + min(pace.rows, MARKED_AT_ONCE)]
            with pace.chunk(len(some)):
                marked += export_rows.mark_tasks(some, now_ms)
            start += len(some)
    return marked


def data_columns(sources: Iterable[Import]) -> list[str]:
    """Return the columns of the imports' tasks, in the order of the files."""
    columns: dict[str, None] = {}
    for source in sources:
        options = source.reading.get("options", {})
        names = options.get("columns") or source.reading.get("columns") or _first_row(source)
        columns.update(dict.fromkeys(c for c in names if c != options.get("known_column")))
    return list(columns)


def _first_row(source: Import) -> list[str]:
    """Return the columns of the first task, for an import that does not list its own."""
    first = Task.objects.filter(source=source).order_by("row").first()
    return list(decode_row(first.data)) if first else []


def own_names(data: list[str], reserved: set[str]) -> list[str]:
    """Rename data columns that clash with reserved ones: ``label`` to ``data.label``."""
    names: list[str] = []
    for column in data:
        name = column
        while name in reserved or name in names or (name != column and name in data):
            name = f"data.{name}"
        names.append(name)
    return names


def check_export(project_id: int, form: str) -> None:
    """Refuse an export of a missing project, or in an unknown format.

    Raises:
        Missing: there is no such project.
        BadInput: the format cannot be written.
    """
    check_format(form)
    if not Project.objects.filter(id=project_id).exists():
        raise Missing("there is no such project", code="missing")


def _ms(now_ms: Ms | None) -> int:
    return system_clock.now_ms() if now_ms is None else now_ms


class Moments:
    """Formats moments as ISO 8601 in UTC, to the millisecond.

    >>> Moments().of(1_764_072_000_042)
    '2025-11-25T12:00:00.042Z'
    """

    def __init__(self) -> None:
        self._days: dict[int, str] = {}

    def of(self, ms: int) -> str:
        """Format one moment; the text of its day is cached."""
        seconds, ms = divmod(ms, 1000)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        number, hours = divmod(hours, 24)
        day = self._days.get(number)
        if day is None:
            day = self._days[number] = (FIRST_DAY + timedelta(number)).isoformat()
        return f"{day}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}Z"


class Leaving(NamedTuple):
    """An exported task: its label, its cells, and its media by column."""

    row: LabelRow
    data: dict[str, str]
    media: Mapping[str, Media]


def asked_of(project_id: int) -> QuestionVersion | None:
    """Return the current question version; None while there is no question.

    Raises:
        Missing: there is no such project.
    """
    if not Project.objects.filter(id=project_id).exists():
        raise Missing("there is no such project", code="missing")
    return question_or_none(project_id)


def leaving(project_id: int, columns: Collection[str], now_ms: int) -> Iterator[list[Leaving]]:
    """Yield the tasks of a project in chunks, marked as exported first.

    Args:
        project_id: whose.
        columns: those of pictures and sounds, whose cells are hashes.
        now_ms: the moment, in milliseconds since 1970 UTC.
    """
    sources = [source.id for source in published_sources(project_id)]
    for chunk in label_rows(sources, now_ms):
        rows = [decode_row(row.data) for row in chunk]
        hashes = {row[column] for row in rows for column in columns if row.get(column)}
        media = Media.objects.filter(project_id=project_id, sha256__in=hashes) if hashes else ()
        media_of = {item.sha256: item for item in media}
        yield [
            Leaving(row, data, {c: media_of[data[c]] for c in columns if data.get(c) in media_of})
            for row, data in zip(chunk, rows, strict=True)
        ]
