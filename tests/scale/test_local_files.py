"""Files of a worker: their bytes travel, and they are gone with the last that uses them."""

from copy import copy
from os import fspath
from pathlib import Path

import dask
import numpy as np
import pyarrow as pa
import pytest

from canut.core.errors import NoRoom
from canut.core.quality.tables.coded_answers import COLUMNS
from canut.core.quality.tables.sharding import (
    Dealing,
    Numbering,
    ShardPiece,
    find_parts,
)
from canut.scale import cluster
from canut.scale.local_files import LocalFile
from tests.scale.made import crowd, written

pytestmark = pytest.mark.slow


def test_a_file_travels_by_its_bytes_and_is_deleted_with_its_last_user(tmp_path: Path) -> None:
    with dask.config.set({"temporary-directory": str(tmp_path)}):
        file = LocalFile()
        Path(file).write_bytes(b"rows")
        received = copy(file)

    first, second = fspath(file), fspath(received)
    assert first != second
    assert Path(second).read_bytes() == b"rows"

    del file, received

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_with_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, *_ = find_parts(written(crowd(100), tmp_path / "a.parquet"), COLUMNS, 1)
    monkeypatch.setattr(cluster, "LocalFile", lambda: Path("/dev/full"))

    with pytest.raises(NoRoom, match=r"cannot write in its folder .*No space left"):
        cluster.deal_part(part, Dealing(COLUMNS, 1, 1, numbered=False), None)
    with pytest.raises(NoRoom, match="--local-directory"):
        cluster.arrange_chunk(*an_answer(), "last")


def an_answer() -> tuple[list[ShardPiece], Numbering]:
    zero, names = np.zeros(1, dtype=np.int32), pa.array(["x"])
    nowhere = np.zeros(1, dtype=np.int64)
    piece = ShardPiece(0, names, nowhere, zero, zero, zero, nowhere)
    return [piece], Numbering(names, names, [zero], [zero])
