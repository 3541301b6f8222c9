"""Read the rows of tables, and build tables, with the library that is installed.

Neither pandas nor pyarrow is needed for anything else here, so they are imported on first use.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BATCH_ROWS = 10_000
Table = Any  # of one of several libraries, none of which need be installed


def rows_of(table: Table) -> Iterator[dict[str, Any]]:
    """Iterate over the rows of a DataFrame (pandas, polars), an Arrow table, or mappings.

    A cell without a value is left out of its row.

    Raises:
        TypeError: the table, or one of its rows, is of another type.
    """
    if hasattr(table, "to_batches"):  # pyarrow
        return _checked(
            row for batch in table.to_batches(max_chunksize=BATCH_ROWS) for row in batch.to_pylist()
        )
    if hasattr(table, "iter_rows"):  # polars
        return _checked(table.iter_rows(named=True))
    if hasattr(table, "iloc"):
        return _checked(_pandas_rows(table))
    if isinstance(table, Iterable) and not isinstance(table, (str, bytes, Mapping)):
        return _checked(table)
    raise TypeError(
        f"rows is of type {type(table).__name__}; it must be a DataFrame, an Arrow table, or "
        "an iterable of mappings"
    )


def table_of(objects: Sequence[Any]) -> Table:
    """Build a table of objects: a pandas DataFrame where pandas is installed, else Arrow.

    Raises:
        ImportError: neither pandas nor pyarrow is installed.
    """
    rows = [
        asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
        for value in objects
    ]
    if find_spec("pandas"):
        return import_module("pandas").DataFrame(rows)
    return import_module("pyarrow").Table.from_pylist(rows)


def read_parquet(file: Path) -> Table:
    """Read a Parquet file: a pandas DataFrame where pandas is installed, else an Arrow table."""
    table = import_module("pyarrow.parquet").read_table(file)
    return table.to_pandas() if find_spec("pandas") else table


def _checked(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if not isinstance(row, Mapping):
            raise TypeError(
                f"a row is of type {type(row).__name__}; it must be a mapping of names to values"
            )
        yield {str(name): value for name, value in row.items() if not _is_missing(value)}


def _pandas_rows(frame: Table) -> Iterator[Any]:
    for start in range(0, len(frame), BATCH_ROWS):
        yield from frame.iloc[start : start + BATCH_ROWS].to_dict("records")


def _is_missing(value: object) -> bool:
    """Return whether a cell has no value: None, NaN, or the missing value of a library."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return type(value).__name__ in {"NAType", "NaTType"}
