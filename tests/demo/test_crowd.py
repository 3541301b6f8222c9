from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from canut.core.clock import DAY_MS
from canut.demo.crowd import (
    DAY_BEGINS,
    HABITS,
    UNREADABLE,
    WORKING_DAYS,
    Eyes,
    Habit,
    everybody,
    plan_sessions,
)
from canut.demo.digits import doubt_of, read_digits

CAREFUL, HASTY, CARELESS, SWAPS = HABITS


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    digits = read_digits()
    return Eyes(digits, doubt_of(digits))


@pytest.fixture(scope="module")
def accuracy(eyes: Eyes) -> Callable[[Habit], float]:
    def measure(habit: Habit) -> float:
        rng = np.random.default_rng(1)
        said = [eyes.answer(habit, picture, rng).value for picture in range(1_797)]
        return float(np.mean([one == str(d) for one, d in zip(said, eyes.digit, strict=True)]))

    return measure


def test_two_dozen_people() -> None:
    assert len(everybody()) == 24


def test_the_same_seed_makes_the_same_crowd(eyes: Eyes) -> None:
    plans = [plan_sessions(4_900, np.random.default_rng(7)) for _ in range(2)]
    answers = [
        [eyes.answer(HASTY, picture, rng) for picture in range(50)]
        for rng in (np.random.default_rng(7), np.random.default_rng(7))
    ]

    assert plans[0] == plans[1]
    assert answers[0] == answers[1]


def test_sessions_come_in_order_by_day_and_never_two_of_one_person_at_once() -> None:
    sessions = plan_sessions(4_900, np.random.default_rng(7))

    assert sum(session.answers for session in sessions) == pytest.approx(4_900, abs=24)
    starts = [session.start_ms for session in sessions]
    assert starts == sorted(starts)
    assert max(starts) < WORKING_DAYS * DAY_MS
    assert min(start % DAY_MS for start in starts) >= DAY_BEGINS * 3_600_000
    for person in range(24):
        own = [session.start_ms for session in sessions if session.person == person]
        assert all(later - earlier >= 16 * 60_000 for earlier, later in pairwise(own))


def test_the_careful_are_better_than_the_hasty_and_they_than_the_careless(
    accuracy: Callable[[Habit], float],
) -> None:
    assert accuracy(CAREFUL) > 0.94
    assert 0.85 < accuracy(HASTY) < 0.94
    assert 0.4 < accuracy(CARELESS) < 0.65


def test_one_person_swaps_one_and_seven(eyes: Eyes) -> None:
    rng = np.random.default_rng(1)

    ones = [eyes.answer(SWAPS, p, rng).value for p, digit in enumerate(eyes.digit) if digit == 1]
    fours = [eyes.answer(SWAPS, p, rng).value for p, digit in enumerate(eyes.digit) if digit == 4]

    assert ones.count("7") > 0.85 * len(ones)
    assert fours.count("4") > 0.85 * len(fours)


def test_hard_pictures_mislead_everybody_alike(eyes: Eyes) -> None:
    hard = [picture for picture, chance in enumerate(eyes.chance) if chance >= 0.7]
    rng = np.random.default_rng(1)

    said = [eyes.answer(CAREFUL, picture, rng).value for picture in hard for _ in range(20)]

    other = [str(eyes.other[picture]) for picture in hard for _ in range(20)]
    assert np.mean([one == two for one, two in zip(said, other, strict=True)]) > 0.5
    assert UNREADABLE in said


def test_the_careless_are_quick_and_nobody_takes_no_time(eyes: Eyes) -> None:
    rng = np.random.default_rng(1)
    times = {
        habit.name: [eyes.answer(habit, picture, rng).elapsed_ms for picture in range(500)]
        for habit in HABITS
    }

    medians = [float(np.median(times[habit.name])) for habit in (CARELESS, HASTY, CAREFUL)]
    assert medians == sorted(medians)
    assert min(min(each) for each in times.values()) > 200
