"""Pass the bytes of a file on while it is written, so that it is never complete in memory."""

import io
from collections.abc import Buffer


class Pipe(io.RawIOBase):
    """A writable file that passes its bytes on, so that no file is ever complete in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, part: Buffer) -> int:
        """Buffer some bytes."""
        self._parts.append(bytes(part))
        self._at += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        """Return the number of bytes written so far."""
        return self._at

    def taken(self) -> bytes:
        """Return the bytes buffered since the last call, and clear the buffer."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
