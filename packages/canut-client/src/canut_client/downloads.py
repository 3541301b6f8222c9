"""A file under download: complete under its own name, or not there."""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from canut_client.errors import ConnectionLostError
from canut_client.progress import OnProgress, Progress

if TYPE_CHECKING:
    from typing_extensions import Self


class Download:
    """A download into ``NAME.part``, renamed to ``NAME`` when it is complete.

    As a context manager it deletes the part of a download that did not complete.

    Args:
        target: where the file goes.
        size: bytes to expect; None where it is not known.
        on_progress: called after each chunk.
    """

    def __init__(self, target: Path, size: int | None, on_progress: OnProgress) -> None:
        self._target, self._size, self._on_progress = target, size, on_progress
        self._part = target.with_name(f"{target.name}.part")
        self._file: BinaryIO | None = None
        self._done = 0

    def __enter__(self) -> "Self":
        """Begin a download."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Delete what is not complete."""
        self._close()
        self._part.unlink(missing_ok=True)

    def restart(self) -> None:
        """Begin again with an empty file."""
        self._close()
        self._file, self._done = self._part.open("wb"), 0

    def write(self, chunk: bytes) -> None:
        """Append a chunk and report the progress."""
        if self._file is None:
            raise RuntimeError("call restart() before write()")
        self._file.write(chunk)
        self._done += len(chunk)
        self._on_progress(Progress("download", self._done, self._size))

    def finish(self) -> None:
        """Move the complete file to its name.

        Raises:
            ConnectionLostError: bytes are missing.
        """
        self._close()
        if self._size is not None and self._done != self._size:
            raise ConnectionLostError(
                f"the download ended after {self._done} of {self._size} bytes"
            )
        self._part.replace(self._target)
        self._on_progress(Progress("download", self._done, self._size, is_over=True))

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
