import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.quality.running import running_consensus, running_selection


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
