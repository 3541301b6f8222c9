"""Write large files with an fsync every 4 MiB, so that other writers do not stall.

Without it, the kernel keeps written pages in memory and flushes hundreds of megabytes at once up to
half a minute later; each fsync of an answer would wait behind them. A closed file is on disk.
"""

import io
import os
import stat
from collections.abc import Buffer
from pathlib import Path
from typing import Literal

STEP_BYTES = 2**22


class SyncedWriter(io.BufferedWriter):
    """A file opened for writing, with an fsync every 4 MiB and at its end.

    Args:
        file: a path to be written anew ("wb"), made ("xb") or written into ("r+b"), or a descriptor
            open for writing.
        mode: how the path is opened.
    """

    def __init__(self, file: Path | int, mode: Literal["wb", "xb", "r+b"] = "wb") -> None:
        super().__init__(io.FileIO(file, mode), 2**16)
        self._is_on_disk = stat.S_ISREG(os.fstat(self.fileno()).st_mode)  # a pipe waits for none
        self._waiting = 0

    def write(self, chunk: Buffer, /) -> int:
        """Write all bytes."""
        count = super().write(chunk)
        self._waiting += count
        if self._waiting >= STEP_BYTES:
            self._settle()
        return count

    def close(self) -> None:
        """Sync the remaining bytes, then close."""
        try:
            if not self.closed and self._waiting:
                self._settle()
        finally:
            super().close()

    def _settle(self) -> None:
        self.flush()
        if self._is_on_disk:
            os.fsync(self.fileno())
        self._waiting = 0
