"""Read answers from arrays and tables of any library, and hand results back as its frames.

NumPy, pandas, Polars and Arrow are read alike. Neither pandas nor Polars is needed: each is
imported where a frame of it is asked for.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, cast

import pyarrow as pa
from numpy.typing import NDArray

from canut.core.errors import BadInput
from canut.core.quality.tables.coded_answers import AnswerColumns

type Names = NDArray[Any]
type Frame = Any

COLUMNS = AnswerColumns()
COLUMNS_OF_X = 2
ARROW = "arrow"
LIBRARIES = (ARROW, "pandas", "polars")


def answers_of(task: object, worker: object, label: object) -> object:
    """Return the table of answers that ``fit`` was called with."""
    if worker is None and label is None:
        return task
    if label is None and _is_pairs(task):
        task, worker, label = *_columns_of_pairs(task), worker
    if worker is None or label is None:
        raise BadInput(
            "fit() takes one table, or the three columns task, worker and label; "
            f"{'worker' if worker is None else 'label'} is missing",
            code="answers-columns",
        )
    values = zip(COLUMNS, (task, worker, label), strict=True)
    columns = {name: column_of(column, name) for name, column in values}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        sizes = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise BadInput(
            f"the columns must have the same length; {sizes} rows", code="answers-columns"
        )
    if not lengths["task"]:
        raise BadInput("the columns are empty: there are no answers", code="no-answers")
    return pa.table(columns)


def _is_pairs(table: object) -> bool:
    """Return whether this is an array or frame with a column of tasks and one of workers."""
    return len(getattr(table, "shape", ())) == COLUMNS_OF_X  # of tables and arrays of two axes


def _columns_of_pairs(pairs: Frame) -> tuple[object, object]:
    """Return tasks and workers: the columns of these names, or the two there are."""
    names = getattr(pairs, "column_names", getattr(pairs, "columns", None))
    if names is not None and {COLUMNS.task, COLUMNS.worker} <= set(names):
        return pairs[COLUMNS.task], pairs[COLUMNS.worker]
    if pairs.shape[1] != COLUMNS_OF_X:
        raise BadInput(
            f"X has shape {tuple(pairs.shape)}; it must have two columns, task and worker",
            code="answers-columns",
        )
    if names is not None:
        return pairs[names[0]], pairs[names[1]]
    return pairs[:, 0], pairs[:, 1]


def column_of(values: object, name: str) -> pa.ChunkedArray | pa.Array:
    """Return a column as Arrow, from any array or iterable of names."""
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    shape = getattr(values, "shape", None)
    if isinstance(shape, tuple) and len(cast("tuple[int, ...]", shape)) != 1:
        raise BadInput(
            f"column {name!r} has shape {shape}; it must have one dimension",
            code="answers-columns",
        )
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise BadInput(
            f"column {name!r} is a {type(values).__name__}; it must be a list or an array",
            code="answers-columns",
        )
    try:
        if hasattr(values, "__arrow_c_stream__"):
            return pa.chunked_array(values)
        return pa.array(values if hasattr(values, "__len__") else list(cast("Any", values)))
    except (pa.ArrowException, TypeError) as failure:
        raise BadInput(
            f"column {name!r} cannot be read; its values must be of one type: {failure}",
            code="answers-columns",
        ) from failure


def array_of(names: pa.Array) -> Names:
    """Return names as an array of NumPy."""
    return cast("Names", names.to_numpy(zero_copy_only=False))


def library_of(table: object) -> str:
    """Return the library whose frame or column this is; ``arrow`` for all else.

    Example:
        >>> library_of({"task": ["a"]})
        'arrow'
    """
    name = type(table).__module__.partition(".")[0]
    return name if name in LIBRARIES else ARROW


def frame_of(table: pa.Table, library: str) -> Frame:
    """Return an Arrow table as a frame of this library.

    Args:
        table: any table.
        library: one of ``LIBRARIES``.

    Returns:
        The table itself, or a frame with the same columns and rows.

    Raises:
        BadInput: there is no such library, or it is not installed.

    Example:
        >>> frame_of(pa.table({"task": ["a"]}), "arrow").column_names
        ['task']
    """
    if library not in LIBRARIES:
        raise BadInput(
            f"library is {library!r}; expected one of {', '.join(LIBRARIES)}",
            code="frame-library",
        )
    if library == ARROW:
        return table
    try:
        module = import_module(library)
    except ImportError as missing:
        raise BadInput(
            f"{library} is not installed; install it, or ask for library='arrow'",
            code="frame-library",
        ) from missing
    return table.to_pandas() if library == "pandas" else module.from_arrow(table)
