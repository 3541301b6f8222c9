from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.merging.numeric import Numbers, estimate_numbers, medians
from tests.core.quality.crowds import read


def codes(*values: int) -> Codes:
    return np.array(values, dtype=np.int32)


def off(found: Floats, true: Floats) -> float:
    return float(np.sqrt(((found - true) ** 2).mean()))


@st.composite
def some_numbers(draw: st.DrawFn) -> Numbers:
    cell = st.tuples(st.integers(0, 4), st.integers(0, 3))
    said = draw(st.dictionaries(cell, st.integers(-9, 9), min_size=1))
    value = np.array(list(said.values()), dtype=np.float64)
    return Numbers(codes(*(t for t, _ in said)), codes(*(w for _, w in said)), value, 5, 4)


@pytest.mark.parametrize("seed", range(3))
def test_careful_people_count_more_than_biased_and_wild_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    task = np.repeat(np.arange(400, dtype=np.int32), 6)
    worker = np.concatenate([rng.permutation(30)[:6] for _ in range(400)]).astype(np.int32)
    true, bias = rng.normal(0, 10, 400), rng.normal(0, 1, 30)
    spread = np.exp(rng.normal(0, 0.7, 30))
    said = true[task] + bias[worker] + spread[worker] * rng.normal(size=2_400)
    said += np.where(rng.random(2_400) < 0.05, rng.normal(0, 30, 2_400), 0)
    numbers = Numbers(task, worker, said, 400, 30)

    fit = estimate_numbers(numbers)

    assert fit.converged
    assert off(fit.value, true) < 0.7 * off(medians(numbers), true)
    assert np.corrcoef(np.log(fit.spread), np.log(spread))[0, 1] > 0.9
    assert ((fit.low <= true) & (true <= fit.high)).mean() >= 0.88


def test_skewed_feelings_are_not_pulled_to_zero(crowd_folder: Path) -> None:
    crowd = read(crowd_folder / "emotion")
    value = np.array([float(str(label)) for label in crowd.labels])[crowd.answers.label]
    answers = crowd.answers
    numbers = Numbers(answers.task, answers.worker, value, answers.n_tasks, answers.n_workers)
    true = np.array([float(crowd.gold[str(task)]) for task in crowd.tasks])

    found = estimate_numbers(numbers).value

    mean = np.bincount(answers.task, value) / np.bincount(answers.task)
    assert np.abs(found - true).mean() < np.abs(medians(numbers) - true).mean()
    assert np.abs(found - true).mean() < 1.01 * np.abs(mean - true).mean()


@given(numbers=some_numbers(), data=st.data())
def test_order_and_names_do_not_matter(numbers: Numbers, data: st.DataObject) -> None:
    order = codes(*data.draw(st.permutations(range(len(numbers)))))
    name = codes(*data.draw(st.permutations(range(4))))
    other = Numbers(numbers.task[order], name[numbers.worker[order]], numbers.value[order], 5, 4)

    one, same = estimate_numbers(numbers, 4), estimate_numbers(other, 4)

    np.testing.assert_allclose(one.value, same.value, atol=1e-3)
    np.testing.assert_allclose(one.spread, same.spread[name], atol=1e-3)


@given(numbers=some_numbers())
def test_values_lie_in_their_intervals_where_anybody_answered(numbers: Numbers) -> None:
    fit = estimate_numbers(numbers)

    known = np.isin(np.arange(5), numbers.task)
    assert np.isnan(fit.value[~known]).all()
    assert ((fit.low <= fit.value) & (fit.value <= fit.high))[known].all()


def test_full_agreement_is_kept() -> None:
    numbers = Numbers(codes(0, 0, 1, 1), codes(0, 1, 0, 1), np.array([3.0, 3, 7, 7]), 2, 2)

    np.testing.assert_allclose(estimate_numbers(numbers).value, [3, 7])


def test_medians_are_of_each_task() -> None:
    numbers = Numbers(codes(0, 0, 0, 2, 2), codes(0, 1, 2, 0, 1), np.array([9.0, 1, 2, 4, 6]), 3, 3)

    assert medians(numbers).tolist() == pytest.approx([2, np.nan, 5], nan_ok=True)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(BadInput, match="answer 1 is nan"):
        Numbers(codes(0, 0), codes(0, 1), np.array([1, np.nan]), 1, 2)
    with pytest.raises(ShapeError, match="worker"):
        Numbers(codes(0), codes(5), np.ones(1), 1, 2)
    with pytest.raises(ShapeError, match="one for each"):
        Numbers(codes(0), codes(0), np.ones(2), 1, 1)
    with pytest.raises(BadInput, match="no answers"):
        estimate_numbers(Numbers(codes(), codes(), np.empty(0), 1, 1))
    with pytest.raises(BadInput, match="above 0"):
        estimate_numbers(Numbers(codes(0), codes(0), np.ones(1), 1, 1), freedom=0)
