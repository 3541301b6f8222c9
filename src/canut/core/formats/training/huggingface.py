"""Read and write answers of every kind as Parquet that Hugging Face ``datasets`` opens.

The features are in the schema metadata under ``huggingface``, so that labels show by name, and the
questions under ``canut``, so that answers survive a round trip. Files of other tools are read from
their features: labels, lists of labels, texts and numbers become questions.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from canut.core.errors import BadFile
from canut.core.formats.tables import parquet
from canut.core.formats.tables.columns import Cell, FileColumn
from canut.core.formats.tables.writing import KINDS, stream_arrow
from canut.core.formats.training.huggingface_types import (
    TYPED,
    Arrow,
    Feature,
    typed,
    value_feature,
)
from canut.core.formats.training.labelled_items import DocumentPath, Question, kind_of, refusal
from canut.core.json_depth import load_json

DTYPES = {"text": "string", "whole": "int64", "number": "float64", "yes-no": "bool"}


MEDIA_FEATURES = {"image": "Image", "audio": "Audio"}
MEDIA_TYPE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


class MediaFile(NamedTuple):
    """A picture or sound within a cell, and the name of its file."""

    content: bytes
    path: str


class TypedRow(NamedTuple):
    """One row: its own cells, the answers by question, and pictures and sounds by column."""

    cells: Mapping[str, Cell]
    values: Mapping[str, Any]
    media: Mapping[str, MediaFile] = {}


def write(
    columns: Sequence[FileColumn],
    questions: Sequence[Question],
    batches: Iterable[Sequence[TypedRow]],
    media: Mapping[str, str] | None = None,
) -> Iterator[bytes]:
    """Write rows, a batch at a time.

    Args:
        columns: the columns other than answers.
        questions: in normal form; each becomes a column of its name, typed by its kind.
        batches: batches of rows; missing cells are null.
        media: ``image`` or ``audio`` for each column of files that lie within the cells.

    Raises:
        BadFile: an unknown kind, a duplicate name, or a label that is not the question's.
    """
    media, names = media or {}, set[str]()
    for name in [*(c.name for c in columns), *media, *(str(q["id"]) for q in questions)]:
        if name in names:
            DocumentPath("Parquet", "the columns").refuse("entry-twice", field="name", seen=name)
        names.add(name)
    for question in questions:
        kind_of(question, "Parquet", TYPED)
    types = {str(question["id"]): typed(question) for question in questions}
    fields = [(column.name, KINDS[column.kind]()) for column in columns]
    fields += [(name, MEDIA_TYPE) for name in media]
    fields += [(name, each.arrow) for name, each in types.items()]
    features: dict[str, Feature] = {c.name: value_feature(DTYPES[c.kind]) for c in columns}
    features |= {name: {"_type": MEDIA_FEATURES[form]} for name, form in media.items()}
    features |= {name: each.feature for name, each in types.items()}
    schema = pa.schema(
        fields,
        metadata={
            "huggingface": json.dumps({"info": {"features": features}}, ensure_ascii=False),
            "canut": json.dumps({"questions": list(questions)}, ensure_ascii=False),
        },
    )
    return stream_arrow(schema, _record_batches(schema, columns, types, batches, media))


def _record_batches(
    schema: Arrow,
    columns: Sequence[FileColumn],
    types: Mapping[str, Any],
    batches: Iterable[Sequence[TypedRow]],
    media: Iterable[str],
) -> Iterator[Arrow]:
    number = 0
    for batch in batches:
        cells: dict[str, list[Any]] = {name: [] for name in schema.names}
        for row in batch:
            number += 1
            at = DocumentPath("Parquet", f"row {number}")
            for column in columns:
                cells[column.name].append(row.cells.get(column.name))
            for name in media:
                file = row.media.get(name)
                cells[name].append(file and {"bytes": file.content, "path": file.path})
            for name, each in types.items():
                value = row.values.get(name)
                cells[name].append(None if value is None else each.cell(value, at))
        arrays = [pa.array(cells[field.name], field.type) for field in schema]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def questions_in(path: Path) -> list[dict[str, Any]]:
    """Return the questions of a file, from its metadata or its features.

    Raises:
        BadFile: not a readable Parquet file.
    """
    metadata = _opened(path).file.schema_arrow.metadata or {}
    own = _said(metadata, b"canut", path.name)
    at = DocumentPath(path.name, "the schema")
    if own is not None:
        return [_own_question(each, at) for each in at.items(own.get("questions"), "questions")]
    hub = _said(metadata, b"huggingface", path.name) or {}
    info = at.fields(hub.get("info") or {}, "info")
    features = at.fields(info.get("features") or {}, "features")
    questions = [_question(str(name), feature, at) for name, feature in features.items()]
    return [each for each in questions if each]


def _own_question(value: object, at: DocumentPath) -> dict[str, Any]:
    """Return a question that Canut wrote, or raise if it is none any more."""
    question = at.fields(value, "questions")
    at.text(question.get("id"), "id")
    kind_of({"kind": question.get("kind")}, "Parquet", TYPED)
    try:
        typed(question)
    except (LookupError, TypeError, ValueError, AttributeError):
        at.seen("entry-object", "questions", question)
    return question


def _said(metadata: Mapping[bytes, bytes], name: bytes, file: str) -> dict[str, Any] | None:
    if name not in metadata:
        return None
    try:
        return DocumentPath(file, "the schema").fields(load_json(metadata[name]), name.decode())
    except (ValueError, RecursionError):
        DocumentPath(file, "the schema").refuse("json-broken", character=1)


def _question(name: str, feature: Feature, at: DocumentPath) -> dict[str, Any] | None:
    """Return a question that fits a feature; None for texts, numbers and files."""
    if isinstance(feature, list):
        return None
    fields = at.fields(feature, name)
    inner = fields.get("feature")
    if fields.get("_type") == "ClassLabel":
        names = [at.text(each, "names") for each in at.items(fields.get("names"), "names")]
        choices = [{"value": each, "label": each} for each in names]
        return {"id": name, "kind": "choice", "multiple": False, "choices": choices}
    if fields.get("_type") in {"Sequence", "List", "LargeList"} and isinstance(inner, dict):
        question = _question(name, inner, at)
        return {**question, "multiple": True} if question and not question["multiple"] else None
    return None


def read(path: Path, questions: Sequence[Question]) -> Iterator[list[TypedRow]]:
    """Yield the rows of a file with their answers, a batch at a time.

    Args:
        path: the file.
        questions: those whose columns are answers, as ``questions_in`` gives them; other columns
            of texts, numbers and yes or no are cells.

    Raises:
        BadFile: not Parquet, a question without a column, a column of the wrong type for its
            kind, or an invalid label number; the error names the row.
    """
    file, batch_rows = _opened(path)
    types = {str(question["id"]): typed(question) for question in questions}
    names: list[str] = file.schema_arrow.names
    for name, each in types.items():
        if name not in names:
            DocumentPath(path.name, "the columns").refuse("entry-missing", field=name)
        column_type = _plain_type(file.schema_arrow.field(name).type)
        if pa.types.is_nested(column_type) != pa.types.is_nested(each.arrow):
            raise refusal("column-type", file=path.name, column=name, seen=str(column_type)[:200])
    plain = [f.name for f in file.schema_arrow if f.name not in types and _is_plain(f.type)]
    done = 0
    for batch in _batches(file, batch_rows, [*plain, *types], path):
        cells = _cells(batch, [*plain, *types], path.name)
        rows = list[TypedRow]()
        for index in range(batch.num_rows):
            at = DocumentPath(path.name, f"row {done + index + 1}")
            values = dict[str, Any]()
            for name, each in types.items():
                cell = cells[name][index]
                value = None if cell is None else each.value(cell, at)
                if value is not None:
                    values[name] = value
            rows.append(TypedRow({name: cells[name][index] for name in plain}, values))
        done += batch.num_rows
        yield rows


def _batches(file: Arrow, batch_rows: int, names: list[str], path: Path) -> Iterator[Arrow]:
    try:
        for batch in file.iter_batches(batch_rows, columns=names):
            for part in parquet.slices(batch):
                if part.bytes > parquet.SLICE_BYTES:
                    raise parquet.growth_of(path.stat().st_size, 1, part.bytes)
                yield part.rows
    except parquet.DAMAGED as error:
        raise _damaged(path.name, error) from error


def _opened(path: Path) -> parquet.OpenedFile:
    try:
        return parquet.open_file(path)
    except BadFile as error:
        raise _damaged(path.name, error.__cause__ or error) from error


def _cells(batch: Arrow, names: list[str], file: str) -> dict[str, list[Any]]:
    try:
        return {name: batch.column(name).to_pylist() for name in names}
    except parquet.DAMAGED as error:
        raise _damaged(file, error) from error


def _damaged(name: str, error: BaseException) -> BadFile:
    return BadFile(
        f"{name} cannot be read as Parquet ({error}); write it again", code="parquet-damaged", row=0
    )


def _plain_type(kind: Arrow) -> Arrow:
    """Return the type of a column's values, also where they are read as a dictionary."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_plain(kind: Arrow) -> bool:
    kind = _plain_type(kind)
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_boolean,
    )
    return any(test(kind) for test in tests)
