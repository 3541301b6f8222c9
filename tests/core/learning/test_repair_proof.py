"""A repair is shown by its slice's lower bound, by no other slice worse, and by the rest's fall."""

import numpy as np
import pytest
from scipy.stats import beta, fisher_exact

from canut.core.errors import BadInput
from canut.core.learning.health import answers_needed
from canut.core.learning.repair_proof import SliceCount, compare_slices, prove_repair

NOTHING = SliceCount(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("bar", "needed"),
    [(0.90, (29, 46, 61, 76)), (0.93, (42, 66, 88, 109)), (0.95, (59, 93, 124, 153))],
)
def test_slice_is_proven_from_the_printed_number_of_answers_on(
    bar: float, needed: tuple[int, ...]
) -> None:
    for slips, seen in enumerate(needed):
        assert answers_needed(bar, slips) == seen
        at = prove_repair(SliceCount(0, 0, seen - slips, seen), NOTHING, {}, bar)
        before = prove_repair(SliceCount(0, 0, seen - slips - 1, seen - 1), NOTHING, {}, bar)
        assert at.is_slice_proven
        assert at.still_needed == 0
        assert not before.is_slice_proven
        assert before.still_needed == 1
        exact = beta.ppf(0.05, seen - slips, slips + 1)
        assert at.low == pytest.approx(exact, abs=1e-6)


def test_rest_is_shown_harmless_by_the_upper_bound_alone() -> None:
    outside = SliceCount(290, 300, 282, 300)
    proof = prove_repair(SliceCount(40, 60, 60, 60), outside, {}, 0.9)

    assert proof.rest is not None
    assert [round(100 * bound, 1) for bound in proof.rest] == [2.7, -0.2, 5.7]
    assert not proof.is_rest_shown
    assert proof.rest_needed > 300
    many = prove_repair(SliceCount(40, 60, 60, 60), SliceCount(970, 1000, 970, 1000), {}, 0.9)
    assert many.is_rest_shown
    unseen = prove_repair(SliceCount(40, 60, 60, 60), SliceCount(290, 300, 0, 0), {}, 0.9)
    assert unseen.rest is None
    assert not unseen.is_rest_shown


def test_slice_that_does_worse_is_named_and_others_are_not() -> None:
    counts = {
        "region = Sud": SliceCount(99, 100, 84, 100),
        "region = Est": SliceCount(97, 100, 95, 100),
        "too few": SliceCount(19, 19, 0, 100),
    }
    changes = compare_slices(counts)

    assert [change.name for change in changes] == ["region = Sud", "region = Est"]
    exact = fisher_exact([[16, 84], [1, 99]], alternative="greater").pvalue
    assert changes[0].chance == pytest.approx(exact)
    assert changes[0].false_discovery == pytest.approx(2 * exact)
    assert [change.is_worse for change in changes] == [True, False]


def test_no_slice_is_called_worse_where_nothing_changed() -> None:
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(200):
        before, after = rng.binomial(150, 0.95, 12), rng.binomial(150, 0.95, 12)
        counts = {
            str(at): SliceCount(int(before[at]), 150, int(after[at]), 150) for at in range(12)
        }
        alarms += any(change.is_worse for change in compare_slices(counts))
    assert alarms / 200 <= 0.10 + 0.04


@pytest.mark.parametrize("count", [SliceCount(3, 2, 0, 0), SliceCount(0, 0, -1, 2)])
def test_impossible_counts_are_refused(count: SliceCount) -> None:
    with pytest.raises(BadInput, match="as many right ones"):
        prove_repair(count, NOTHING, {}, 0.9)
