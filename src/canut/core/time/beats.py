"""Lay out heartbeats, sessions and surfaces as columns for compiled loops.

A heartbeat is as ``actions.time.heartbeats`` stores it: one page's life is a session, and
``visible`` is the state of the page at the end of the heartbeat, until the next one. ``beat_clock``
and ``credit`` decide what time a heartbeat gives.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Counts
from canut.core.errors import BadInput, ShapeError

PLATFORM = -1
UNKNOWN = -1
BUCKET_FIELDS = 5
LARGEST = 2**31 - 1  # of seconds and counts


class Beat(NamedTuple):
    """One heartbeat, on the page's clock and on the server's, in milliseconds."""

    session: str
    seq: int
    mono_ms: int
    received_ms: int
    surface: str
    buckets: Sequence[Sequence[int]] = ()
    media_ms: int = 0
    visible: bool = True


class Session(NamedTuple):
    """One page's life: its person, and when the server opened it (None: unknown).

    ``silence_ms``: the silence credited on its items at least, learnt before it was opened.
    """

    person: int
    opened_ms: int | None = None
    assistive: bool = False
    silence_ms: int = 0


class Surface(NamedTuple):
    """What a page showed: an item, or another page of Canut.

    Args:
        project: project of the work; None for the platform's own pages.
        is_item: True for an item, False for the overhead around items.
        is_counted: False for a declared pause, and for pages shown after the hours limit.
        allowance_ms: silence credited, in milliseconds, from ``allowance_ms``.
        grace_ms: time the page may be hidden, in milliseconds, for tasks that require outside
            research.
    """

    project: int | None = None
    is_item: bool = True
    is_counted: bool = True
    allowance_ms: int = 60_000
    grace_ms: int = 0


class Beats(NamedTuple):
    """Columns of heartbeats by session, then number; ``second`` are those with activity.

    ``first`` is the index of each session's first heartbeat, ``bucket`` that of each heartbeat's
    first second; both end with the length of the column they index.
    """

    first: Counts
    mono: Counts
    received: Counts
    visible: Bools
    surface: Codes
    media: Counts
    bucket: Counts
    second: Counts


class Sessions(NamedTuple):
    """Columns of sessions: person, start (-1: unknown), and whether silence counts double.

    ``silence``: how much of it counts on items at least, in milliseconds.
    """

    person: Counts
    opened: Counts
    assistive: Bools
    silence: Counts


class Surfaces(NamedTuple):
    """Columns of surfaces; ``project`` is -1 for the platform's own."""

    project: Counts
    is_item: Bools
    is_counted: Bools
    allowance: Counts
    grace: Counts


class BeatColumns(NamedTuple):
    """All inputs of time measurement, with the names behind the codes."""

    beats: Beats
    sessions: Sessions
    surfaces: Surfaces
    session_names: tuple[str, ...]
    surface_names: tuple[str, ...]


def columns_of(
    beats: Sequence[Beat], sessions: Mapping[str, Session], surfaces: Mapping[str, Surface]
) -> BeatColumns:
    """Lay out heartbeats in any order as columns, without duplicates.

    Args:
        beats: heartbeats of any sessions.
        sessions: all sessions with heartbeats, by name.
        surfaces: surfaces by name; a missing or withdrawn one counts as an item of the platform.

    Returns:
        Columns sorted by session and number, with the names behind the codes.

    Raises:
        BadInput: a heartbeat belongs to an unknown session.
        ShapeError: a bucket is not a second and four counts.
    """
    names, surface_names = sorted({b.session for b in beats}), sorted({b.surface for b in beats})
    unknown = [name for name in names if name not in sessions]
    if unknown:
        raise BadInput(f"beats of unknown sessions {unknown[:3]}; give each its person")
    code = {name: number for number, name in enumerate(names)}
    of = _whole([code[b.session] for b in beats])
    received = _whole([b.received_ms for b in beats])
    order = _once(of, _whole([b.seq for b in beats]), received)
    bucket, second = _signs([b.buckets for b in beats], order)
    code = {name: number for number, name in enumerate(surface_names)}
    surface_rows = [surfaces.get(name, Surface()) for name in surface_names]
    session_rows = [sessions[name] for name in names]
    return BeatColumns(
        Beats(
            first=np.searchsorted(of[order], np.arange(len(names) + 1)).astype(np.int64),
            mono=_whole([b.mono_ms for b in beats])[order],
            received=received[order],
            visible=np.array([b.visible for b in beats], dtype=np.bool_)[order],
            surface=np.array([code[b.surface] for b in beats], dtype=np.int32)[order],
            media=_whole([b.media_ms for b in beats])[order],
            bucket=bucket,
            second=second,
        ),
        Sessions(
            person=_whole([s.person for s in session_rows]),
            opened=_whole([UNKNOWN if s.opened_ms is None else s.opened_ms for s in session_rows]),
            assistive=np.array([s.assistive for s in session_rows], dtype=np.bool_),
            silence=_whole([s.silence_ms for s in session_rows]),
        ),
        Surfaces(
            project=_whole([PLATFORM if s.project is None else s.project for s in surface_rows]),
            is_item=np.array([s.is_item for s in surface_rows], dtype=np.bool_),
            is_counted=np.array([s.is_counted for s in surface_rows], dtype=np.bool_),
            allowance=_whole([s.allowance_ms for s in surface_rows]),
            grace=_whole([s.grace_ms for s in surface_rows]),
        ),
        tuple(names),
        tuple(surface_names),
    )


