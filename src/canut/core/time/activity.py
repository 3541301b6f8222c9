"""Measure active time: from beats to intervals that are each credited once, with the reason why.

``clock`` places beats in time, ``credit`` goes from sign to sign, ``union`` lays pages over one
another. Whole milliseconds throughout, and nothing but the arguments: the same beats give the same
time for ever. What is held back for a human to look at is decided in ``caps``, what a person claims
beside it in ``claims``, what it is worth elsewhere.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts
from canut.core.time.beats import BeatColumns, Beats, Sessions, Surfaces, check_shapes
from canut.core.time.credit import CutReason, credit
from canut.core.time.page_union import Pages, united


class CreditedTime(NamedTuple):
    """Credited intervals, of which none overlaps another of the same person.

    Times are milliseconds since 1970 UTC, in order of person, then time. ``project`` is -1 on the
    platform's own pages; ``why`` says how the page's credit ended (a number of ``CutReason``), and
    ``allowance`` the silence allowed there, both as they were before pages met.
    """

    person: Counts
    project: Counts
    session: Counts
    surface: Codes
    begin: Counts
    end: Counts
    why: Codes
    allowance: Counts


class Time(NamedTuple):
    """Time of a person in a project, in milliseconds: on items, and around them."""

    person: int
    project: int
    measured_ms: int
    overhead_ms: int


class Interval(NamedTuple):
    """One credited interval, with names for codes."""

    session: str
    surface: str
    begin_ms: int
    end_ms: int
    why: CutReason
    allowance_ms: int


def measure(beats: Beats, sessions: Sessions, surfaces: Surfaces) -> CreditedTime:
    """Measure the active time of everyone whose beats these are.

    Args:
        beats: by session, then number.
        sessions: one row a session.
        surfaces: what each surface's code stands for.

    Raises:
        ShapeError: columns that do not fit together.

    Source:
        Truncation of gaps instead of their deletion, and allowances by content: this house's, after
        Whiting et al. (2019), Fair Work, whose fixed 30 seconds rob readers.
    """
    check_shapes(beats, sessions, surfaces)
    given = credit(beats, sessions, surfaces)
    person, project = sessions.person[given.session], surfaces.project[given.surface]
    is_item = surfaces.is_item[given.surface]
    cut = united(Pages(person, project, given.surface, is_item, given.begin, given.end))
    session, surface = given.session[cut.page], given.surface[cut.page]
    allowed = surfaces.allowance[surface] * (sessions.assistive[session].astype(np.int64) + 1)
    return CreditedTime(
        person=person[cut.page],
        project=project[cut.page],
        session=session,
        surface=surface,
        begin=cut.begin,
        end=cut.end,
        why=given.why[cut.page],
        allowance=allowed,
    )


def times_of(measured: CreditedTime, surfaces: Surfaces) -> list[Time]:
    """Add up each person's time in each project: on items, and around them."""
    order = np.lexsort((measured.project, measured.person))
    ms, is_item = measured.end - measured.begin, surfaces.is_item[measured.surface]
    starts = _starts(measured.person[order], measured.project[order])
    items = _sums(np.where(is_item, ms, 0)[order], starts)
    others = _sums(np.where(is_item, 0, ms)[order], starts)
    rows = order[starts]
    return [
        Time(int(person), int(project), int(measured_ms), int(overhead_ms))
        for person, project, measured_ms, overhead_ms in zip(
            measured.person[rows], measured.project[rows], items, others, strict=True
        )
    ]


def _starts(*columns: Counts | Codes) -> Counts:
    """Return where either of sorted columns changes."""
    is_new = np.zeros(len(columns[0]), np.bool_)
    is_new[:1] = True
    for column in columns:
        is_new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(is_new)


def _sums(ms: Counts, starts: Counts) -> Counts:
    """Add up from each start to the next."""
    return np.add.reduceat(ms, starts) if len(starts) else ms


def intervals_of(columns: BeatColumns, measured: CreditedTime) -> list[Interval]:
    """List credited intervals with the names of sessions and surfaces, as a person reads them."""
    rows = zip(
        measured.session, measured.surface, measured.begin, measured.end, measured.why,
        measured.allowance, strict=True,
    )  # fmt: skip
    return [
        Interval(
            columns.session_names[session],
            columns.surface_names[surface],
            int(begin),
            int(end),
            CutReason(why),
            int(allowance),
        )
        for session, surface, begin, end, why, allowance in rows
    ]
