import csv
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.arrays import Codes
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.merging.bradley_terry import (
    Comparisons,
    Scores,
    bradley_terry,
    comparisons_of_rankings,
    kendall_tau,
)
from canut.core.quality.merging.crowd_bt import crowd_bt
from tests.core.quality.crowds import comparing

type Model = Callable[[Comparisons], Scores]
both_models = pytest.mark.parametrize("model", [bradley_terry, crowd_bt])


def codes(*values: int) -> Codes:
    return np.array(values, dtype=np.int32)


@st.composite
def some_comparisons(draw: st.DrawFn) -> Comparisons:
    n_items, n_workers = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, n_workers - 1),
                st.integers(0, n_items - 1),
                st.integers(1, n_items - 1),
                st.sampled_from([0.0, 0.5, 1.0]),
            ),
            min_size=1,
            max_size=25,
        )
    )
    left = codes(*(row[1] for row in rows))
    right = codes(*((row[1] + row[2]) % n_items for row in rows))
    won = np.array([row[3] for row in rows])
    return Comparisons(codes(*(row[0] for row in rows)), left, right, won, n_workers, n_items)


def test_careless_people_are_found_and_the_order_with_them() -> None:
    found, plain, took = [], [], []
    for seed in range(2):
        crowd = comparing(seed)
        began = time.process_time()
        fit = crowd_bt(crowd.comparisons)
        took.append(time.process_time() - began)
        found.append(kendall_tau(fit.score, crowd.score))
        plain.append(kendall_tau(bradley_terry(crowd.comparisons).score, crowd.score))

        bad = crowd.reliability <= 0
        assert fit.converged
        assert fit.honesty[bad].max() < fit.honesty[~bad].min()

    assert np.mean(found) >= 0.92 > np.mean(plain)
    assert min(took) < 1


@pytest.mark.soak
def test_order_and_intervals_over_twenty_crowds() -> None:
    taus, covered, took = [], [], []
    for seed in range(20):
        crowd = comparing(seed)
        began = time.process_time()
        fit = crowd_bt(crowd.comparisons)
        took.append(time.process_time() - began)
        true = 2.5 * (crowd.score - crowd.score.mean())
        taus.append(kendall_tau(fit.score, crowd.score))
        covered.append(((fit.low <= true) & (true <= fit.high)).mean())

    assert np.mean(taus) >= 0.92
    assert np.median(took) < 1
    assert 0.87 <= np.mean(covered) <= 0.93


