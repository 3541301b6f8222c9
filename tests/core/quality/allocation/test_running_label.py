import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.quality.allocation.running_label import (
    assumed_chances,
    frozen_consensus,
    running_consensus,
    running_selection,
)


def test_better_worker_is_believed() -> None:
    label, confidence = running_consensus(3, [(0, 0.95), (2, 0.6), (2, 0.6)])

    weights = [0.95 * 0.2 * 0.2, 0.025 * 0.2 * 0.2, 0.025 * 0.6 * 0.6]
    assert label == 0
    assert confidence == pytest.approx(weights[0] / math.fsum(weights))


def test_nobody_counts_against_their_own_word() -> None:
    label, confidence = running_consensus(2, [(1, 0.1)])

    assert (label, confidence) == (1, 0.5)


def test_draw_goes_to_the_first_label() -> None:
    assert running_consensus(2, [(1, None), (0, None)]) == (0, 0.5)


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(
                st.tuples(st.integers(0, n - 1), st.none() | st.floats(0, 1)),
                min_size=1,
                max_size=200,
            ),
        )
    )
)
def test_label_was_said_and_confidence_is_a_chance(
    case: tuple[int, list[tuple[int, float | None]]],
) -> None:
    choices, votes = case

    label, confidence = running_consensus(choices, votes)

    assert label in {said for said, _ in votes}
    assert 1 / choices - 1e-9 <= confidence <= 1


@pytest.mark.parametrize("votes", [[], [(2, None)], [(-1, 0.9)]])
def test_votes_that_do_not_fit_are_refused(votes: list[tuple[int, float | None]]) -> None:
    with pytest.raises(BadInput, match="do not fit 2 choices"):
        running_consensus(2, votes)


def test_each_choice_of_a_selection_is_decided_by_itself() -> None:
    selected, confidence = running_selection(3, [([0, 1], None), ([0], None), ([0, 1], None)])

    assert selected == [0, 1]
    assert 0 < confidence < running_consensus(2, [(1, None)] * 3)[1]


def test_empty_selection_is_a_selection() -> None:
    assert running_selection(2, [([], None), ([], None)])[0] == []


def test_selection_of_an_unknown_choice_is_refused() -> None:
    with pytest.raises(BadInput, match="beyond the 2 choices"):
        running_selection(2, [([2], None)])


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(
            st.tuples(st.integers(0, n - 1), st.floats(0.01, 0.99)), min_size=1, max_size=6
        ).map(lambda votes: (n, votes))
    )
)
def test_accuracies_alone_give_what_the_one_coin_gives(
    case: tuple[int, list[tuple[int, float]]],
) -> None:
    choices, votes = case
    said = [assumed_chances(choices, label, accuracy) for label, accuracy in votes]

    label, confidence = frozen_consensus([1 / choices] * choices, said)

    expected, sure = running_consensus(choices, votes)
    assert confidence == pytest.approx(sure)
    assert label == expected or confidence == pytest.approx(1 / choices, abs=0.5)


def test_temperature_and_doubt_soften_and_keep_the_label() -> None:
    said = [[0.9, 0.1], [0.8, 0.2]]

    plain, soft = frozen_consensus([0.5, 0.5], said), frozen_consensus([0.5, 0.5], said, 3.4, 0.1)

    assert plain[0] == soft[0] == 0
    odds = (36 ** (1 / 3.4)) / (1 + 36 ** (1 / 3.4))
    assert soft[1] == pytest.approx(odds * 0.9 + 0.05)


def test_answers_that_do_not_fit_the_labels_are_refused() -> None:
    with pytest.raises(BadInput, match="do not fit 2 labels"):
        frozen_consensus([0.5, 0.5], [[1.0]])
