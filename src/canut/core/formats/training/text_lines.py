"""Read the numbered lines of a text file, line by line.

CoNLL and spaCy's JSONL interpret the lines.
"""

import codecs
from collections.abc import Iterable, Iterator

from canut.core.formats.training.labelled_items import DocumentPath

LONGEST_LINE = 4 * 2**20


def lines_of(chunks: Iterable[bytes], file: str) -> Iterator[tuple[int, str]]:
    """Yield numbered lines without line ends, skipping leading blank lines."""
    decode = codecs.getincrementaldecoder("utf-8-sig")().decode
    buffer, number, has_begun = "", 0, False
    for chunk in _ended(chunks):
        try:
            buffer += decode(chunk or b"", chunk is None)
        except UnicodeDecodeError:
            DocumentPath(file, f"line {number + 1}").refuse("file-bad-byte")
        *whole, buffer = buffer.split("\n") if chunk is not None else [*buffer.split("\n"), ""]
        for line in whole:
            number += 1
            has_begun = has_begun or bool(line.strip())
            if has_begun:
                yield number, line.removesuffix("\r")
        if len(buffer) > LONGEST_LINE:
            DocumentPath(file, f"line {number + 1}").refuse("json-too-large", limit=LONGEST_LINE)


def _ended(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    yield from chunks
    yield None
