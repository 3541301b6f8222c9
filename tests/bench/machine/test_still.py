"""What the slowest of a hundred waited is told with what the disk was like."""

import os
import queue
import threading
import time
from pathlib import Path

import pytest

from bench.machine.still import STILL_SECONDS, Disk, _watch
from bench.served import _middle


def test_disk_that_stands_still_is_told_for_how_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends, out, waits = threading.Event(), queue.Queue[float](), iter((0.0, 2 * STILL_SECONDS, 0.0))

    def sync(_file: int) -> None:
        wait = next(waits, None)
        if wait is None:
            ends.set()
        else:
            time.sleep(wait)

    monkeypatch.setattr(os, "fsync", sync)

    _watch(tmp_path / "still", ends, out)

    assert 2 * STILL_SECONDS <= out.get() < 20 * STILL_SECONDS
    assert not list(tmp_path.iterdir())


def test_disk_is_watched_from_another_process(tmp_path: Path) -> None:
    with Disk(tmp_path) as disk:
        assert disk.still_ms == 0
    assert disk.still_ms >= 0
    assert not list(tmp_path.iterdir())


def test_the_middle_one_of_several_loads_is_told() -> None:
    found = iter([{"submit_p99_ms": 9.0}, {"submit_p99_ms": 70.0}, {"submit_p99_ms": 8.0}])

    assert _middle(3, lambda: next(found)) == {"submit_p99_ms": 9.0}
