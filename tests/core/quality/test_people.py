"""What is said of people: skill, gold, careless work."""

import numpy as np
import pytest

from canut.core.answers import Answers
from canut.core.errors import BadInput
from canut.core.quality.estimators.register import estimate
from canut.core.quality.estimators.skill import skill_of
from canut.core.quality.measures.carelessness import gather_evidence
from canut.core.quality.measures.gold import score_counts
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange
from canut.core.quality.tables.coded_answers import Gold

type Crowd = tuple[AnswersByTask, np.ndarray[tuple[int], np.dtype[np.float64]], Gold]


def crowd(seed: int, spammers: int = 0) -> Crowd:
    """Make a crowd with known skills; the last workers answer without looking."""
    rng = np.random.default_rng(seed)
    n_labels, n_tasks, n_workers = (
        int(rng.integers(*size)) for size in ((2, 5), (80, 300), (8, 30))
    )
    overlap = int(rng.integers(3, 8))
    right = rng.beta(8, 3, n_workers)
    right[n_workers - spammers :] = 1 / n_labels
    truth = rng.integers(0, n_labels, n_tasks)
    people = np.argsort(rng.random((n_tasks, n_workers)), axis=1)[:, :overlap]
    task, worker = np.repeat(np.arange(n_tasks), overlap), people.ravel()
    is_right = rng.random(len(task)) < right[worker]
    other = (truth[task] + rng.integers(1, n_labels, len(task))) % n_labels
    label = np.where(is_right, truth[task], other)
    task32, worker32, label32 = (each.astype(np.int32) for each in (task, worker, label))
    rows, _ = arrange(Answers(task32, worker32, label32, n_tasks, n_workers, n_labels))
    return rows, right, Gold(np.arange(n_tasks, dtype=np.int32), truth.astype(np.int32), 0)


def covered(seeds: range, model: str) -> float:
    """Return the share of skills inside their 90 % interval."""
    inside = []
    for seed in seeds:
        rows, right, _ = crowd(seed)
        skill = skill_of(estimate(model, rows))
        inside += ((skill.low <= right) & (right <= skill.high)).tolist()
    return float(np.mean(inside))


@pytest.mark.parametrize("model", ["dawid-skene", "one-coin", "mace"])
def test_intervals_of_skill_cover_as_often_as_they_say(model: str) -> None:
    assert 0.86 < covered(range(60), model) < 0.95


@pytest.mark.soak
@pytest.mark.parametrize("model", ["dawid-skene", "one-coin", "mace"])
def test_intervals_of_skill_cover_in_a_thousand_crowds(model: str) -> None:
    assert 0.87 <= covered(range(1000), model) <= 0.93


def test_votes_speak_of_workers_as_well() -> None:
    rows, right, _ = crowd(5)

    skill = skill_of(estimate("majority", rows))

    assert np.corrcoef(skill.accuracy, right)[0, 1] > 0.7


def test_gold_scores_count_and_have_intervals() -> None:
    rows, right, gold = crowd(2)

    is_right = rows.label == gold.label[rows.task]
    answered = np.bincount(rows.worker, minlength=rows.n_workers)
    score = score_counts(np.bincount(rows.worker[is_right], minlength=rows.n_workers), answered)

    assert score.answered.sum() == len(rows.cell)
    assert ((score.low <= right) & (right <= score.high)).mean() > 0.75
    assert ((score.low >= 0) & (score.high <= 1)).all()


def test_those_who_do_not_look_have_the_weakest_evidence() -> None:
    rows, _, _ = crowd(13, spammers=3)

    evidence = gather_evidence(estimate("dawid-skene", rows), np.random.default_rng(0))

    tested = np.flatnonzero(evidence.is_tested)
    weakest = tested[np.argsort(evidence.information[tested])[:3]]
    assert set(weakest) == set(range(rows.n_workers - 3, rows.n_workers))
    assert (evidence.q[weakest] > 0.01).all()
    attentive = np.setdiff1d(tested, weakest)
    assert (evidence.q[attentive] < 0.05).mean() > 0.8
    assert (evidence.information_low[tested] <= evidence.information[tested]).all()


def test_nothing_is_said_of_those_with_few_answers() -> None:
    rows, _, _ = crowd(11)

    evidence = gather_evidence(
        estimate("mace", rows), np.random.default_rng(0), fewest=len(rows.cell)
    )

    assert not evidence.is_tested.any()
    assert np.isnan(evidence.q).all()
    assert np.isnan(evidence.agreement_low).all()


def test_evidence_on_one_answer_is_refused() -> None:
    rows, _, _ = crowd(11)

    with pytest.raises(BadInput, match="at least 2"):
        gather_evidence(estimate("mace", rows), np.random.default_rng(0), fewest=1)
