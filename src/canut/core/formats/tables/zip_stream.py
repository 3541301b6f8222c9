"""Write a zip as a stream, so that neither a file nor the zip is held in memory.

What is held is a line of the zip's directory for each file, which a zip has at its end. The same
files give the same bytes: no clock and nothing of the machine goes into them.
"""

import zipfile
from collections.abc import Iterable, Iterator

from canut.core.formats.tables.pipe import Pipe

LONG_AGO = (1980, 1, 1, 0, 0, 0)
BATCH_BYTES = 2**16


def stream_zip(files: Iterable[tuple[str, bytes | Iterable[bytes]]]) -> Iterator[bytes]:
    """Yield the bytes of a zip of files, at least 64 KiB at a time.

    Args:
        files: the path of each within the zip, and its content: whole, or in pieces that are
            read while they are written, as of a file of any size.

    Example:
        >>> import io, zipfile
        >>> content = b"".join(stream_zip([("a/b.txt", [b"one ", b"two"]), ("c.txt", b"")]))
        >>> zipfile.ZipFile(io.BytesIO(content)).read("a/b.txt")
        b'one two'
    """
    pipe, batch = Pipe(), bytearray()
    with zipfile.ZipFile(pipe, "w") as archive:
        for path, content in files:
            entry = zipfile.ZipInfo(path, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            for _piece in _write_entry(archive, entry, content):
                batch += pipe.taken()
                if len(batch) > BATCH_BYTES:
                    yield bytes(batch)
                    batch.clear()
    yield bytes(batch) + pipe.taken()


def _write_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes | Iterable[bytes]
) -> Iterator[None]:
    """Write one file, and return to the caller after each piece."""
    if isinstance(content, bytes):
        archive.writestr(entry, content)
    else:
        with archive.open(entry, "w", force_zip64=True) as file:
            for piece in content:
                file.write(piece)
                yield
    yield
