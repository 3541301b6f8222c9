"""Show how far a long transfer is: a bar where somebody looks, else whatever the caller does."""

import sys
from collections.abc import Callable
from typing import NamedTuple

WIDTH = 24
MIB = 2**20


class Progress(NamedTuple):
    """How far a transfer is.

    Args:
        what: ``upload``, counted in rows, or ``download``, counted in bytes.
        done: so many.
        total: of so many; None where nobody knows.
        is_over: whether it is done.
    """

    what: str
    done: int
    total: int | None
    is_over: bool = False


type Tell = Callable[[Progress], None]


def bar(progress: Progress) -> None:
    """Draw a bar on the terminal's error output; draw nothing where that is no terminal."""
    if not sys.stderr.isatty():
        return
    is_bytes = progress.what == "download"
    done = f"{progress.done / MIB:,.1f} MiB" if is_bytes else f"{progress.done:,} rows"
    if progress.total:
        share = min(1.0, progress.done / progress.total)
        filled = round(WIDTH * share)
        done = f"[{'=' * filled}{' ' * (WIDTH - filled)}] {share:4.0%} {done}"
    end = "\n" if progress.is_over else ""
    sys.stderr.write(f"\r{progress.what} {done}{end}")
    sys.stderr.flush()


def nothing(_progress: Progress) -> None:
    """Show nothing."""
