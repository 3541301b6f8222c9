from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from canut.core.arrays import Floats
from canut.core.errors import ShapeError
from canut.core.quality.merging.assignment import assigned

shapes = st.integers(1, 5).flatmap(lambda n: st.tuples(st.just(n), st.integers(n, 6)))
tables = shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=st.floats(0, 1, width=16)))


@given(tables)
def test_no_other_pairing_costs_less(costs: Floats) -> None:
    found = assigned(costs)

    n_rows, n_columns = costs.shape
    least = min(
        sum(costs[row, column] for row, column in enumerate(columns))
        for columns in permutations(range(n_columns), n_rows)
    )
    assert len(set(found.tolist())) == n_rows
    assert costs[np.arange(n_rows), found].sum() == pytest.approx(least)


def test_five_hundred_are_paired() -> None:
    rng = np.random.default_rng(5)
    order = rng.permutation(500)
    costs = rng.uniform(0.5, 1, (500, 500))
    costs[np.arange(500), order] = 0.1

    assert assigned(costs).tolist() == order.tolist()


@pytest.mark.parametrize("shape", [(2, 1), (2,)])
def test_more_rows_than_columns_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError):
        assigned(np.zeros(shape))
