"""Lay out beats, and what they were on, as columns that a loop can run over.

A beat is as ``actions.time.heartbeats`` keeps it: one page's life is a session, ``visible`` says
how the page was when the beat ended, and remains so until the next. What time a beat gives is
decided in ``clock`` and ``credit``.
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


class Beat(NamedTuple):
    """One beat, with the page's clock and the server's, in milliseconds."""

    session: str
    seq: int
    mono_ms: int
    received_ms: int
    surface: str
    buckets: Sequence[Sequence[int]] = ()
    media_ms: int = 0
    visible: bool = True


class Session(NamedTuple):
    """One page's life: whose, and when the server gave the page out (None: not known)."""

    person: int
    opened_ms: int | None = None
    assistive: bool = False


class Surface(NamedTuple):
    """What a page showed: an item, or another page of Canut.

    Args:
        project: whose work it is; None for the platform's own pages.
        is_item: whether it is an item, or the overhead around items.
        is_counted: False for a declared pause, and for what is shown once hours are used up.
        allowance_ms: the silence credited, of ``allowance_ms``.
        grace_ms: how long the page may be hidden, for tasks that send people to look things up.
    """

    project: int | None = None
    is_item: bool = True
    is_counted: bool = True
    allowance_ms: int = 60_000
    grace_ms: int = 0


class Beats(NamedTuple):
    """Columns of beats by session, then number; ``second`` are those in which a hand moved.

    ``first`` is where each session's beats begin, ``bucket`` where each beat's seconds do; both end
    with the length of what they cut.
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
    """Columns of sessions: whose, from when (-1: not known), and whether silence counts twice."""

    person: Counts
    opened: Counts
    assistive: Bools


class Surfaces(NamedTuple):
    """Columns of surfaces; ``project`` is -1 for the platform's own."""

    project: Counts
    is_item: Bools
    is_counted: Bools
    allowance: Counts
    grace: Counts


class BeatColumns(NamedTuple):
    """Everything time is measured from, with the names that the codes stand for."""

    beats: Beats
    sessions: Sessions
    surfaces: Surfaces
    session_names: tuple[str, ...]
    surface_names: tuple[str, ...]


def columns_of(
    beats: Sequence[Beat], sessions: Mapping[str, Session], surfaces: Mapping[str, Surface]
) -> BeatColumns:
    """Lay out beats in any order, each once however often it is given.

    Args:
        beats: of any sessions.
        sessions: by name; all that have beats.
        surfaces: by name; one that is absent is an item of the platform, as one withdrawn is.

    Raises:
        BadInput: a beat of an unknown session.
        ShapeError: a bucket that is not a second and four counts.
    """
    names, shown = sorted({b.session for b in beats}), sorted({b.surface for b in beats})
    unknown = [name for name in names if name not in sessions]
    if unknown:
        raise BadInput(f"beats of unknown sessions {unknown[:3]}; give each its person")
    code = {name: number for number, name in enumerate(names)}
    of = _whole([code[b.session] for b in beats])
    received = _whole([b.received_ms for b in beats])
    order = _once(of, _whole([b.seq for b in beats]), received)
    bucket, second = _signs([b.buckets for b in beats], order)
    code = {name: number for number, name in enumerate(shown)}
    what = [surfaces.get(name, Surface()) for name in shown]
    who = [sessions[name] for name in names]
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
            person=_whole([s.person for s in who]),
            opened=_whole([UNKNOWN if s.opened_ms is None else s.opened_ms for s in who]),
            assistive=np.array([s.assistive for s in who], dtype=np.bool_),
        ),
        Surfaces(
            project=_whole([PLATFORM if s.project is None else s.project for s in what]),
            is_item=np.array([s.is_item for s in what], dtype=np.bool_),
            is_counted=np.array([s.is_counted for s in what], dtype=np.bool_),
            allowance=_whole([s.allowance_ms for s in what]),
            grace=_whole([s.grace_ms for s in what]),
        ),
        tuple(names),
        tuple(shown),
    )


def check_shapes(beats: Beats, sessions: Sessions, surfaces: Surfaces) -> None:
    """Refuse columns that do not fit together, before a loop reads past their ends.

    Raises:
        ShapeError: columns of unlike lengths, or codes of no row.
    """
    n_beats, n_sessions, n_surfaces = len(beats.mono), len(sessions.person), len(surfaces.project)
    fits = (
        len(beats.first) == n_sessions + 1
        and len(beats.bucket) == n_beats + 1
        and {len(c) for c in (beats.received, beats.visible, beats.surface, beats.media)}
        == {n_beats}
        and {len(sessions.opened), len(sessions.assistive)} == {n_sessions}
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
    """Return rows by session and number; of a beat that came twice, the one that came first."""
    order = np.lexsort((received, seq, session)).astype(np.int64)
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = (np.diff(session[order]) != 0) | (np.diff(seq[order]) != 0)
    return order[is_first]


def _signs(buckets: Sequence[Sequence[Sequence[int]]], order: Counts) -> tuple[Counts, Counts]:
    """Return where each beat's seconds begin, and the seconds in which something happened."""
    flat = np.fromiter(chain.from_iterable(chain.from_iterable(buckets)), np.int64)
    lengths = _whole([len(each) for each in buckets])
    if len(flat) != BUCKET_FIELDS * lengths.sum():
        raise ShapeError(
            f"{lengths.sum()} buckets hold {len(flat)} numbers; each is a second and four counts"
        )
    second, counts = flat[::BUCKET_FIELDS], flat.reshape(-1, BUCKET_FIELDS)[:, 1:]
    place = np.full(len(buckets), UNKNOWN, np.int64)
    place[order] = np.arange(len(order))
    beat = np.repeat(place, lengths)
    is_sign = counts.any(axis=1) & (beat != UNKNOWN)
    second, beat = second[is_sign], beat[is_sign]
    starts = np.append(0, np.cumsum(np.bincount(beat, minlength=len(order)))).astype(np.int64)
    return starts, second[np.lexsort((second, beat))]


def _cuts(starts: Counts, length: int) -> bool:
    ends = starts[0] == 0 and starts[-1] == length
    return bool(ends and (np.diff(starts) >= 0).all())


def _whole(numbers: Sequence[int]) -> Counts:
    return np.array(numbers, dtype=np.int64)
