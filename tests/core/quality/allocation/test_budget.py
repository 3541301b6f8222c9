import inspect
from pathlib import Path

import numpy as np
import pytest

from canut.core.answers import code
from canut.core.errors import BadInput
from canut.core.quality.allocation import budget
from canut.core.quality.allocation.budget import accuracy_so_far, most_saving
from canut.core.quality.allocation.stopping import Decision, StopReason
from canut.core.quality.estimators.dawid_skene import dawid_skene
from tests.core.quality.crowds import read
from tests.core.quality.replay import replay_on_budget

SHORT, WORTH, DONE = StopReason.TOO_FEW, StopReason.WORTH_IT, StopReason.NOT_WORTH_IT


def test_only_accuracy_orders_people() -> None:
    taken = {
        name
        for _, function in inspect.getmembers(budget, inspect.isfunction)
        if function.__module__ == budget.__name__
        for name in inspect.signature(function).parameters
    }

    assert taken == {"decision", "count", "answers", "fit"}


def test_too_few_people_come_first_then_the_greatest_gain() -> None:
    reason = np.array([WORTH, SHORT, DONE, WORTH, SHORT], np.int32)
    decision = Decision(reason != DONE, reason, np.array([0.4, 0.0, 0.9, 0.5, 0.1]))

    chosen = [np.flatnonzero(most_saving(decision, count)).tolist() for count in range(6)]

    assert chosen == [[], [4], [1, 4], [1, 3, 4], [0, 1, 3, 4], [0, 1, 3, 4]]


def test_equally_accurate_people_are_equal_and_the_careful_come_first() -> None:
    tasks = [task for task in range(40) for _ in range(4)]
    workers = ["ana", "ben", "cal", "dot"] * 40
    labels = [
        str((task + (worker == "dot" and task % 2)) % 2)
        for task, worker in zip(tasks, workers, strict=True)
    ]
    answers = code(tasks, workers, labels).answers

    accuracy = accuracy_so_far(answers, dawid_skene(answers))

    assert accuracy[0] == pytest.approx(accuracy[1]) == pytest.approx(accuracy[2])
    assert accuracy[3] < accuracy[0] - 0.2


def test_odd_budgets_are_refused() -> None:
    answers = code("a", "x", "1").answers
    none = type(answers)(answers.task[:0], answers.worker[:0], answers.label[:0], 1, 1, 1)

    with pytest.raises(BadInput, match="0 or more"):
        most_saving(Decision(np.ones(1, np.bool_), np.ones(1, np.int32), np.ones(1)), -1)
    with pytest.raises(BadInput, match="no answers"):
        accuracy_so_far(none, dawid_skene(answers))


@pytest.mark.parametrize("name", ["temporal", "possent", "sentpol_amt"])
def test_a_third_of_the_answers_keeps_the_accuracy_of_real_crowds(
    name: str, crowd_folder: Path
) -> None:
    played = replay_on_budget(read(crowd_folder / name), np.random.default_rng(0))

    assert played.taken <= 1 / 3
    assert played.accuracy >= 0.99 * played.full


@pytest.mark.soak
def test_a_third_is_enough_on_four_of_the_six_over_five_orders(crowd_folder: Path) -> None:
    accuracies = {}
    for name in ("rte", "temporal", "possent", "dog", "sentpol_amt", "bluebirds"):
        crowd = read(crowd_folder / name)
        played = [replay_on_budget(crowd, np.random.default_rng(seed)) for seed in range(5)]
        assert max(one.taken for one in played) <= 1 / 3
        accuracies[name] = np.mean([one.accuracy / one.full for one in played])

    assert sum(share >= 0.99 for share in accuracies.values()) >= 4
