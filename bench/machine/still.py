"""How long the disk itself stood still while something was measured.

A process of its own has four kilobytes written to the same disk every ten milliseconds. What takes
it fifty is longer than a lease may: nobody who waits for the disk answers sooner then.
"""

import multiprocessing
import os
import time
from pathlib import Path
from typing import Any, Self

EVERY_SECONDS, STILL_SECONDS = 0.01, 0.05
LOOK_SECONDS, MOST_LOOKS = 3.0, 20


class Disk:
    """The disk of a folder, watched from ``with`` to its end; ``still_ms`` says how long in all."""

    def __init__(self, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._ends, self._out = context.Event(), context.Queue()
        path = folder / "still"
        self._process = context.Process(target=_watch, args=(path, self._ends, self._out))
        self.still_ms = 0

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ask how long it was."""
        self._ends.set()
        self.still_ms = round(1000 * self._out.get(timeout=60))
        self._process.join()


def let_settle(folder: Path) -> None:
    """Wait, a minute at most, until the disk no longer stands still for what was prepared."""
    for _ in range(MOST_LOOKS):
        with Disk(folder) as disk:
            time.sleep(LOOK_SECONDS)
        if not disk.still_ms:
            return


def _watch(path: Path, ends: Any, out: Any) -> None:
    still = 0.0
    with path.open("wb", buffering=0) as file:
        while not ends.wait(EVERY_SECONDS):
            file.seek(0)
            file.write(bytes(4096))
            start = time.perf_counter()
            os.fsync(file.fileno())
            took = time.perf_counter() - start
            still += took if took > STILL_SECONDS else 0
    path.unlink()
    out.put(still)
