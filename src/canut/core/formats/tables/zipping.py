"""Write files into a zip as a stream: none of them, nor the zip, is held whole.

What is held is a line of the zip's table for each file, which a zip has at its end.
"""

import zipfile
from collections.abc import Iterable, Iterator

from canut.core.formats.tables.writing import Pipe

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same content is the same zip, whenever it is made
BATCH_BYTES = 2**16


def stream_zip(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield the bytes of a zip of files, each with its path in it.

    Example:
        >>> import io, zipfile
        >>> made = b"".join(stream_zip([("a/b.txt", b"1 0.5"), ("c.txt", b"")]))
        >>> zipfile.ZipFile(io.BytesIO(made)).namelist()
        ['a/b.txt', 'c.txt']
    """
    pipe, waiting = Pipe(), bytearray()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            entry = zipfile.ZipInfo(path, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
            waiting += pipe.taken()
            if len(waiting) > BATCH_BYTES:
                yield bytes(waiting)
                waiting.clear()
    yield bytes(waiting) + pipe.taken()
