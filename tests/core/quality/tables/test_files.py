import io

import pyarrow as pa
import pytest

from canut.core.formula_cells import safe_cell
from canut.core.quality.tables.files import write_to

CELLS = [
    "=1+1",
    "+1 555",
    "-3",
    "@x",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "a=1",
    "",
    None,
]


@pytest.mark.parametrize(("suffix", "between"), [(".csv", ","), (".tsv", "\t")])
def test_no_written_cell_runs_as_a_formula(suffix: str, between: str) -> None:
    out = io.BytesIO()
    table = pa.table({"label": pa.array(CELLS), "count": [-1] * len(CELLS)})

    write_to(table, out, suffix)

    lines = out.getvalue().decode().splitlines()[1:]
    assert lines == [f"{safe_cell(cell or '')}{between}-1" for cell in CELLS]


def test_other_formats_keep_cells_as_they_are() -> None:
    out = io.BytesIO()

    write_to(pa.table({"label": ["=1+1"]}), out, ".jsonl")

    assert out.getvalue() == b'{"label": "=1+1"}\n'
