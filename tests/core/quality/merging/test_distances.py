import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import Answers, code
from canut.core.errors import BadInput
from canut.core.quality.measures.alpha import krippendorff_alpha
from canut.core.quality.merging.distances import (
    alpha_by_distance,
    errors_of,
    medoids_by_distance,
    weight_of,
)

VALUES = np.linspace(0, 1, 6)


def apart(one: int, other: int) -> float:
    return float(abs(VALUES[one] - VALUES[other]))


@st.composite
def some_answers(draw: st.DrawFn) -> Answers:
    cell = st.tuples(st.integers(0, 4), st.integers(0, 3))
    said = draw(st.dictionaries(cell, st.integers(0, 5), min_size=1))
    columns = [*zip(*said, strict=True), tuple(said.values())]
    task, worker, label = (np.array(column, dtype=np.int32) for column in columns)
    return Answers(task, worker, label, 5, 4, 6)


@given(answers=some_answers(), data=st.data())
def test_order_and_names_of_workers_do_not_matter(answers: Answers, data: st.DataObject) -> None:
    order = np.array(data.draw(st.permutations(range(len(answers)))), dtype=np.int32)
    name = np.array(data.draw(st.permutations(range(4))), dtype=np.int32)
    other = Answers(answers.task[order], name[answers.worker[order]], answers.label[order], 5, 4, 6)

    one, same = medoids_by_distance(answers, apart), medoids_by_distance(other, apart)

    np.testing.assert_allclose(one.error, same.error[name], atol=1e-9)
    np.testing.assert_allclose(one.distance, same.distance, atol=1e-9)
    assert ((one.row < 0) == ~np.isin(np.arange(5), answers.task)).all()


def test_careful_people_decide_where_opinions_differ() -> None:
    rng = np.random.default_rng(0)
    true = rng.integers(0, 6, 200)
    careful = np.stack([true, true, true], axis=1)
    careless = rng.integers(0, 6, (200, 4))
    label = np.concatenate([careful, careless], axis=1).astype(np.int32).reshape(-1)
    task = np.repeat(np.arange(200, dtype=np.int32), 7)
    answers = Answers(task, np.tile(np.arange(7, dtype=np.int32), 200), label, 200, 7, 6)

    found = medoids_by_distance(answers, apart)

    assert (label[found.row] == true).mean() > 0.97
    assert found.error[:3].max() < found.error[3:].min()


def test_alpha_of_a_distance_is_that_of_its_scale() -> None:
    rng = np.random.default_rng(1)
    task = np.repeat(np.arange(30, dtype=np.int32), 3)
    label = np.clip(task % 6 + rng.integers(-1, 2, 90), 0, 5).astype(np.int32)
    answers = Answers(task, np.tile(np.arange(3, dtype=np.int32), 30), label, 30, 3, 6)

    found = alpha_by_distance(answers, apart, rng, samples=200)

    assert found.value == pytest.approx(krippendorff_alpha(answers, "interval", VALUES))
    assert (found.low or 1) < (found.value or 0) < (found.high or 0)
    assert (found.tasks, found.answers) == (30, 90)


def test_chance_is_drawn_where_pairs_are_many() -> None:
    rng = np.random.default_rng(2)
    task = np.repeat(np.arange(150, dtype=np.int32), 2)
    label = rng.integers(0, 6, 300, dtype=np.int32)
    answers = Answers(task, np.tile(np.arange(2, dtype=np.int32), 150), label, 150, 2, 6)

    found = alpha_by_distance(answers, apart, rng, samples=10)

    assert found.value == pytest.approx(
        krippendorff_alpha(answers, "interval", VALUES) or 0, abs=0.03
    )


@pytest.mark.parametrize(("tasks", "labels"), [("ab", "12"), ("aabb", "1111")])
def test_alpha_of_nothing_to_compare_is_none(tasks: str, labels: str) -> None:
    answers = code(tasks, "xyxy"[: len(tasks)], labels).answers

    assert alpha_by_distance(answers, apart, np.random.default_rng(0)).value is None


def test_workers_of_whom_nothing_is_known_are_like_everybody() -> None:
    error = errors_of(np.array([0, 1], dtype=np.int32), np.array([0.1, 0.3]), 3)

    assert error[2] == pytest.approx(0.2)
    assert weight_of(error)[0] > weight_of(error)[2] > weight_of(error)[1]


def test_odd_distances_and_no_answers_are_refused() -> None:
    answers = code("aa", "xy", "12").answers

    with pytest.raises(BadInput, match="expected 0"):
        medoids_by_distance(answers, lambda _one, _other: 1.5)
    with pytest.raises(BadInput, match="at least once"):
        alpha_by_distance(answers, apart, np.random.default_rng(0), samples=0)
    with pytest.raises(BadInput, match="no answers"):
        medoids_by_distance(code("", "", "").answers, apart)
