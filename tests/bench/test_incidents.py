"""The simulation of incidents finds the faulty file, and cries wolf seldom; a small part of it."""

import numpy as np

from bench.quality.incidents import FAULTY_FILE, score_finder, simulate_crowd
from canut.core.learning.slices import find_slices


def test_fault_in_three_percent_of_tasks_is_found_in_its_file() -> None:
    score = score_finder(300, 20)

    assert score.found >= 17
    assert score.false_alarms <= 4


def test_faulty_file_is_the_most_surprising_slice() -> None:
    crowd = simulate_crowd(np.random.default_rng(4), 600, has_fault=True)

    assert find_slices(*crowd)[0].name == FAULTY_FILE
