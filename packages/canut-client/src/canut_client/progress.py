"""Progress of a long transfer: a bar on a terminal, or a function of the caller."""

import sys
from collections.abc import Callable
from typing import NamedTuple

WIDTH = 24
MIB = 2**20
UNITS = {"upload": "rows", "answers": "tasks"}


class Progress(NamedTuple):
    """How far a transfer is.

    Args:
        what: ``upload``, counted in rows; ``file`` (sent) and ``download``, in bytes;
            ``answers``, in tasks.
        done: rows, bytes or tasks so far.
        total: rows, bytes or tasks in all; None where it is not known.
        is_over: whether the transfer is complete.
    """

    what: str
    done: int
    total: int | None
    is_over: bool = False


OnProgress = Callable[[Progress], None]


def show_bar(progress: Progress) -> None:
    """Draw a bar on standard error; draw nothing where that is no terminal."""
    if not sys.stderr.isatty():
        return
    is_bytes = progress.what in {"download", "file"}
    count = (
        f"{progress.done / MIB:,.1f} MiB"
        if is_bytes
        else f"{progress.done:,} {UNITS[progress.what]}"
    )
    if progress.total:
        share = min(1.0, progress.done / progress.total)
        filled = round(WIDTH * share)
        count = f"[{'=' * filled}{' ' * (WIDTH - filled)}] {share:4.0%} {count}"
    end = "\n" if progress.is_over else ""
    sys.stderr.write(f"\r{progress.what} {count}{end}")
    sys.stderr.flush()
