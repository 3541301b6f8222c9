"""Simulated heartbeats, as a browser would send them.

A page notes a beat every fifteen seconds and whenever what is in view changes. Reading leaves few
signs, answering a key; one who pads moves the pointer for nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from canut.actions.time.heartbeats import BeatIn

BEAT_MS = 15_000
SIGN_EVERY_MS = 9_000
IS_SCROLL = 0.5
POINTER, SCROLL, KEY = 2, 4, 1


class View(NamedTuple):
    """What the page showed between two times of its clock, in milliseconds."""

    surface: str
    begin_ms: int
    end_ms: int
    is_answered: bool = False


def beats_of(session: str, views: Sequence[View], rng: np.random.Generator) -> list[BeatIn]:
    """Return the heartbeats of one session; input events are drawn by ``rng``."""
    beats: list[BeatIn] = []
    for view in views:
        signs = _signs(view, rng)
        edges = [*range(view.begin_ms + BEAT_MS, view.end_ms, BEAT_MS), view.end_ms]
        begin = view.begin_ms
        for end in edges:
            events = sorted({(at // 1000, kind) for at, kind in signs if begin <= at < end})
            buckets = [[second, *(int(kind == each) for each in (1, 2, 3, 4))]
                       for second, kind in events]  # fmt: skip
            beats.append(
                BeatIn(
                    session=session,
                    seq=len(beats),
                    mono_ms=end,
                    visible=True,
                    focused=True,
                    surface=view.surface,
                    buckets=buckets,
                )
            )
            begin = end
    return beats


def _signs(view: View, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw some scroll events, and a key event at the end of each answer."""
    length = view.end_ms - view.begin_ms
    count = rng.poisson(length / SIGN_EVERY_MS)
    times = (view.begin_ms + rng.random(count) * length).astype(int).tolist()
    signs = [(at, SCROLL if rng.random() < IS_SCROLL else POINTER) for at in times]
    return [*signs, (view.end_ms - 1, KEY)] if view.is_answered else signs
