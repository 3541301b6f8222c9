"""Guess which column of a table people judge, and which one names each row.

A guess is shown and can be changed; nothing else rests on it.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from canut.core.formats.tables.rows import Row

SAMPLE_ROWS = 200
ROWS_COMPARED = 20_000
KEY_LENGTH = 200


def guess_judged(columns: Sequence[str], rows: Sequence[Row], media: Collection[str] = ()) -> str:
    """Return the column that names pictures or sounds, else the one with the longest texts.

    >>> guess_judged(["id", "review"], [{"id": "1", "review": "Very good."}])
    'review'
    """
    for column in columns:
        if column in media:
            return column
    sample = rows[:SAMPLE_ROWS]
    sizes = [sum(len(row.get(column, "")) for row in sample) for column in columns]
    return columns[sizes.index(max(sizes))]


def guess_key(columns: Sequence[str], rows: Iterable[Row], judged: str) -> str:
    """Return the first column, besides the judged one, whose texts are never twice the same.

    Rows that are the same from end to end count once. Empty where no column is one.

    >>> guess_key(["tone", "id"], [{"tone": "a", "id": "1"}, {"tone": "a", "id": "2"}], "text")
    'id'
    """
    distinct = {tuple(sorted(row.items())): row for row in islice(rows, ROWS_COMPARED)}
    compared = list(distinct.values())
    for column in columns:
        texts = [row.get(column, "") for row in compared]
        is_named = all(texts) and max(map(len, texts), default=0) <= KEY_LENGTH
        if column != judged and is_named and len(set(texts)) == len(texts):
            return column
    return ""
