"""The demo's simulated crowd: people, working hours, answers and speed.

Two dozen people: most careful, some hasty, two careless, one who swaps 1 and 7. Everything follows
from a seed. They see what the pictures make them see (``digits.doubt_of``), then add their own
habits. Nothing here is written down; ``project`` makes them work through the same actions as
anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from canut.core.clock import DAY_MS, MINUTE_MS
from canut.demo.digits import Digits, Doubt

UNREADABLE = "illisible"
WORKING_DAYS = 11
DAY_BEGINS, DAY_ENDS = 8, 21
SHORTEST_SESSION, LONGEST_SESSION = 14, 60
SWAPPED = {1: 7, 7: 1}
FAVOURITES = np.array([2, 5, 1, 2, 1, 1, 1, 3, 1, 1]) / 18  # what people say without looking
REST_CHANCE = 0.012


@dataclass(frozen=True)
class Habit:
    """The behaviour of a kind of person.

    Args:
        name: in a word.
        people: the number of such people.
        sway: how much the picture misleads them; 1 is as much as its look-alikes would.
        slip: chance of any other answer, whatever the picture.
        guess: chance that they do not look at all.
        swaps: whether they take 1 for 7 and 7 for 1.
        seconds: the time half of their answers take less than.
        share: relative number of answers per person.
    """

    name: str
    people: int
    sway: float
    slip: float
    seconds: float
    share: float
    guess: float = 0.0
    swaps: bool = False


HABITS = (
    Habit("careful", 13, sway=0.8, slip=0.008, seconds=4.1, share=1.0),
    Habit("hasty", 8, sway=1.25, slip=0.05, seconds=2.8, share=1.2),
    Habit("careless", 2, sway=1.2, slip=0.05, seconds=1.8, share=2.2, guess=0.5),
    Habit("swaps 1 and 7", 1, sway=0.9, slip=0.01, seconds=3.6, share=3.0, swaps=True),
)


class Session(NamedTuple):
    """One session of one person: start in ms after the first midnight, and number of answers."""

    person: int
    start_ms: int
    answers: int


class SimulatedAnswer(NamedTuple):
    """One answer and its time in milliseconds; None for a skipped task."""

    value: str | None
    elapsed_ms: int


def everybody() -> list[Habit]:
    """Return the habit of each simulated person."""
    return [habit for habit in HABITS for _ in range(habit.people)]


def plan_sessions(answers: int, rng: np.random.Generator) -> list[Session]:
    """Spread answers over people, days and hours, ordered by time."""
    people = everybody()
    wish = np.array([habit.share for habit in people]) * rng.lognormal(0, 0.35, len(people))
    totals = np.rint(wish / wish.sum() * answers).astype(int)
    sessions = [
        session
        for person, total in enumerate(totals.tolist())
        for session in _sessions_of(person, total, rng)
    ]
    return sorted(sessions, key=lambda session: session.start_ms)


def _sessions_of(person: int, total: int, rng: np.random.Generator) -> Iterator[Session]:
    """Split a person's answers into sessions at their own hours, without overlap."""
    sizes: list[int] = []
    while total > 0:
        length = int(rng.normal(32, 10))
        size = min(total, max(length, SHORTEST_SESSION), LONGEST_SESSION)
        sizes.append(size)
        total -= size
    places = WORKING_DAYS * (DAY_ENDS - DAY_BEGINS)
    for slot, size in zip(
        sorted(rng.choice(places, size=len(sizes), replace=False).tolist()), sizes, strict=True
    ):
        day, hour = divmod(slot, DAY_ENDS - DAY_BEGINS)
        minute = int(rng.integers(0, 45))
        start = day * DAY_MS + ((DAY_BEGINS + hour) * 60 + minute) * MINUTE_MS
        yield Session(person, start, size)


class Eyes:
    """What people see in the pictures, and what they answer."""

    def __init__(self, digits: Digits, doubt: Doubt) -> None:
        self.digit = digits.digit.tolist()
        self.chance = doubt.chance.tolist()
        self.other = doubt.other.tolist()

    def answer(self, habit: Habit, picture: int, rng: np.random.Generator) -> SimulatedAnswer:
        """Simulate a person's answer to a picture, by index from 0."""
        doubt, luck = self.chance[picture], rng.random()
        seconds = habit.seconds * rng.lognormal(0, 0.4) * (1 + doubt)
        if rng.random() < REST_CHANCE:
            seconds += rng.uniform(8, 60)
        return SimulatedAnswer(self._value(habit, picture, luck, rng), int(seconds * 1000))

    def _value(
        self, habit: Habit, picture: int, luck: float, rng: np.random.Generator
    ) -> str | None:
        """Return a digit, unreadable, or None."""
        doubt = self.chance[picture]
        if rng.random() < habit.guess:
            return str(rng.choice(10, p=FAVOURITES))
        if rng.random() < 0.06 * doubt:
            return None
        if luck < 0.12 * doubt:
            return UNREADABLE
        digit = self.digit[picture]
        if luck > 1 - doubt * habit.sway:
            digit = self.other[picture]
        if rng.random() < habit.slip:
            digit = int(rng.integers(0, 10))
        return str(SWAPPED.get(digit, digit) if habit.swaps else digit)
