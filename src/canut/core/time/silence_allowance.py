"""Compute how long a person may be silent and still count as working on a surface.

Reading, listening and looking leave no signs, so the allowance grows with what a page holds, and
with the silences measured before. ``credit`` applies it.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Counts
from canut.core.errors import BadInput

BASE_MS = 20_000
WORD_MS = 600  # a hundred words a minute
PICTURE_MS = 100_000
LOOK_UP_MS = 120_000
LEAST_MS, MOST_MS = 60_000, 600_000
ENOUGH_GAPS = 30


class PageContent(NamedTuple):
    """What a page holds that takes time without a sign.

    Args:
        words: number of words to read.
        media_ms: duration of sound or video, in milliseconds.
        pictures: number of pictures to look at.
        sends_out: whether the task sends people to look something up elsewhere.
    """

    words: int = 0
    media_ms: int = 0
    pictures: int = 0
    sends_out: bool = False

    @property
    def allowance_ms(self) -> int:
        """Return the silence credited on this page, in milliseconds."""
        look_ms = PICTURE_MS * self.pictures + LOOK_UP_MS * self.sends_out
        return allowance_ms(self.words, self.media_ms, look_ms=look_ms)

    @property
    def grace_ms(self) -> int:
        """Return how long the page may be hidden, in milliseconds."""
        return LOOK_UP_MS * self.sends_out


def allowance_ms(
    words: int = 0, media_ms: int = 0, gap_p95_ms: int = 0, gaps: int = 0, look_ms: int = 0
) -> int:
    """Return how long a silence is credited on one surface, in milliseconds.

    Args:
        words: number of words to read.
        media_ms: duration of sound or video, in milliseconds.
        gap_p95_ms: 95th percentile of silences on this type of task, in milliseconds.
        gaps: number of silences behind that percentile; it is ignored below 30.
        look_ms: time to look at pictures, or something up, in milliseconds.

    Raises:
        BadInput: a number is below 0.

    Source:
        Twice the length of what plays, and a slow reader's hundred words a minute: a rule of this
        house, whose limits were set by trying them; see the guide's page on time.

    Example:
        >>> allowance_ms(words=900), allowance_ms(media_ms=240_000), allowance_ms()
        (560000, 500000, 60000)
    """
    if min(words, media_ms, gap_p95_ms, gaps, look_ms) < 0:
        raise BadInput(
            f"words {words}, media {media_ms} ms, gap {gap_p95_ms} ms of {gaps}, look {look_ms} ms;"
            " expected none below zero"
        )
    allowance = BASE_MS + WORD_MS * words + 2 * media_ms + look_ms
    if gaps >= ENOUGH_GAPS:
        allowance = max(allowance, gap_p95_ms * 5 // 4)
    return min(max(allowance, LEAST_MS), MOST_MS)


def learnt_allowance_ms(silences: Counts) -> int | None:
    """Return the silence that people's own silences ask for; None below 30 of them.

    Args:
        silences: the longest silence on each answered task, in milliseconds, shape (n_tasks,).

    Returns:
        1.25 times the silence that 95 in 100 stay under, in milliseconds, within the limits.

    Example:
        >>> learnt_allowance_ms(np.arange(1, 101, dtype=np.int64) * 1_000)
        118750
        >>> learnt_allowance_ms(np.full(29, 90_000))
    """
    if len(silences) < ENOUGH_GAPS:
        return None
    rank = -(-95 * len(silences) // 100) - 1
    return allowance_ms(gap_p95_ms=int(np.sort(silences)[rank]), gaps=len(silences))
