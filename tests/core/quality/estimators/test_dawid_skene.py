import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import Answers
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.estimators.dawid_skene import (
    ConfusionPrior,
    Convergence,
    dawid_skene,
    expected_labels,
)
from tests.core.quality.conftest import Crowd

# Dawid and Skene (1979), table 1: five anaesthetists on 45 patients, the first of them three times.
ANAESTHETISTS = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223
2322223 4444444 2223343 1111111 2223212 1211111 1112111 1111111 1111111
2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222
1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343
2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222
"""
OBSERVERS = (0, 0, 0, 1, 2, 3, 4)


def anaesthetists() -> Answers:
    rows = [
        (patient, observer, int(grade) - 1)
        for patient, grades in enumerate(ANAESTHETISTS.split())
        for observer, grade in zip(OBSERVERS, grades, strict=True)
    ]
    task, worker, label = (np.array(column, dtype=np.int32) for column in zip(*rows, strict=True))
    return Answers(task, worker, label, 45, 5, 4)


def simulated(
    right: list[float], n_tasks: int, seed: int, overlap: int | None = None
) -> tuple[Answers, list[int]]:
    """Make a crowd on two classes whose worker w is right with chance ``right[w]``."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n_tasks)
    people = np.array(
        [rng.permutation(len(right))[: overlap or len(right)] for _ in range(n_tasks)]
    )
    task = np.repeat(np.arange(n_tasks), people.shape[1])
    worker = people.ravel()
    is_right = rng.random(len(task)) < np.array(right)[worker]
    label = np.where(is_right, truth[task], 1 - truth[task])
    columns = [column.astype(np.int32) for column in (task, worker, label)]
    return Answers(columns[0], columns[1], columns[2], n_tasks, len(right), 2), truth.tolist()


def test_published_estimates_of_the_anaesthetists() -> None:
    almost_none = ConfusionPrior(spread=1e-9, diagonal=1e-9, classes=1e-9)

    fit = dawid_skene(anaesthetists(), almost_none, Convergence(gain=1e-12))

    np.testing.assert_allclose(fit.class_chance, [0.40, 0.42, 0.11, 0.07], atol=0.005)
    first = [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0]]
    np.testing.assert_allclose(fit.confusion[0, :3], first, atol=0.005)


@given(
    rows=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 4)), min_size=1),
    seed=st.integers(0, 2**32 - 1),
    n_labels=st.integers(1, 4),
    spread=st.floats(0.01, 3),
    diagonal=st.floats(0.01, 5),
)
def test_objective_never_falls(
    rows: set[tuple[int, int]], seed: int, n_labels: int, spread: float, diagonal: float
) -> None:
    task, worker = (np.array(each, dtype=np.int32) for each in zip(*sorted(rows), strict=True))
    label = np.random.default_rng(seed).integers(0, n_labels, len(task)).astype(np.int32)

    fit = dawid_skene(
        Answers(task, worker, label, 8, 5, n_labels), ConfusionPrior(spread, diagonal)
    )

    assert (np.diff(fit.objective) >= -1e-9 * np.abs(fit.objective[:-1])).all()
    np.testing.assert_allclose(fit.confusion.sum(axis=2), 1)
    assert ((fit.confidence > 0) & (fit.confidence <= 1 + 1e-12)).all()


def test_objective_is_the_true_log_likelihood_and_prior() -> None:
    answers, _ = simulated([0.9, 0.7, 0.6], 40, seed=1)

    fit = dawid_skene(answers)

    log_likelihood = 0.0
    for task in range(answers.n_tasks):
        rows = np.flatnonzero(answers.task == task)
        chance = [
            fit.class_chance[k]
            * math.prod(fit.confusion[answers.worker[row], k, answers.label[row]] for row in rows)
            for k in range(2)
        ]
        log_likelihood += math.log(sum(chance))
    pseudo = 1 + 2 * np.eye(2)
    log_prior = float((pseudo * np.log(fit.confusion)).sum() + np.log(fit.class_chance).sum())
    assert fit.objective[-1] == pytest.approx(log_likelihood + log_prior, rel=1e-12)