def check_shapes(beats: Beats, sessions: Sessions, surfaces: Surfaces) -> None:
    """Raise if columns do not fit together, before a loop reads out of bounds.

    Raises:
        ShapeError: columns differ in length, or a code has no row.
    """
    n_beats, n_sessions, n_surfaces = len(beats.mono), len(sessions.person), len(surfaces.project)
    fits = (
        len(beats.first) == n_sessions + 1
        and len(beats.bucket) == n_beats + 1
        and {len(c) for c in (beats.received, beats.visible, beats.surface, beats.media)}
        == {n_beats}
        and {len(column) for column in sessions} == {n_sessions}
        and {len(c) for c in surfaces} == {n_surfaces}
        and _cuts(beats.first, n_beats)
        and _cuts(beats.bucket, len(beats.second))
        and (not n_beats or 0 <= beats.surface.min() <= beats.surface.max() < n_surfaces)
    )
    if not fits:
        raise ShapeError(
            f"{n_beats} beats, {n_sessions} sessions and {n_surfaces} surfaces do not fit; build"
            " them with columns_of, or sort beats by session and number"
        )


def _once(session: Counts, seq: Counts, received: Counts) -> Counts:
    """Return rows by session and number; of duplicates, the first to arrive."""
    order = np.lexsort((received, seq, session)).astype(np.int64)
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = (np.diff(session[order]) != 0) | (np.diff(seq[order]) != 0)
    return order[is_first]


def _signs(buckets: Sequence[Sequence[Sequence[int]]], order: Counts) -> tuple[Counts, Counts]:
    """Return where each heartbeat's seconds begin, and the seconds with activity."""
    flat = _clipped(list(chain.from_iterable(chain.from_iterable(buckets))))
    lengths = _whole([len(each) for each in buckets])
    if len(flat) != BUCKET_FIELDS * lengths.sum():
        raise ShapeError(
            f"{lengths.sum()} buckets hold {len(flat)} numbers; each is a second and four counts"
        )
    second, counts = flat[::BUCKET_FIELDS], flat.reshape(-1, BUCKET_FIELDS)[:, 1:]
    position = np.full(len(buckets), UNKNOWN, np.int64)
    position[order] = np.arange(len(order))
    beat = np.repeat(position, lengths)
    is_sign = counts.any(axis=1) & (beat != UNKNOWN)
    second, beat = second[is_sign], beat[is_sign]
    starts = np.append(0, np.cumsum(np.bincount(beat, minlength=len(order)))).astype(np.int64)
    return starts, second[np.lexsort((second, beat))]


def _clipped(numbers: Sequence[int]) -> Counts:
    """Return numbers as a column; what was kept before it was checked may be of any size."""
    try:
        column = np.array(numbers, np.int64)
    except OverflowError:
        column = np.array([max(-LARGEST, min(each, LARGEST)) for each in numbers], np.int64)
    return column.clip(-LARGEST, LARGEST)


def _cuts(starts: Counts, length: int) -> bool:
    ends = starts[0] == 0 and starts[-1] == length
    return bool(ends and (np.diff(starts) >= 0).all())


def _whole(numbers: Sequence[int]) -> Counts:
    return np.array(numbers, dtype=np.int64)
