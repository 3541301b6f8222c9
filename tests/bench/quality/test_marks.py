"""The consensus of boxes and passages comes nearer to the truth than what it is made of."""

import pytest

from bench.quality.marks import KINDS, MIXED, Kind, majority_union, score, study

BY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@BY_KIND
@pytest.mark.parametrize("level", ["usual", "hurried", MIXED])
def test_consensus_of_five_is_better_than_the_best_of_them(kind: Kind, level: str) -> None:
    scores = study(kind, level, 5, seed=7, tasks=12)

    consensus, best = scores["consensus"], scores["best person"]
    assert consensus.f1 > best.f1
    assert consensus.overlap > best.overlap
    assert consensus.overlap > scores["majority union"].overlap


@BY_KIND
def test_consensus_finds_more_than_the_majority_union_where_people_err_much(kind: Kind) -> None:
    scores = study(kind, "hurried", 5, seed=7, tasks=12)

    assert scores["consensus"].recall > scores["majority union"].recall
    assert scores["consensus"].precision > 0.8


def test_score_counts_pairs_of_one_label_that_overlap_by_half() -> None:
    truth = [[("a", (0, 0, 10, 10)), ("a", (50, 50, 60, 60))]]
    marks = [[("a", (0, 0, 10, 8)), ("b", (50, 50, 60, 60)), ("a", (80, 80, 90, 90))]]

    scores = score(truth, marks)
    assert (scores.precision, scores.recall) == (1 / 3, 1 / 2)
    assert scores.overlap == pytest.approx(0.8)


def test_union_is_as_large_as_all_who_marked_it_and_needs_over_half() -> None:
    answers = [[("a", (0, 10))], [("a", (2, 12)), ("a", (40, 50))], [("a", (1, 10))]]

    assert majority_union(answers) == [("a", (0.0, 12.0))]
