import numpy as np
import pytest

from canut.core.arrays import Bools
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.merging.selections import (
    Selections,
    dawid_skene_selection,
    majority_selection,
    selection_agreement,
    selection_agreement_by_worker,
)


def selections(rows: list[tuple[int, int, str]], choices: str = "abc") -> Selections:
    chosen: Bools = np.array([[each in made for each in choices] for _, _, made in rows])
    return Selections(
        np.array([row[0] for row in rows], dtype=np.int32),
        np.array([row[1] for row in rows], dtype=np.int32),
        chosen.reshape(len(rows), len(choices)),
        max((row[0] for row in rows), default=0) + 1,
        max((row[1] for row in rows), default=0) + 1,
    )


def test_a_choice_that_more_than_half_made_is_in() -> None:
    vote = majority_selection(selections([(0, 0, "ab"), (0, 1, "a"), (0, 2, "ab"), (1, 0, "")]))

    assert vote.chosen.tolist() == [[True, True, False], [False] * 3]
    assert vote.share.tolist() == [pytest.approx(2 / 3), 1]
    assert vote.tied.tolist() == [False, False]


def test_a_choice_that_half_made_is_out_and_said() -> None:
    vote = majority_selection(selections([(0, 0, "a"), (0, 1, "ab")]))

    assert vote.chosen.tolist() == [[True, False, False]]
    assert vote.tied.tolist() == [True]


def test_careless_worker_weighs_less() -> None:
    rng = np.random.default_rng(1)
    truth = rng.random((120, 3)) < 0.5
    rows = []
    for task in range(120):
        for worker in range(4):
            flips = rng.random(3) < (0.03 if worker < 2 else 0.45)
            made = "".join(c for c, in_ in zip("abc", truth[task] ^ flips, strict=True) if in_)
            rows.append((task, worker, made))
    crowd = selections(rows)

    fit, vote = dawid_skene_selection(crowd), majority_selection(crowd)

    assert (fit.chosen == truth).mean() > (vote.chosen == truth).mean() + 0.05
    assert fit.accuracy[:2].min() > 0.9
    assert fit.accuracy[2:].max() < 0.7
    assert ((fit.confidence > 0) & (fit.confidence <= 1)).all()
    assert fit.converged


def test_agreement_is_of_whole_selections() -> None:
    crowd = selections([(0, 0, "ab"), (0, 1, "ab"), (0, 2, "a"), (1, 0, "c")])

    found = selection_agreement_by_worker(crowd)

    assert selection_agreement(crowd) == pytest.approx(1 / 3)
    assert found.compared.tolist() == [0, 0, 1]
    assert found.agreed.tolist() == [0, 0, 0]


def test_no_answers_are_refused() -> None:
    with pytest.raises(BadInput, match="no answers"):
        dawid_skene_selection(selections([]))


def test_columns_of_different_length_are_refused() -> None:
    one = np.zeros(1, dtype=np.int32)

    with pytest.raises(ShapeError, match="n_choices"):
        Selections(one, one, np.zeros((2, 3), dtype=np.bool_), 1, 1)
