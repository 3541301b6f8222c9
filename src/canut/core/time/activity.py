"""Measure active time: turn heartbeats into credited intervals, with the reason each one ended.

``beat_clock`` converts heartbeats to the server's clock, ``credit`` credits the time between signs,
and ``page_union`` unites overlapping pages. All times are whole milliseconds, and the result
depends on the arguments only. ``time_caps`` decides what is held for human review, ``claims``
handles time that a person claims in addition.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts
from canut.core.time.beats import BeatColumns, Beats, Sessions, Surfaces, check_shapes
from canut.core.time.credit import CutReason, credit
from canut.core.time.page_union import Pages, united


class CreditedTime(NamedTuple):
    """Credited intervals; no two of the same person overlap.

    Times are milliseconds since 1970 UTC, in order of person, then time. ``project`` is -1 on the
    platform's own pages; ``why`` is the number of a ``CutReason`` and ``allowance`` the silence
    allowance of the page, both from before pages were united.
    """

    person: Counts
    project: Counts
    session: Counts
    surface: Codes
    begin: Counts
    end: Counts
    why: Codes
    allowance: Counts


class WorkedTime(NamedTuple):
    """Time of a person in a project, in milliseconds: on items, and around them."""

    person: int
    project: int
    measured_ms: int
    overhead_ms: int


class CreditedInterval(NamedTuple):
    """One credited interval, with names for codes."""

    session: str
    surface: str
    begin_ms: int
    end_ms: int
    why: CutReason
    allowance_ms: int


def measure(beats: Beats, sessions: Sessions, surfaces: Surfaces) -> CreditedTime:
    """Measure the active time of all people with heartbeats in these columns.

    Args:
        beats: heartbeats by session, then number.
        sessions: one row per session.
        surfaces: one row per surface code.

    Raises:
        ShapeError: columns that do not fit together.

    Source:
        Truncation of gaps instead of their deletion, and allowances by content: this house's, after
        Whiting et al. (2019), Fair Work, whose fixed 30 seconds rob readers.
    """
    check_shapes(beats, sessions, surfaces)
    credited = credit(beats, sessions, surfaces)
    person, project = sessions.person[credited.session], surfaces.project[credited.surface]
    is_item = surfaces.is_item[credited.surface]
    cut = united(Pages(person, project, credited.surface, is_item, credited.begin, credited.end))
    session, surface = credited.session[cut.page], credited.surface[cut.page]
    learnt = np.where(surfaces.is_item[surface], sessions.silence[session], 0)
    double = sessions.assistive[session].astype(np.int64) + 1
    allowed = np.maximum(surfaces.allowance[surface], learnt) * double
    return CreditedTime(
        person=person[cut.page],
        project=project[cut.page],
        session=session,
        surface=surface,
        begin=cut.begin,
        end=cut.end,
        why=credited.why[cut.page],
        allowance=allowed,
    )


def times_of(measured: CreditedTime, surfaces: Surfaces) -> list[WorkedTime]:
    """Add up each person's time in each project: on items, and around them."""
    order = np.lexsort((measured.project, measured.person))
    ms, is_item = measured.end - measured.begin, surfaces.is_item[measured.surface]
    starts = _starts(measured.person[order], measured.project[order])
    items = _sums(np.where(is_item, ms, 0)[order], starts)
    others = _sums(np.where(is_item, 0, ms)[order], starts)
    rows = order[starts]
    return [
        WorkedTime(int(person), int(project), int(measured_ms), int(overhead_ms))
        for person, project, measured_ms, overhead_ms in zip(
            measured.person[rows], measured.project[rows], items, others, strict=True
        )
    ]


def _starts(*columns: Counts | Codes) -> Counts:
    """Return the indices at which either of two sorted columns changes."""
    is_new = np.zeros(len(columns[0]), np.bool_)
    is_new[:1] = True
    for column in columns:
        is_new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(is_new)


def _sums(ms: Counts, starts: Counts) -> Counts:
    """Sum from each start to the next."""
    return np.add.reduceat(ms, starts) if len(starts) else ms


def intervals_of(columns: BeatColumns, measured: CreditedTime) -> list[CreditedInterval]:
    """List credited intervals with the names of sessions and surfaces, for people to read."""
    rows = zip(
        measured.session, measured.surface, measured.begin, measured.end, measured.why,
        measured.allowance, strict=True,
    )  # fmt: skip
    return [
        CreditedInterval(
            columns.session_names[session],
            columns.surface_names[surface],
            int(begin),
            int(end),
            CutReason(reason),
            int(allowance),
        )
        for session, surface, begin, end, reason, allowance in rows
    ]
