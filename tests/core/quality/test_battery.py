"""What every estimator of labels must do. A new one joins with one line in ESTIMATORS."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput
from canut.core.quality.dawid_skene import dawid_skene
from canut.core.quality.running import running_consensus
from canut.core.quality.vote import majority

type Judged = tuple[Codes, Floats]


def by_vote(answers: Answers) -> Judged:
    vote = majority(answers)
    return vote.label, vote.share


def by_dawid_skene(answers: Answers) -> Judged:
    fit = dawid_skene(answers)
    return fit.label, fit.confidence


def by_running_consensus(answers: Answers) -> Judged:
    judged = [
        running_consensus(
            answers.n_labels, [(int(label), None) for label in answers.label[answers.task == task]]
        )
        for task in range(answers.n_tasks)
    ]
    return np.array([label for label, _ in judged]), np.array([sure for _, sure in judged])


ESTIMATORS: dict[str, Callable[[Answers], Judged]] = {
    "vote": by_vote,
    "dawid_skene": by_dawid_skene,
    "running": by_running_consensus,
}
every_estimator = pytest.mark.parametrize("estimate", ESTIMATORS.values(), ids=ESTIMATORS)


def codes(values: list[int]) -> Codes:
    return np.array(values, dtype=np.int32)


@st.composite
def some_answers(draw: st.DrawFn) -> Answers:
    """Draw answers in which every task has at least one and nobody answers a task twice."""
    n_tasks, n_workers, n_labels = (draw(st.integers(1, most)) for most in (6, 5, 4))
    pairs = [
        (task, worker)
        for task in range(n_tasks)
        for worker in sorted(
            draw(st.sets(st.integers(0, n_workers - 1), min_size=1, max_size=n_workers))
        )
    ]
    labels = draw(st.lists(st.integers(0, n_labels - 1), min_size=len(pairs), max_size=len(pairs)))
    tasks, workers = zip(*pairs, strict=True)
    return Answers(
        codes(list(tasks)), codes(list(workers)), codes(labels), n_tasks, n_workers, n_labels
    )


def assert_same(one: Judged, other: Judged) -> None:
    """Compare confidences, and labels where no other could be as good."""
    np.testing.assert_allclose(one[1], other[1], rtol=1e-6)
    clear = one[1] > 0.5 + 1e-6
    np.testing.assert_array_equal(one[0][clear], other[0][clear])


@every_estimator
@given(answers=some_answers(), data=st.data())
def test_order_of_answers_does_not_matter(
    estimate: Callable[[Answers], Judged], answers: Answers, data: st.DataObject
) -> None:
    order = codes(data.draw(st.permutations(range(len(answers)))))
    shuffled = Answers(
        answers.task[order],
        answers.worker[order],
        answers.label[order],
        answers.n_tasks,
        answers.n_workers,
        answers.n_labels,
    )

    assert_same(estimate(answers), estimate(shuffled))


@every_estimator
@given(answers=some_answers(), data=st.data())
def test_names_of_workers_do_not_matter(
    estimate: Callable[[Answers], Judged], answers: Answers, data: st.DataObject
) -> None:
    name = codes(data.draw(st.permutations(range(answers.n_workers))))
    renamed = Answers(
        answers.task,
        name[answers.worker],
        answers.label,
        answers.n_tasks,
        answers.n_workers,
        answers.n_labels,
    )

    assert_same(estimate(answers), estimate(renamed))


@every_estimator
@given(answers=some_answers(), data=st.data())
def test_names_of_labels_do_not_matter(
    estimate: Callable[[Answers], Judged], answers: Answers, data: st.DataObject
) -> None:
    name = codes(data.draw(st.permutations(range(answers.n_labels))))
    renamed = Answers(
        answers.task,
        answers.worker,
        name[answers.label],
        answers.n_tasks,
        answers.n_workers,
        answers.n_labels,
    )

    label, confidence = estimate(answers)

    assert_same((name[label], confidence), estimate(renamed))


@every_estimator
def test_perfect_workers_are_believed(estimate: Callable[[Answers], Judged]) -> None:
    truth = np.arange(30, dtype=np.int32) % 3
    task = np.repeat(np.arange(30, dtype=np.int32), 4)
    worker = np.tile(np.arange(4, dtype=np.int32), 30)

    label, confidence = estimate(Answers(task, worker, truth[task], 30, 4, 3))

    np.testing.assert_array_equal(label, truth)
    assert (confidence > 0.95).all()


@every_estimator
def test_one_voice_is_the_label(estimate: Callable[[Answers], Judged]) -> None:
    label, confidence = estimate(Answers(codes([0]), codes([0]), codes([2]), 1, 1, 4))

    assert label.tolist() == [2]
    assert 1 / 4 < confidence[0] <= 1


@every_estimator
def test_one_possible_label_is_certain(estimate: Callable[[Answers], Judged]) -> None:
    label, confidence = estimate(Answers(codes([0, 0]), codes([0, 1]), codes([0, 0]), 1, 2, 1))

    assert label.tolist() == [0]
    assert confidence.tolist() == [1.0]


@every_estimator
def test_no_answers_are_refused_in_words(estimate: Callable[[Answers], Judged]) -> None:
    none = codes([])

    with pytest.raises(BadInput, match=r"no answers|at least one"):
        estimate(Answers(none, none, none, 1, 1, 2))
