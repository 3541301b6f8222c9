"""Write files into one zip as a stream, so that none of them, nor the whole, is held in memory.

The same files give the same bytes: no clock, and no way of the machine that wrote them.
"""

import zipfile
from collections.abc import Iterable, Iterator

LONG_AGO = (1980, 1, 1, 0, 0, 0)


class _Out:
    """Takes what is written, until it is taken away."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, content: bytes, /) -> int:
        """Take some bytes."""
        self._held.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        """Give away what was written since the last time."""
        held, self._held = b"".join(self._held), []
        return held


def zipped(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """Yield a zip of files, each read while it is written.

    Args:
        files: the path of each within the zip, and its content piece by piece.

    Example:
        >>> whole = b"".join(zipped([("a/b.txt", [b"one ", b"two"])]))
        >>> import io
        >>> zipfile.ZipFile(io.BytesIO(whole)).read("a/b.txt")
        b'one two'
    """
    out = _Out()
    with zipfile.ZipFile(out, "w") as whole:
        for path, content in files:
            about = zipfile.ZipInfo(path, LONG_AGO)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            with whole.open(about, "w", force_zip64=True) as inside:
                for piece in content:
                    inside.write(piece)
                    yield out.taken()
    yield out.taken()
