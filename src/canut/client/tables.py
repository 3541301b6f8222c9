"""Take tables apart into rows, and make tables of rows, with whatever library is there.

Neither pandas nor pyarrow is needed for anything else here, so they are loaded when asked for.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BATCH_ROWS = 10_000
type Table = Any  # of one of several libraries, none of which need be there


def rows_of(table: Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table: a DataFrame (pandas, polars), an Arrow table, or mappings.

    A cell without a value is left out of its row.

    Raises:
        TypeError: it is none of these.
    """
    if hasattr(table, "to_batches"):  # pyarrow
        rows: Iterable[Any] = (
            row for batch in table.to_batches(max_chunksize=BATCH_ROWS) for row in batch.to_pylist()
        )
    elif hasattr(table, "iter_rows"):  # polars
        rows = table.iter_rows(named=True)
    elif hasattr(table, "iloc"):  # pandas
        rows = _of_pandas(table)
    elif isinstance(table, Iterable) and not isinstance(table, str | bytes | Mapping):
        rows = table
    else:
        raise TypeError(f"a table is rows of mappings or a DataFrame, not {type(table).__name__}")
    for row in rows:
        if not isinstance(row, Mapping):
            raise TypeError(f"a row is a mapping of names to values, not {type(row).__name__}")
        yield {str(name): value for name, value in row.items() if not _is_missing(value)}


def table_of(shapes: Sequence[Any]) -> Table:
    """Make a table of values: a pandas DataFrame where pandas is installed, else an Arrow table.

    Raises:
        ImportError: neither pandas nor pyarrow is installed.
    """
    rows = [
        asdict(one) if is_dataclass(one) and not isinstance(one, type) else one for one in shapes
    ]
    if find_spec("pandas"):
        return import_module("pandas").DataFrame(rows)
    return import_module("pyarrow").Table.from_pylist(rows)


def table_in(file: Path) -> Table:
    """Read a Parquet file: a pandas DataFrame where pandas is installed, else an Arrow table."""
    read = import_module("pyarrow.parquet").read_table(file)
    return read.to_pandas() if find_spec("pandas") else read


def _of_pandas(frame: Table) -> Iterator[Any]:
    for start in range(0, len(frame), BATCH_ROWS):
        yield from frame.iloc[start : start + BATCH_ROWS].to_dict("records")


def _is_missing(value: object) -> bool:
    """Say whether a cell has no value: None, not a number, or a library's own name for it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return type(value).__name__ in {"NAType", "NaTType"}
