"""An emptied row keeps its shape, and nothing of its content."""

import json

from hypothesis import given
from hypothesis import strategies as st

from canut.core.datasets.withdrawn_row import emptied_row, salted_name

CELLS = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=60), max_size=4)


@given(CELLS)
def test_it_is_as_long_and_holds_nothing(cells: dict[str, str]) -> None:
    data = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
    emptied = emptied_row(data, {})
    assert len(emptied) == len(data)
    rows = json.loads(emptied)
    assert rows.keys() == cells.keys()
    for name, cell in rows.items():
        assert set(cell) <= {"·", ":", "/"}
        assert ("://" in cell) == ("://" in cells[name])


def test_a_picture_is_named_by_its_salted_hash() -> None:
    sha256 = "ab" * 32
    name = salted_name(bytes(32), sha256)
    emptied = json.loads(
        emptied_row(json.dumps({"image": sha256, "file": "me.png"}), {sha256: name})
    )
    assert emptied == {"image": name, "file": "······"}
    assert name != sha256
    assert salted_name(bytes([1] * 32), sha256) != name
