"""The most memory that a process has held, its own arrays and mapped files apart.

The kernel keeps only the peak of both together. So a thread looks fifty times a second. Import this
module in the process that is measured: what it notes is the process's own.
"""

import time
from pathlib import Path
from threading import Thread

_PEAKS = {"RssAnon": 0.0, "RssFile": 0.0}
_THREADS: list[Thread] = []


def watch_memory() -> None:
    """Begin to note the peaks; what was noted before is forgotten."""
    _PEAKS.update(dict.fromkeys(_PEAKS, 0.0))
    if not _THREADS:
        _THREADS.append(Thread(target=_look, daemon=True))
        _THREADS[0].start()


def _look() -> None:
    while True:
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            name, _, size = line.partition(":")
            if name in _PEAKS:
                _PEAKS[name] = max(_PEAKS[name], int(size.split()[0]) / 1024)
        time.sleep(0.02)


def memory_peaks() -> tuple[int, int]:
    """Return the peaks since ``watch_memory``, in MiB: anonymous memory, and mapped files."""
    return round(_PEAKS["RssAnon"]), round(_PEAKS["RssFile"])
