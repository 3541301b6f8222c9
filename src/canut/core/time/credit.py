"""Credit time between signs of activity: silence over the allowance is shortened, never dropped.

A sign is a second with a key press, a pointer move, a touch or a scroll, media that played, a
change of surface, or a page shown again. Media counts on a hidden page too, while it plays. A
heartbeat vouches for what its fifteen seconds hold: where others are missing before it, half a
minute counts. Each credited interval states how it ended, so that anyone can recompute it from the
heartbeats. ``page_union`` resolves overlaps between pages.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts, for_rows, kernel, part
from canut.core.time.beat_clock import BEAT_MS, to_server_time
from canut.core.time.beats import Beats, Sessions, Surfaces

CRASH_MS = 30_000
A, HIDDEN, SILENT, ROWS = 0, 1, 2, 3


class CutReason(IntEnum):
    """How a credited interval ended."""

    SIGN = 0
    """At a sign, or where the surface changed; every silence within was allowed."""
    ALLOWANCE = 1
    """The silence grew longer than what is shown allows."""
    HIDDEN = 2
    """The page was hidden, for longer than the task's grace."""
    MISSING = 3
    """Beats stopped coming and came back: half a minute after they stopped."""
    CLOSED = 4
    """The person closed or left the page."""
    CRASHED = 5
    """Beats stopped for good: half a minute after the last sign."""


SIGN, ALLOWANCE, HID, MISSING, CLOSED, CRASHED = (int(why) for why in CutReason)


class Credits(NamedTuple):
    """Credited intervals of each page, by session, then time; milliseconds since 1970 UTC."""

    session: Counts
    surface: Codes
    begin: Counts
    end: Counts
    why: Codes


class _Placed(NamedTuple):
    beats: Beats
    ends: Counts
    spans: Counts


class _Rules(NamedTuple):
    surfaces: Surfaces
    double: Counts
    silence: Counts


def credit(beats: Beats, sessions: Sessions, surfaces: Surfaces) -> Credits:
    """Credit the time of every page, before overlapping pages are united."""
    placed = _Placed(beats, *to_server_time(beats, sessions))
    rules = _Rules(surfaces, sessions.assistive.astype(np.int64) + 1, sessions.silence)
    credited = _credits(len(beats.mono) + len(sessions.person))
    run = for_rows(_credit, len(beats.mono) + len(beats.second))
    rows = run(placed, rules, credited)
    if rows > len(credited.begin):
        credited = _credits(rows)
        run(placed, rules, credited)
    return Credits(
        credited.session[:rows],
        credited.surface[:rows],
        credited.begin[:rows],
        credited.end[:rows],
        credited.why[:rows],
    )


def _credits(rows: int) -> Credits:
    whole = [np.zeros(rows, np.int64) for _ in range(3)]
    codes = [np.zeros(rows, np.int32) for _ in range(2)]
    return Credits(whole[0], codes[0], whole[1], whole[2], codes[1])


@part
def _keep(out: Credits, state: Counts, where: tuple[int, int], span: tuple[int, int, int]) -> None:
    """Write an interval or extend the one before; beyond the capacity, only count."""
    session, surface = where
    begin, end, reason = span
    goes_on = state[4] == surface and state[5] == begin and state[6] == SIGN
    state[4], state[5], state[6] = surface, end, reason
    if not goes_on:
        state[ROWS] += 1
    row = state[ROWS] - 1
    if row < len(out.begin):
        if not goes_on:
            out.session[row] = session
            out.surface[row] = surface
            out.begin[row] = begin
        out.end[row] = end
        out.why[row] = reason


@part
def _until(
    out: Credits, state: Counts, where: tuple[int, int], rules: _Rules, sign: tuple[int, int]
) -> None:
    """Credit from the last sign to this moment, up to the silence allowance."""
    session, surface = where
    to, reason = sign
    allowed = rules.surfaces.allowance[surface]
    if rules.surfaces.is_item[surface]:
        allowed = max(allowed, rules.silence[session])
    end = state[A] + allowed * rules.double[session]
    cause = ALLOWANCE
    if state[HIDDEN] >= 0 and state[HIDDEN] + rules.surfaces.grace[surface] < end:
        end = state[HIDDEN] + rules.surfaces.grace[surface]
        cause = HID
    if state[SILENT] >= 0 and max(state[SILENT], state[A]) + CRASH_MS < end:
        end = max(state[SILENT], state[A]) + CRASH_MS
        cause = MISSING
    if to <= end:
        end = to
        cause = reason
    if end > state[A] and rules.surfaces.is_counted[surface]:
        _keep(out, state, where, (state[A], end, cause))
    state[A] = max(state[A], to)


@part
def _beat(
    placed: _Placed, row: int, begin: int, state: Counts, act: tuple[Credits, _Rules, int]
) -> None:
    """Process the signs of one heartbeat in order."""
    out, rules, session = act
    beats, end = placed.beats, placed.ends[row]
    where = (session, beats.surface[row])
    is_hidden = state[HIDDEN] >= 0
    plays = end + 1
    if beats.media[row] > 0:
        plays = max(begin, end - beats.media[row])
    for bucket in range(beats.bucket[row], beats.bucket[row + 1]):
        late = beats.mono[row] - (beats.second[bucket] * 1000)
        sign = min(end, max(begin, end - max(0, late)))
        if plays <= sign:
            _until(out, state, where, rules, (plays, SIGN))
            state[HIDDEN] = state[SILENT] = -1
            plays = end + 1
        _until(out, state, where, rules, (sign, SIGN))
        state[HIDDEN] = state[SILENT] = -1
        is_hidden = False
    if plays <= end:
        _until(out, state, where, rules, (plays, SIGN))
        state[HIDDEN] = state[SILENT] = -1
    if beats.media[row] > 0:
        _until(out, state, where, rules, (end, SIGN))
        state[SILENT] = -1
        if is_hidden:
            state[HIDDEN] = end


@kernel
def _credit(placed: _Placed, rules: _Rules, out: Credits) -> int:
    beats, ends, spans = placed
    state = np.full(7, -1, np.int64)
    state[ROWS] = 0
    for session in range(len(beats.first) - 1):
        low, high = beats.first[session], beats.first[session + 1]
        begin = state[A] = spans[session, 0]
        state[HIDDEN] = state[SILENT] = state[4] = -1
        for row in range(low, high):
            end = ends[row]
            where = (session, beats.surface[row])
            if state[HIDDEN] < 0 and end - begin > 2 * BEAT_MS and state[SILENT] < 0:
                state[SILENT] = begin
            _beat(placed, row, begin, state, (out, rules, session))
            is_shown = state[HIDDEN] >= 0 and beats.visible[row]
            if row + 1 == high:
                if not beats.visible[row] or end - begin < BEAT_MS:
                    _until(out, state, where, rules, (end, CLOSED))
                else:
                    tail = min(state[A] + CRASH_MS, spans[session, 1])
                    _until(out, state, where, rules, (tail, CRASHED))
            elif is_shown or beats.surface[row + 1] != beats.surface[row]:
                _until(out, state, where, rules, (end, SIGN))
                state[SILENT] = -1
            if beats.visible[row]:
                state[HIDDEN] = -1
            elif state[HIDDEN] < 0:
                state[HIDDEN] = end
            begin = end
    return int(state[ROWS])
