"""Register of the platforms whose files of finished work can be read, one line each.

A file is recognised by the names of its columns. A new platform needs its reader, a line here, and
a sample in the parametrised tests.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from canut.core.errors import Missing
from canut.core.formats.platforms import mturk, toloka
from canut.core.formats.platforms.platform_work import Pieces
from canut.core.formats.tables.rows import ReadOptions

FIRST_LINE = 2**18


class Platform(NamedTuple):
    """How one platform's files are recognised and read, and their currency."""

    name: str
    separator: str
    currency: str
    recognises: Callable[[tuple[str, ...]], bool]
    reading_of: Callable[[Path], ReadOptions]
    read: Callable[[Path, ReadOptions], Iterator[Pieces]]


PLATFORMS: dict[str, Platform] = {
    "mturk": Platform(
        "Mechanical Turk", ",", mturk.CURRENCY, mturk.recognises, mturk.reading_of, mturk.read
    ),
    "toloka": Platform(
        "Toloka", "\t", toloka.CURRENCY, toloka.recognises, toloka.reading_of, toloka.read
    ),
}


def platform_of(path: Path) -> Platform | None:
    """Return the platform of a file by its header, or None.

    Raises:
        Missing: there is no file at that path.
    """
    if not path.is_file():
        raise Missing(f"there is no file at {path}; check the name", code="file-missing")
    with path.open("rb") as file:
        line = file.readline(FIRST_LINE)
    text = line.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace").strip()
    for platform in PLATFORMS.values():
        try:
            names = next(csv.reader([text], delimiter=platform.separator), [])
        except csv.Error:
            continue
        if platform.recognises(tuple(names)):
            return platform
    return None
