"""Find the longest silence on each surface, from which the silence allowance learns.

A silence is a stretch without a sign while the page was in view. It ends at a sign, where something
else comes in view, where the page is hidden, and where media plays; missing heartbeats are none.
"""

import numpy as np

from canut.core.arrays import Bools, Counts
from canut.core.time.beat_clock import BEAT_MS
from canut.core.time.beats import Beats
from canut.core.time.silence_allowance import MOST_MS


def longest_silences(beats: Beats, n_surfaces: int) -> Counts:
    """Return the longest silence on each surface, by the clocks of its pages.

    Args:
        beats: heartbeats by session, then number.
        n_surfaces: number of surface codes.

    Returns:
        Milliseconds, up to the most that an allowance may be, shape (n_surfaces,); 0 for a
        surface that was not in view.

    Example:
        >>> from canut.core.time.beats import Beat, Session, columns_of
        >>> rows = [Beat("p", n, 15_000 * n, 0, "item:1") for n in range(1, 6)]
        >>> rows[2] = rows[2]._replace(buckets=[[40, 1, 0, 0, 0]])
        >>> longest_silences(columns_of(rows, {"p": Session(1)}, {}).beats, 1).tolist()
        [40000]
    """
    longest = np.zeros(n_surfaces, np.int64)
    n_beats = len(beats.mono)
    if not n_beats:
        return longest
    begins, is_new = _begins(beats)
    run = np.cumsum(is_new) - 1
    row = np.repeat(np.arange(n_beats), np.diff(beats.bucket))
    signs = np.clip(beats.second * 1000, begins[row], beats.mono[row])
    last = np.append(np.flatnonzero(is_new)[1:] - 1, n_beats - 1)
    times = np.concatenate([begins[is_new], signs, beats.mono[last]])
    runs = np.concatenate([run[is_new], run[row], run[last]])
    order = np.lexsort((times, runs))
    gaps, is_same = np.diff(times[order]), np.diff(runs[order]) == 0
    surface = beats.surface[is_new][runs[order][1:][is_same]]
    np.maximum.at(longest, surface, gaps[is_same].clip(0, MOST_MS))
    return longest


def _begins(beats: Beats) -> tuple[Counts, Bools]:
    """Return when each heartbeat begins, and whether a stretch without interruption begins there.

    A heartbeat in which media played stands alone, and what it holds is no silence.
    """
    starts = beats.first[:-1][np.diff(beats.first) > 0]
    begins = np.append(0, beats.mono[:-1])
    begins[starts] = np.maximum(0, beats.mono[starts] - BEAT_MS)
    is_new = np.ones(len(beats.mono), np.bool_)
    plays = beats.media > 0
    is_new[1:] = (
        (beats.surface[1:] != beats.surface[:-1])
        | ~beats.visible[:-1]
        | (beats.mono[1:] - beats.mono[:-1] > 2 * BEAT_MS)
        | plays[1:]
        | plays[:-1]
    )
    is_new[starts] = True
    is_missing = is_new & (beats.mono - begins > 2 * BEAT_MS)
    begins[is_missing | plays] = beats.mono[is_missing | plays]
    return begins, is_new
