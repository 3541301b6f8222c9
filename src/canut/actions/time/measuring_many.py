"""Measure the time of many people at once, as closing a pay period needs it.

The same time as ``measuring`` gives, from the same beats, without an object for any of them: a test
holds the two together. Some hundred people are in memory at a time.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from canut.actions.time.measuring import LATE_MS, LETTERS_A_WORD, told_of, within
from canut.core.arrays import Bools, Codes, Counts
from canut.core.time.activity import Measured, measure
from canut.core.time.beat_columns import Packed, unpacked
from canut.core.time.beats import PLATFORM, UNKNOWN, Sessions, Surfaces
from canut.core.time.breaks import BREAK_MS, with_breaks_cut
from canut.core.time.silence_allowance import BASE_MS, LEAST_MS, MOST_MS, WORD_MS
from canut.core.time.surfaces import SORTS, Sort
from canut.store.sql import beat_lines as beats

MARGIN_MS = 12 * 3_600_000
BATCH = 50_000
ITEM, INSTRUCTIONS = "item", "instructions"


class Many(NamedTuple):
    """Credited intervals of many people, with what their surfaces stand for."""

    measured: Measured
    kind: Codes
    kinds: list[str]


def beats_of(
    people: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> bytes:
    """Read the beats from which ``measured_many`` measures; arguments as of ``measured``."""
    until_ms = end_ms + LATE_MS if came_ms is None else came_ms
    return beats.lines_of(people, begin_ms - MARGIN_MS, until_ms)


def measured_many(text: bytes, begin_ms: int, end_ms: int) -> Many:
    """Measure what people did between two moments, from their beats as ``beats_of`` reads them."""
    packed = unpacked(text)
    begun = [
        name.partition("/")[2]
        for name, least in zip(packed.sessions, packed.least, strict=True)
        if least > 0
    ]
    earlier = beats.lines_before(begun, begin_ms - MARGIN_MS) if begun else b""
    if earlier:
        packed = unpacked(text + earlier)
    kinds = sorted(set(packed.kind))
    code = {name: number for number, name in enumerate(kinds)}
    kind = np.array([code[name] for name in packed.kind], dtype=np.int32)
    surfaces, is_break = _surfaces(packed, kind, kinds)
    found = with_breaks_cut(measure(packed.beats, _sessions(packed), surfaces), is_break)
    return Many(within(found, begin_ms, end_ms), kind, kinds)


def _sessions(packed: Packed) -> Sessions:
    """Say when each page was given out, and whether silence counts twice there."""
    names = [name.partition("/")[2] for name in packed.sessions]
    pages = {name: (opened, aid) for name, opened, aid in beats.pages_of(names)}
    found = [pages.get(name, (UNKNOWN, False)) for name in names]
    return Sessions(
        person=packed.person,
        opened=np.array([opened for opened, _ in found], dtype=np.int64),
        assistive=np.array([bool(aid) for _, aid in found], dtype=np.bool_),
    )


def _surfaces(packed: Packed, kind: Codes, kinds: Sequence[str]) -> tuple[Surfaces, Bools]:
    """Say of each surface whose work it is, how long a silence may be, and what is a break."""
    sorts = [SORTS.get(name, Sort(is_item=True)) for name in kinds] or [Sort()]
    is_break = np.array([one.is_break for one in sorts], dtype=np.bool_)[kind]
    words = np.array([one.words for one in sorts], dtype=np.int64)[kind]
    of = np.array([*kinds, ""], dtype=np.str_)[kind]
    lent = (of == ITEM) & (packed.number >= 0)
    words[lent] = _letters(packed.number[lent]) // LETTERS_A_WORD
    told = told_of({int(one) for one in np.unique(packed.project)} - {0})
    for project, letters in told.items():
        rows = (of == INSTRUCTIONS) & (packed.project == project)
        words[rows] = np.maximum(words[rows], letters // LETTERS_A_WORD)
    allowance = np.clip(BASE_MS + WORD_MS * words, LEAST_MS, MOST_MS)
    surfaces = Surfaces(
        project=np.where(packed.project == 0, PLATFORM, packed.project),
        is_item=np.array([one.is_item for one in sorts], dtype=np.bool_)[kind] & ~is_break,
        is_counted=np.array([one.is_counted for one in sorts], dtype=np.bool_)[kind],
        allowance=np.where(is_break, BREAK_MS, allowance),
        grace=np.where(is_break, BREAK_MS, 0).astype(np.int64),
    )
    return surfaces, is_break


def _letters(leases: Counts) -> Counts:
    """Return how many letters the task of each lease has; 0 where it is gone."""
    wanted = np.unique(leases)
    found = np.zeros(len(wanted), np.int64)
    for at in range(0, len(wanted), BATCH):
        rows = beats.lengths_of(wanted[at : at + BATCH].tolist())
        if rows:
            ids, letters = np.array(rows, dtype=np.int64).T
            found[np.searchsorted(wanted, ids)] = letters
    return found[np.searchsorted(wanted, leases)]
