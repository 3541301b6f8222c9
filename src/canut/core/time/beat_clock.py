"""Convert heartbeats to the server's clock, whatever the page's own clock says.

A page's clock is monotonic and has no date. Its offset from the server's clock is the smallest
delay observed between the two; the server opened the page when its clock began. Times before that,
or after the last contact, are clipped, so that a forged clock gains no more than the time the
server saw pass. A sleeping computer stops the page's clock: when two prompt contacts agree, later
heartbeats are shifted. ``credit`` decides which time is credited.
"""

import numpy as np

from canut.core.arrays import Counts, for_rows, kernel
from canut.core.time.beats import Beats, Sessions

BEAT_MS = 15_000
STEP_MS = 60_000
AGREE_MS = 5_000
FAR = 2**62
SEND_MS = 120_000


def send_every_ms(lease_seconds: int) -> int:
    """Return how often a page sends heartbeats, in milliseconds: eight at once, three per lease."""
    return min(SEND_MS, lease_seconds * 1000 // 3)


def to_server_time(beats: Beats, sessions: Sessions) -> tuple[Counts, Counts]:
    """Return the end of each heartbeat, and when each session began and was last active.

    Returns:
        Ends of beats; begin and last contact of sessions, shape (n_sessions, 2); milliseconds.
    """
    ends = np.zeros(len(beats.mono), np.int64)
    spans = np.zeros((len(sessions.person), 2), np.int64)
    run = for_rows(_place, len(beats.mono))
    run(beats.first, beats.mono, beats.received, sessions.opened, (ends, spans))
    return ends, spans


@kernel
def _place(
    first: Counts, mono: Counts, received: Counts, opened: Counts, out: tuple[Counts, Counts]
) -> None:
    ends, spans = out
    for session in range(len(opened)):
        low, high = first[session], first[session + 1]
        if low == high:
            continue
        least = prompt = later = earliest = FAR
        latest = -FAR
        for row in range(high - 1, low - 1, -1):
            delay = received[row] - mono[row]
            least = min(least, delay)
            earliest = min(earliest, received[row])
            latest = max(latest, received[row])
            if row + 1 == high:
                later = delay
            elif received[row + 1] - received[row] >= AGREE_MS:
                if abs(delay - later) <= AGREE_MS:
                    prompt = min(prompt, delay, later)
                later = delay
            ends[row] = least if prompt <= least + AGREE_MS else -FAR
        begin = opened[session]
        if begin < 0:
            begin, offset = earliest - min(BEAT_MS, mono[low]), least
        else:
            offset = min(least, begin)
        spans[session, 0] = max(begin, mono[low] + offset - min(BEAT_MS, mono[low]))
        spans[session, 0] = min(spans[session, 0], latest)
        spans[session, 1] = latest
        before = spans[session, 0]
        for row in range(low, high):
            if ends[row] - offset > STEP_MS:
                offset = ends[row]
            before = max(before, min(mono[row] + offset, latest))
            ends[row] = before
