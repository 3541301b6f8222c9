"""Turn columns of names into coded answers, and refuse names that cannot be told apart.

Names keep their type: a text stays a text, with its leading zeros, and a number a number. Rows are
counted from 1, after any header. Files are read in ``files``; duplicates are resolved in
``answers_by_task``.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from canut.core.answers import Answers
from canut.core.arrays import Codes
from canut.core.errors import BadInput, BadRow

MOST_LABELS = 10_000
GOLD = "gold"
SHOWN = 20  # labels that an error names


class Coded(NamedTuple):
    """Coded answers, and the names behind the codes as Arrow arrays."""

    answers: Answers
    tasks: pa.Array
    workers: pa.Array
    labels: pa.Array


class Gold(NamedTuple):
    """Known truth: codes of tasks and labels, and the number of rows with an unknown task."""

    task: Codes
    label: Codes
    strange: int


class AnswerColumns(NamedTuple):
    """Names of the columns of answers."""

    task: str = "task"
    worker: str = "worker"
    label: str = "label"


COLUMNS = AnswerColumns()


def as_table(data: object, columns: Iterable[str], content: str = "answers") -> pa.Table:
    """Return an Arrow table of these columns, from any columnar data.

    Args:
        data: an Arrow table, a pandas or Polars frame (``__arrow_c_stream__``), a dict of columns
            or a list of dicts.
        columns: names of the columns.
        content: what the table holds, for errors: ``answers`` or ``gold``.

    Raises:
        BadInput: it is no table, a column is missing, or holds values of several types.
    """
    names = list(columns)
    try:
        if isinstance(data, pa.Table):
            table: pa.Table = data
        elif isinstance(data, Mapping):
            table = pa.table(dict(data.items()))
        elif isinstance(data, (list, tuple)):
            table = pa.Table.from_pylist(list(data))
        else:
            table = pa.table(data)
    except (pa.ArrowException, AttributeError, TypeError, ValueError) as failure:
        raise BadInput(
            f"{content}: a {type(data).__name__} is no table of columns with one type each; give "
            "a frame of pandas or Polars, an Arrow table, a dict of columns or a list of dicts "
            f"({failure})",
            code="answers-table",
        ) from failure
    for name in names:
        if name not in table.column_names:
            raise BadInput(
                f"{content}: there is no column {name!r}; there are: "
                f"{', '.join(table.column_names) or 'none'}. Say which is meant by name",
                code="column-missing",
                column=name,
            )
        if table.column_names.count(name) > 1:
            raise BadInput(
                f"{content}: several columns are named {name!r}; rename all but one",
                code="answers-columns",
                column=name,
            )
    return table.select(names)


def refuse_columns(columns: AnswerColumns) -> None:
    """Raise unless tasks, workers and labels are in three columns.

    Raises:
        BadInput: one column is named twice.
    """
    if len(set(columns)) < len(columns):
        raise BadInput(
            f"task is column {columns.task!r}, worker {columns.worker!r} and label "
            f"{columns.label!r}; name three different columns",
            code="answers-columns",
        )


def code_table(
    data: object, columns: AnswerColumns = COLUMNS, order: Iterable[object] = ()
) -> Coded:
    """Number tasks and workers by first appearance, and labels in their order.

    Args:
        data: as for ``as_table``.
        columns: what the columns are called.
        order: all labels there are, in their order; else ordered categories (pandas) and values
            of an Enum (Polars) by theirs, numbers by size, texts by the alphabet.

    Raises:
        BadInput: a column is missing, there are too many labels, or one stands twice in the order.
        BadRow: a cell is empty or not a number, or a label is not in the order given.
    """
    refuse_columns(columns)
    table = as_table(data, columns)
    label_type = table.schema.field(columns.label).type
    with ThreadPoolExecutor(len(columns)) as pool:  # Arrow releases the GIL
        coded = pool.map(partial(_numbered, table), columns)
        (tasks, task_names), (workers, worker_names), (labels, label_names) = coded
    label_order = list(order)
    if not label_order and pa.types.is_dictionary(label_type) and label_type.ordered:
        label_order = label_names.to_pylist()
    number_of, label_names = order_labels(
        label_names, label_order, columns.label, lambda code: int(np.flatnonzero(labels == code)[0])
    )
    labels = number_of[labels] if len(labels) else labels
    sizes = len(task_names), len(worker_names), len(label_names)
    return Coded(Answers(tasks, workers, labels, *sizes), task_names, worker_names, label_names)


def _numbered(table: pa.Table, name: str, content: str = "") -> tuple[Codes, pa.Array]:
    """Return a column as codes and the values behind them; categories keep their order."""
    codes, values = encode(table, name, content=content)
    used = np.bincount(codes, minlength=len(values)) > 0
    if not used.all():
        codes = (np.cumsum(used, dtype=np.int32) - np.int32(1))[codes]
        values = values.filter(pa.array(used))
    return codes, values


def encode(
    table: pa.Table, name: str, before: int = 0, content: str = ""
) -> tuple[Codes, pa.Array]:
    """Return a column as codes and distinct values, including values without rows.

    Args:
        table: answers.
        name: of the column.
        before: number of rows before these, for row numbers in errors.
        content: what the rows are, for errors, such as ``gold``; nothing for answers.

    Returns:
        Codes, shape (n_rows,), and the distinct values.

    Raises:
        BadInput: the column's type holds no names.
        BadRow: a cell is empty or not a number.
    """
    column = table.column(name)
    if not pa.types.is_dictionary(column.type):
        _refuse_type(column.type, name)
        column = column.dictionary_encode()
    column = column.unify_dictionaries()
    if not column.num_chunks or not len(column):
        return np.empty(0, dtype=np.int32), _own_texts(pa.array([], type=column.type.value_type))
    if column.null_count:
        empty = int(np.flatnonzero(pc.call_function("is_null", [column]).to_numpy())[0])
        raise _empty_cell(before + empty, name, "is empty", content)
    codes = np.concatenate([_indices(chunk) for chunk in column.chunks])
    values = _own_texts(column.chunk(0).dictionary)
    _refuse_type(values.type, name)
    _refuse_values(codes, values, name, before, content)
    return codes, values


def _own_texts(values: pa.Array) -> pa.Array:
    """Return texts that view a buffer, as Polars has them, as texts that Arrow can select."""
    return values.cast(pa.string()) if pa.types.is_string_view(values.type) else values


def _indices(chunk: pa.DictionaryArray) -> Codes:
    codes: Codes = chunk.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return codes


def _refuse_type(kind: pa.DataType, name: str) -> None:
    if pa.types.is_nested(kind) or pa.types.is_null(kind):
        raise BadInput(
            f"column {name!r} holds {kind}; give one text, number or truth value a row",
            code="column-type",
            column=name,
        )


def _refuse_values(codes: Codes, values: pa.Array, name: str, before: int, content: str) -> None:
    """Raise for empty names and NaN."""
    bad, why = None, "is empty"
    if pa.types.is_floating(values.type):
        bad, why = pc.call_function("is_nan", [values]), "is not a number (NaN)"
    elif pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        bad = pc.call_function("equal", [values, pa.scalar("", values.type)])
    if bad is not None and bad.to_numpy(zero_copy_only=False).any():
        which = np.flatnonzero(bad.to_numpy(zero_copy_only=False))
        rows = np.flatnonzero(np.isin(codes, which))
        if len(rows):
            raise _empty_cell(before + int(rows[0]), name, why, content)


def _empty_cell(row: int, name: str, why: str, content: str) -> BadRow:
    row_name = f"{content} row {row + 1}".lstrip()
    return BadRow(
        f"{row_name}, column {name!r}: the cell {why}; fill it in, or leave the row out",
        line=row + 1,
        column=name,
    )


def order_labels(
    names: pa.Array, label_order: list[object], column: str, row_of: Callable[[int], int]
) -> tuple[Codes, pa.Array]:
    """Renumber labels in the requested order, by size, or alphabetically.

    Args:
        names: distinct labels, in order of first appearance.
        label_order: all labels in their order; empty to sort them.
        column: name of their column.
        row_of: returns the first row of a label, counted from 0.

    Returns:
        The new number of each label, shape (n_names,), and the names in the new order.

    Raises:
        BadInput: there are too many, or one stands twice in the order.
        BadRow: a label is not among those in the given order.
    """
    if len(names) > MOST_LABELS:
        raise BadInput(
            f"column {column!r} holds {len(names)} different labels; a model of who "
            f"confuses what takes at most {MOST_LABELS}: free text needs another model",
            code="labels-many",
        )
    labels = names.to_pylist()
    if label_order:
        texts = [str(label) for label in label_order]
        number_by_label = {text: number for number, text in enumerate(texts)}
        if len(number_by_label) < len(texts):
            twice = next(
                text for number, text in enumerate(texts) if number_by_label[text] > number
            )
            raise BadInput(
                f"{twice!r} stands twice in the order of the labels; leave one out",
                code="labels-twice",
            )
        number_of = np.array(
            [number_by_label.get(str(label), -1) for label in labels], dtype=np.int32
        )
        strange = np.flatnonzero(number_of < 0)
        if len(strange):
            row = row_of(int(strange[0]))
            raise BadRow(
                f"row {row + 1}, column {column!r}: {labels[strange[0]]!r} is not among the "
                f"{len(texts)} labels given ({', '.join(texts[:SHOWN])}); add it, or leave the "
                "row out",
                line=row + 1,
                column=column,
            )
        try:
            all_names = pa.array(texts).cast(names.type)
        except pa.ArrowInvalid as failure:
            raise BadInput(
                f"the labels of column {column!r} are {names.type}, and one of their order is "
                f"not: {failure}",
                code="labels-type",
            ) from failure
    else:
        order = sorted(range(len(labels)), key=_sort_key(labels))
        number_of = np.empty(len(labels), dtype=np.int32)
        number_of[order] = np.arange(len(labels), dtype=np.int32)
        all_names = names.take(pa.array(order, type=pa.int64()))
    return number_of, all_names


def _sort_key(names: list[object]) -> Callable[[int], tuple[float, str]]:
    """Return a sort key: numeric where every name is a number, else alphabetical."""
    try:
        numbers = [float(str(name)) for name in names]
    except (TypeError, ValueError):
        return lambda at: (0.0, str(names[at]))
    return lambda at: (numbers[at], str(names[at]))


def code_gold(data: object, coded: Coded, columns: AnswerColumns = COLUMNS) -> Gold:
    """Number the tasks and labels of known truth as in the answers.

    Args:
        data: a table with the columns of tasks and labels.
        coded: the answers.
        columns: what the columns are called.

    Raises:
        BadInput: a column is missing.
        BadRow: a cell is empty, a label is one nobody gave, or a task has two truths.
    """
    table = as_table(data, (columns.task, columns.label), GOLD)
    tasks, task_names = _numbered(table, columns.task, GOLD)
    labels, label_names = _numbered(table, columns.label, GOLD)
    task_of = match(task_names, coded.tasks)[tasks]
    label_of = match(label_names, coded.labels)[labels]
    unknown = np.flatnonzero(label_of < 0)
    if len(unknown):
        row = int(unknown[0])
        first_labels = ", ".join(str(name) for name in coded.labels.to_pylist()[:SHOWN])
        raise BadRow(
            f"gold row {row + 1}, column {columns.label!r}: nobody gave the label "
            f"{label_names[labels[row]].as_py()!r}; the answers have: {first_labels}",
            line=row + 1,
            column=columns.label,
        )
    here = np.flatnonzero(task_of >= 0)
    truth = np.full(coded.answers.n_tasks, -1, dtype=np.int32)
    truth[task_of[here]] = label_of[here]
    differing = here[truth[task_of[here]] != label_of[here]]
    if len(differing):
        row = int(differing[0])
        raise BadRow(
            f"gold row {row + 1}, column {columns.label!r}: task "
            f"{task_names[tasks[row]].as_py()!r} has another label elsewhere; keep one",
            line=row + 1,
            column=columns.label,
        )
    task = np.flatnonzero(truth >= 0).astype(np.int32)
    return Gold(task, truth[task], len(tasks) - len(here))


def match(names: pa.Array, among: pa.Array) -> Codes:
    """Return the index of each name among others, -1 if absent; types may differ.

    Returns:
        Indices, shape (n_names,).
    """
    if names.type != among.type:
        truths = pa.types.is_boolean(names.type) or pa.types.is_boolean(among.type)
        names, among = names.cast(pa.string()), among.cast(pa.string())
        if truths:  # Arrow writes true, Python True
            names, among = (pc.call_function("utf8_lower", [each]) for each in (names, among))
    indices = pc.call_function("index_in", [names], pc.SetLookupOptions(among)).fill_null(-1)
    numbers: Codes = indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return numbers
