"""Empty the content of a withdrawn task, and keep its shape.

The time of work is measured by how much there was to read, hear and look at. The emptied row is as
long as it was, names as many pictures and sounds, and still says whether it named a web address, so
that nobody's time or pay changes.
"""

import hashlib
import json
from collections.abc import Mapping

FILLER, ADDRESS = "·", "://"


def salted_name(salt: bytes, sha256: str) -> str:
    """Return what stands for a deleted file: a salted hash, as hex, of the hash of its bytes.

    Example:
        >>> len(salted_name(bytes(32), "00" * 32))
        64
    """
    return hashlib.sha256(salt + bytes.fromhex(sha256)).hexdigest()


def emptied_row(data: str, names: Mapping[str, str]) -> str:
    """Return a task's data without its content.

    Args:
        data: JSON text, as imported.
        names: what stands for each picture and sound from now on, by its hash.

    Returns:
        JSON text of the same length.

    Example:
        >>> emptied_row('{"text":"Marie, 12"}', {})
        '{"text":"·········"}'
    """
    cells = {name: names.get(str(cell)) or _filler(str(cell)) for name, cell in _cells(data)}
    text = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
    return text.ljust(len(data))


def _cells(data: str) -> list[tuple[str, object]]:
    return list(json.loads(data).items())


def _filler(cell: str) -> str:
    """Return dots as long as a cell is in JSON, with the mark of an address if it has one."""
    length = len(json.dumps(cell, ensure_ascii=False)) - 2
    mark = ADDRESS if ADDRESS in cell else ""
    return mark + FILLER * (length - len(mark))