@pytest.mark.parametrize(("model", "least"), [(bradley_terry, 0.93), (crowd_bt, 0.92)])
def test_music_is_ordered_as_its_makers_did(model: Model, least: float, crowd_folder: Path) -> None:
    with (crowd_folder / "pairwise_music/labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (crowd_folder / "pairwise_music/gold.csv").open(newline="") as file:
        gold = list(csv.DictReader(file))
    items = sorted({row[side] for row in rows for side in ("left", "right")})
    workers = list(dict.fromkeys(row["worker"] for row in rows))
    comparisons = Comparisons(
        codes(*(workers.index(row["worker"]) for row in rows)),
        codes(*(items.index(row["left"]) for row in rows)),
        codes(*(items.index(row["right"]) for row in rows)),
        np.array([{row["left"]: 1.0, row["right"]: 0.0}.get(row["label"], 0.5) for row in rows]),
        len(workers),
        len(items),
    )

    score = dict(zip(items, model(comparisons).score.tolist(), strict=True))

    ordered = [
        score[one["task"]] > score[other["task"]]
        for one in gold
        for other in gold
        if one["query"] == other["query"]
        and int(one["label"]) < int(other["label"])
        and {one["task"], other["task"]} <= set(items)
    ]
    assert sum(ordered) / len(ordered) >= least


@both_models
@given(comparisons=some_comparisons(), data=st.data())
def test_order_and_sides_of_comparisons_do_not_matter(
    model: Model, comparisons: Comparisons, data: st.DataObject
) -> None:
    order = codes(*data.draw(st.permutations(range(len(comparisons)))))
    turned = Comparisons(
        comparisons.worker[order],
        comparisons.right[order],
        comparisons.left[order],
        1 - comparisons.won[order],
        comparisons.n_workers,
        comparisons.n_items,
    )

    one, other = model(comparisons), model(turned)

    np.testing.assert_allclose(one.score, other.score, atol=1e-3)
    np.testing.assert_allclose(one.low, other.low, atol=1e-3)


@both_models
@given(comparisons=some_comparisons(), data=st.data())
def test_names_of_items_do_not_matter(
    model: Model, comparisons: Comparisons, data: st.DataObject
) -> None:
    name = codes(*data.draw(st.permutations(range(comparisons.n_items))))
    renamed = Comparisons(
        comparisons.worker,
        name[comparisons.left],
        name[comparisons.right],
        comparisons.won,
        comparisons.n_workers,
        comparisons.n_items,
    )

    np.testing.assert_allclose(model(comparisons).score, model(renamed).score[name], atol=1e-3)


@both_models
@given(comparisons=some_comparisons())
def test_scores_are_finite_and_lie_in_their_intervals(
    model: Model, comparisons: Comparisons
) -> None:
    found = model(comparisons)

    assert np.isfinite(found.low).all()
    assert ((found.low < found.score) & (found.score < found.high)).all()
    assert found.score.sum() == pytest.approx(0, abs=1e-9)


def test_a_ranking_orders_its_items() -> None:
    rankings = [[2, 0, 1], [2, 1, 0], [2, 0, 1]]

    comparisons = comparisons_of_rankings(rankings, codes(0, 1, 2), 3, 3)

    assert np.argsort(-bradley_terry(comparisons).score).tolist() == [2, 0, 1]
    assert comparisons.weight is not None
    assert comparisons.weight.sum() == pytest.approx(6)


def test_odd_rankings_are_refused() -> None:
    with pytest.raises(BadInput, match="twice"):
        comparisons_of_rankings([[0, 0]], codes(0), 1, 2)
    with pytest.raises(ShapeError, match="one for each"):
        comparisons_of_rankings([[0, 1]], codes(0, 1), 2, 2)


@both_models
def test_no_comparison_is_refused(model: Model) -> None:
    with pytest.raises(BadInput, match="no comparisons"):
        model(Comparisons(codes(), codes(), codes(), np.empty(0), 0, 2))


def test_a_spread_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="above 0"):
        bradley_terry(comparing(0, 4, 2, 9).comparisons, spread=0.0)


@pytest.mark.parametrize(
    ("left", "right", "won", "weight", "words"),
    [
        (0, 0, 1.0, 1.0, "itself"),
        (0, 1, 1.5, 1.0, "outcome"),
        (0, 1, float("nan"), 1.0, "outcome"),
        (0, 1, 1.0, -1.0, "weight"),
        (0, 7, 1.0, 1.0, "right does not hold"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    left: int, right: int, won: float, weight: float, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        Comparisons(codes(0), codes(left), codes(right), np.array([won]), 1, 2, np.array([weight]))


def test_too_many_items_and_odd_columns_are_refused() -> None:
    with pytest.raises(BadInput, match="at most 3000"):
        Comparisons(codes(0), codes(0), codes(1), np.ones(1), 1, 3_001)
    with pytest.raises(ShapeError, match="one number for each"):
        Comparisons(codes(0), codes(0), codes(1), np.ones(2), 1, 2)


def test_tau_counts_pairs_in_order() -> None:
    assert kendall_tau(np.arange(4.0), np.array([0.0, 1, 3, 2])) == pytest.approx(2 / 3)
    assert kendall_tau(np.arange(4.0), np.ones(4)) == 0
    with pytest.raises(BadInput):
        kendall_tau(np.ones(1), np.ones(1))
