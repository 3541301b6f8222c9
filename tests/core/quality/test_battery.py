"""What every estimator of labels must do. A new one joins with one line in ESTIMATORS."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput
from canut.core.quality.allocation.running_label import running_consensus
from canut.core.quality.estimators import register as models
from canut.core.quality.estimators.auto import choose
from canut.core.quality.estimators.dawid_skene import dawid_skene
from canut.core.quality.estimators.em import RUN, Convergence, Run
from canut.core.quality.estimators.sampling import NameKeys
from canut.core.quality.estimators.vote import majority
from canut.core.quality.tables.answers_by_task import arrange

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


def by_model(model: str, answers: Answers) -> Judged:
    rows, _ = arrange(answers)
    return models.estimate(model, rows).decide()


def by_choice(answers: Answers) -> Judged:
    rows, _ = arrange(answers)
    keys = NameKeys(
        np.arange(rows.n_tasks, dtype=np.uint64), np.arange(rows.n_workers, dtype=np.uint64)
    )
    return choose(rows, RUN, keys, None, 0)[0].decide()


WITHOUT_ORDER: dict[str, Callable[[Answers], Judged]] = {
    "vote": by_vote,
    "dawid_skene": by_dawid_skene,
    "running": by_running_consensus,
    "auto": by_choice,
    **{name: partial(by_model, name) for name in models.ESTIMATORS if name != "ordinal"},
}
ESTIMATORS = {**WITHOUT_ORDER, "ordinal": partial(by_model, "ordinal")}
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
    """Compare confidences, and labels where no other could be as good.

    Sums in another order round otherwise; a model that comes closer slowly may then stop a step
    earlier, some 1e-5 away.
    """
    np.testing.assert_allclose(one[1], other[1], rtol=1e-4)
    clear = one[1] > 0.5 + 1e-4
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


@pytest.mark.parametrize("estimate", WITHOUT_ORDER.values(), ids=WITHOUT_ORDER)
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


@every_estimator
def test_unanimous_answers_are_the_labels(estimate: Callable[[Answers], Judged]) -> None:
    task = np.repeat(np.arange(12, dtype=np.int32), 3)

    label, _ = estimate(Answers(task, np.tile(codes([0, 1, 2]), 12), task % 3, 12, 3, 3))

    np.testing.assert_array_equal(label, np.arange(12) % 3)


@every_estimator
def test_ten_thousand_answers_to_one_task_do_not_vanish(
    estimate: Callable[[Answers], Judged],
) -> None:
    n_workers = 10_000
    label = (np.arange(n_workers) % 10 < 4).astype(np.int32)
    worker = np.arange(n_workers, dtype=np.int32)

    found, confidence = estimate(Answers(label * 0, worker, label, 1, n_workers, 2))

    assert found.tolist() == [0]
    assert 0.5 < confidence[0] <= 1


def adversaries() -> tuple[Answers, Codes]:
    """Eight people who are nearly always right, two who are nearly always wrong."""
    rng = np.random.default_rng(8)
    truth = rng.integers(0, 2, 300).astype(np.int32)
    task = np.repeat(np.arange(300, dtype=np.int32), 10)
    worker = np.tile(np.arange(10, dtype=np.int32), 300)
    wrong = rng.random(3000) < np.where(worker < 8, 0.1, 0.95)
    return Answers(task, worker, np.where(wrong, 1 - truth[task], truth[task]), 300, 10, 2), truth


@every_estimator
def test_two_adversaries_do_not_turn_a_crowd(estimate: Callable[[Answers], Judged]) -> None:
    answers, truth = adversaries()

    label, _ = estimate(answers)

    assert np.mean(label == truth) > 0.97


@pytest.mark.parametrize("model", models.ESTIMATORS)
@given(answers=some_answers())
def test_the_objective_never_falls(model: str, answers: Answers) -> None:
    rows, _ = arrange(answers)

    trace = models.estimate(model, rows).trace

    assert (np.diff(trace) >= -1e-9 * np.abs(trace[:-1])).all()


@pytest.mark.parametrize("model", models.ESTIMATORS)
def test_a_fit_that_was_cut_short_says_so(model: str) -> None:
    rows, _ = arrange(adversaries()[0])

    fitted = models.estimate(model, rows, Run(stop=Convergence(iterations=1)))

    assert fitted.converged == (model in models.SHARES)


def many_answers() -> Answers:
    rng = np.random.default_rng(3)
    task = np.repeat(np.arange(40_000, dtype=np.int32), 3)
    worker = rng.integers(0, 200, len(task)).astype(np.int32)
    label = (task + (rng.random(len(task)) < 0.2)).astype(np.int32) % 3
    return Answers(task, worker, label, 40_000, 200, 3)


@pytest.mark.parametrize("model", models.ESTIMATORS)
def test_the_same_threads_give_the_same_bits(model: str) -> None:
    rows, _ = arrange(many_answers())
    run = Run(threads=2, stop=Convergence(iterations=4))

    one, other = (models.estimate(model, rows, run).posterior() for _ in range(2))

    assert one.tobytes() == other.tobytes()


def test_one_thread_or_three_give_the_same_answer() -> None:
    rows, _ = arrange(many_answers())

    one, three = (
        models.estimate("dawid-skene", rows, Run(threads=threads)).posterior() for threads in (1, 3)
    )

    np.testing.assert_allclose(one, three, atol=1e-9)


def test_four_python_threads_may_infer_at_once() -> None:
    rows, _ = arrange(many_answers())
    run = Run(threads=2, stop=Convergence(iterations=4))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: models.estimate("mace", rows, run).trace[-1], range(4)))

    assert len(set(found)) == 1


def test_an_unknown_model_is_refused_with_those_there_are() -> None:
    rows, _ = arrange(many_answers())

    with pytest.raises(BadInput, match="dawid-skene"):
        models.estimate("magic", rows)
