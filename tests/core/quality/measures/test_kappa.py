from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import Answers, code
from canut.core.errors import BadInput
from canut.core.quality.measures.kappa import Weights, cohen_kappa, fleiss_kappa, pairwise

# Ten subjects, fourteen raters, five categories: the worked example everyone prints, kappa .210.
FLEISS = """0 0 0 0 14; 0 2 6 4 2; 0 0 3 5 6; 0 3 9 2 0; 2 2 8 1 1; 7 7 0 0 0; 3 2 6 3 0; 2 5 3 2 2;
6 5 2 1 0; 0 2 2 3 7"""


def two(table: list[list[int]]) -> Answers:
    """Lay out a table of counts [one said, other said] as answers."""
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    task = np.repeat(np.arange(len(pairs), dtype=np.int32), 2)
    label = np.array(pairs, dtype=np.int32).reshape(-1)
    worker = np.tile(np.array([0, 1], dtype=np.int32), len(pairs))
    return Answers(task, worker, label, len(pairs), 2, len(table))


def test_fleiss_published_example_comes_out() -> None:
    counts = [[int(n) for n in row.split()] for row in FLEISS.split(";")]
    cells = [(t, k) for t, row in enumerate(counts) for k, n in enumerate(row) for _ in range(n)]
    named = code([t for t, _ in cells], range(len(cells)), [k for _, k in cells])

    assert fleiss_kappa(named.answers) == pytest.approx(0.20993, abs=5e-6)


@pytest.mark.parametrize(("tasks", "labels"), [("aabb", "7777"), ("ab", "71"), ("", "")])
def test_fleiss_of_nothing_to_compare_is_none(tasks: str, labels: str) -> None:
    assert fleiss_kappa(code(tasks, "xyxy"[: len(tasks)], labels).answers) is None


@pytest.mark.parametrize(
    ("table", "weights", "kappa"),
    [
        ([[20, 5], [10, 15]], "none", 0.4),
        ([[45, 15], [25, 15]], "none", 0.130435),
        ([[25, 35], [5, 35]], "none", 0.259259),
        ([[5, 0, 0], [0, 5, 0], [0, 0, 5]], "linear", 1.0),
        ([[0, 0, 5], [0, 5, 0], [5, 0, 0]], "quadratic", -1.0),
    ],
)
def test_cohen_known_tables_come_out(
    table: list[list[int]], weights: Weights, kappa: float
) -> None:
    assert cohen_kappa(two(table), 0, 1, weights) == pytest.approx(kappa, abs=5e-7)


def test_cohen_without_common_tasks_is_none() -> None:
    assert cohen_kappa(code("ab", "xy", "71").answers, 0, 1) is None


@given(
    st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 4)), st.integers(0, 2), min_size=1)
)
def test_every_pair_is_compared_as_cohen_does(said: dict[tuple[int, int], int]) -> None:
    named = code([t for t, _ in said], [w for _, w in said], list(said.values()), range(3))

    found = pairwise(named.answers)

    for one, other, kappa in zip(found.one, found.other, found.kappa, strict=True):
        expected = cohen_kappa(named.answers, int(one), int(other))
        assert kappa == pytest.approx(np.nan if expected is None else expected, nan_ok=True)
    together = {
        frozenset((one, other))
        for task, one in said
        for its, other in said
        if its == task and one != other
    }
    assert len(found.one) == len(together)


def test_pairs_with_little_in_common_can_be_left_out() -> None:
    named = code("aaabb", "xyzxy", "77711")

    found = pairwise(named.answers, least_common=2)

    assert found.common.tolist() == [2]


def test_an_answer_given_twice_is_refused() -> None:
    twice = code("aaa", "xxy", "771").answers

    with pytest.raises(BadInput, match="twice"):
        pairwise(twice)
    with pytest.raises(BadInput, match="twice"):
        cohen_kappa(twice, 0, 1)


def test_unknown_workers_and_weights_are_refused() -> None:
    answers = two([[1, 1], [1, 1]])

    with pytest.raises(BadInput, match="no worker 7"):
        cohen_kappa(answers, 0, 7)
    with pytest.raises(BadInput, match="choose none"):
        cohen_kappa(answers, 0, 1, cast("Weights", "cubic"))