def test_thousands_of_answers_to_one_task_do_not_vanish() -> None:
    n_workers = 10_000
    rng = np.random.default_rng(3)
    label = (rng.random(n_workers) < 0.4).astype(np.int32)
    task = np.zeros(n_workers, dtype=np.int32)
    worker = np.arange(n_workers, dtype=np.int32)
    confusion = np.tile([[0.6, 0.4], [0.4, 0.6]], (n_workers, 1, 1))

    chance = expected_labels(
        Answers(task, worker, label, 1, n_workers, 2), np.ones(2) / 2, confusion
    )

    assert np.isfinite(chance).all()
    assert chance[0, 0] == pytest.approx(1)


def test_a_worker_who_says_the_opposite_is_understood() -> None:
    answers, truth = simulated([0.95, 0.9, 0.9, 0.05], 200, seed=2)

    fit = dawid_skene(answers)

    assert np.mean(fit.label == truth) > 0.97
    assert fit.accuracy[3] < 0.2
    assert fit.accuracy[0] > 0.8


def test_better_workers_outweigh_more_workers() -> None:
    answers, truth = simulated([0.97, 0.97, 0.55, 0.55, 0.55, 0.55, 0.55], 400, seed=5)
    votes = np.bincount(answers.task[answers.label == 1], minlength=400) * 2 > 7

    fit = dawid_skene(answers)

    assert np.mean(fit.label == truth) > np.mean(votes == truth) + 0.05


def test_task_without_answers_gets_the_class_chances() -> None:
    task, worker, label = (np.array([0, 0], dtype=np.int32) for _ in range(3))
    chance = np.array([0.7, 0.3])
    careful = np.array([[[0.9, 0.1], [0.2, 0.8]]])

    labels = expected_labels(Answers(task, worker, label, 2, 1, 2), chance, careful)

    np.testing.assert_allclose(labels[1], chance)


def test_gives_up_honestly() -> None:
    answers, _ = simulated([0.8, 0.6, 0.6], 50, seed=4)

    fit = dawid_skene(answers, stop=Convergence(iterations=2))

    assert fit.iterations == 2
    assert not fit.converged


def test_tables_of_another_size_are_refused() -> None:
    with pytest.raises(ShapeError, match="same label list"):
        expected_labels(anaesthetists(), np.ones(4) / 4, np.ones((5, 3, 3)) / 3)


@pytest.mark.parametrize("wrong", [{"spread": 0}, {"diagonal": -1}, {"classes": 0}])
def test_priors_with_zeros_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadInput, match="not positive"):
        ConfusionPrior(**wrong)


def test_no_iterations_are_refused() -> None:
    with pytest.raises(BadInput, match="at least 1"):
        Convergence(iterations=0)


# Share of known tasks got right by this model on public crowds; research note of 25 November 2026,
# from the original authors' own program (20 iterations) where it was run.
@pytest.mark.parametrize(
    ("name", "expected"),
    [("possent", 0.960), ("product", 0.937), ("relevance", 0.613), ("bluebirds", 0.880)],
)
def test_real_crowds_as_published(crowd_folder: Path, name: str, expected: float) -> None:
    crowd = Crowd(crowd_folder / name)

    fit = dawid_skene(crowd.answers)

    assert fit.converged
    assert crowd.accuracy(fit.label.tolist()) == pytest.approx(expected, abs=0.0101)


def test_mean_over_all_real_crowds(crowd_folder: Path) -> None:
    names = (
        "adult bluebirds dog facteval medrel_cause pos_tweets possent product relevance rte"
        " sentpol sentpol_amt temporal web"
    )
    found = []
    for name in names.split():
        crowd = Crowd(crowd_folder / name)
        found.append(crowd.accuracy(dawid_skene(crowd.answers).label.tolist()))

    assert np.mean(found) == pytest.approx(0.854, abs=0.002)
