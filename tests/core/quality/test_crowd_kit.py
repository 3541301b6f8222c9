"""Where its rules are copied, Crowd-Kit's figures are ours: what differs elsewhere is the rules."""

import warnings
from collections.abc import Generator
from types import ModuleType
from typing import Protocol, Self

import numpy as np
import pytest

from canut.core.answers import Answers
from canut.core.arrays import Floats
from canut.core.quality.estimators.em import Convergence, Fitted, Maximise, Run, fit_tables
from canut.core.quality.estimators.kernels import Tables, Tally
from canut.core.quality.estimators.register import estimate
from canut.core.quality.estimators.vote import majority
from canut.core.quality.tables.answers_by_task import arrange

N_TASKS, N_WORKERS, N_LABELS = 200, 20, 3
LEAST = 1e-10  # below which Crowd-Kit cuts counts, before they are divided
CLOSE = 1e-8
ABSENT = "needs Crowd-Kit, with which figures are compared; make .venv/.dev installs it"


class Table(Protocol):
    """What is used here of a frame of pandas."""

    def sort_index(self, axis: int = 0) -> Self:
        """Sort rows, or columns, by name."""

    def to_numpy(self) -> Floats:
        """Leave the names away."""


every_seed = pytest.mark.parametrize("seed", range(2))


@pytest.fixture
def crowd_kit() -> Generator[ModuleType]:
    """Import Crowd-Kit, and bear what pandas tells its authors of ways that will go."""
    pytest.importorskip("pandas", reason=ABSENT)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"crowdkit\.")
        yield pytest.importorskip("crowdkit.aggregation", reason=ABSENT)


def made(seed: int) -> Answers:
    """Make people with tables of their own, each of whom answers eight in twenty tasks."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(N_LABELS, N_TASKS, p=[0.5, 0.3, 0.2])
    tables = rng.dirichlet(np.ones(N_LABELS), (N_WORKERS, N_LABELS)) + 1.5 * np.eye(N_LABELS)
    tables /= tables.sum(axis=2, keepdims=True)
    people = np.array([rng.permutation(N_WORKERS)[:8] for _ in range(N_TASKS)])
    task, worker = np.repeat(np.arange(N_TASKS), 8), people.ravel()
    chance = tables[worker, truth[task]]
    label = (chance.cumsum(axis=1) < rng.random(len(task))[:, None]).sum(axis=1)
    columns = [column.astype(np.int32) for column in (task, worker, label)]
    return Answers(columns[0], columns[1], columns[2], N_TASKS, N_WORKERS, N_LABELS)


def frame(answers: Answers) -> object:
    columns = {"task": answers.task, "worker": answers.worker, "label": answers.label}
    return pytest.importorskip("pandas").DataFrame(columns)


def chances(found: Table) -> Floats:
    """Return Crowd-Kit's chances in the order of the codes."""
    return np.asarray(found.sort_index().sort_index(axis=1).to_numpy())


def fitted_by(maximise: Maximise, answers: Answers, iterations: int) -> Fitted:
    """Run our own passes with rules that are not ours, as often as is said."""
    run = Run(stop=Convergence(movement=0.0, iterations=iterations))
    return fit_tables("copied", arrange(answers)[0], maximise, run)


def set_classes(tally: Tally, tables: Tables) -> None:
    tables.classes[:] = np.maximum(tally.classes / tally.classes.sum(), LEAST)


def own_tables(tally: Tally, tables: Tables) -> tuple[float, float]:
    """Count each worker's table without a prior, as Crowd-Kit's Dawid and Skene."""
    set_classes(tally, tables)
    counts = np.maximum(tally.cells, LEAST).reshape(-1, N_LABELS, N_LABELS)
    tables.cells[:] = (counts / counts.sum(axis=1, keepdims=True)).reshape(-1, N_LABELS)
    return 0.0, 1.0


def one_coin(tally: Tally, tables: Tables) -> tuple[float, float]:
    """Count each worker's share of right answers without a prior, as Crowd-Kit's one coin."""
    set_classes(tally, tables)
    counts = tally.cells.reshape(-1, N_LABELS, N_LABELS)
    right = (np.trace(counts, axis1=1, axis2=2) / counts.sum(axis=(1, 2)))[:, None, None]
    found = np.where(np.eye(N_LABELS, dtype=bool), right, (1 - right) / (N_LABELS - 1))
    tables.cells[:] = np.clip(found, LEAST, 1 - LEAST).reshape(-1, N_LABELS)
    return 0.0, 1.0


@every_seed
def test_shares_of_votes_are_crowd_kits(crowd_kit: ModuleType, seed: int) -> None:
    answers = made(seed)

    ours = estimate("majority", arrange(answers)[0]).posterior()

    theirs = crowd_kit.MajorityVote().fit_predict_proba(frame(answers))
    np.testing.assert_allclose(ours, chances(theirs), rtol=0, atol=CLOSE)


@every_seed
def test_votes_weighed_by_agreement_are_crowd_kits(crowd_kit: ModuleType, seed: int) -> None:
    answers = made(seed)
    vote = crowd_kit.MajorityVote().fit(frame(answers)).labels_  # draws as it settles them
    agrees = vote.sort_index().to_numpy()[answers.task] == answers.label
    agreement = np.bincount(answers.worker, agrees) / np.bincount(answers.worker)

    ours = majority(answers, agreement)

    skills = crowd_kit.Wawa().fit(frame(answers)).skills_
    theirs = chances(crowd_kit.MajorityVote().fit_predict_proba(frame(answers), skills))
    np.testing.assert_allclose(ours.share, theirs.max(axis=1), rtol=0, atol=CLOSE)
    np.testing.assert_array_equal(ours.label, theirs.argmax(axis=1))


@every_seed
@pytest.mark.parametrize("iterations", [1, 20])
def test_dawid_and_skene_without_a_prior_is_crowd_kits(
    crowd_kit: ModuleType, seed: int, iterations: int
) -> None:
    answers = made(seed)

    ours = fitted_by(own_tables, answers, iterations)

    theirs = crowd_kit.DawidSkene(n_iter=iterations, tol=-np.inf).fit(frame(answers))
    np.testing.assert_allclose(ours.posterior(), chances(theirs.probas_), rtol=0, atol=CLOSE)


@every_seed
@pytest.mark.parametrize("iterations", [1, 20])
def test_one_coin_without_a_prior_is_crowd_kits(
    crowd_kit: ModuleType, seed: int, iterations: int
) -> None:
    answers = made(seed)

    ours = fitted_by(one_coin, answers, iterations)

    theirs = crowd_kit.OneCoinDawidSkene(n_iter=iterations, tol=-np.inf).fit(frame(answers))
    np.testing.assert_allclose(ours.posterior(), chances(theirs.probas_), rtol=0, atol=CLOSE)


def test_a_prior_is_what_sets_our_dawid_and_skene_apart(crowd_kit: ModuleType) -> None:
    answers = made(0)

    ours = estimate("dawid-skene", arrange(answers)[0]).posterior()

    theirs = crowd_kit.DawidSkene().fit(frame(answers))
    assert np.abs(ours - chances(theirs.probas_)).max() > 0.01
