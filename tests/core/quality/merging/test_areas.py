import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from canut.core.arrays import Floats
from canut.core.quality.merging.areas import areas_alike, shared_area
from canut.core.quality.merging.shapes import polygon_vector, polygons_alike

SQUARE = np.array([0.0, 0, 4, 0, 4, 4, 0, 4])
corner = st.integers(0, 20).map(float)
polygons = st.integers(3, 7).flatmap(lambda n: arrays(np.float64, 2 * n, elements=corner))


def test_area_of_one_in_the_other_is_its_own() -> None:
    inner = np.array([1.0, 1, 3, 1, 2, 3])

    assert shared_area(SQUARE, inner) == (2.0, 16.0)


def test_what_is_enclosed_twice_is_outside() -> None:
    bow = np.array([0.0, 0, 4, 4, 4, 0, 0, 4])

    assert shared_area(SQUARE, bow) == pytest.approx((8.0, 16.0))


def test_beside_and_level_outlines_have_nothing_in_common() -> None:
    assert areas_alike(SQUARE, SQUARE + 4) == 0.0
    assert areas_alike(np.array([0.0, 1, 2, 1, 4, 1]), SQUARE) == 0.0
    assert shared_area(np.array([0.0, 1, 2, 1]), np.array([0.0, 1, 2, 1])) == (0.0, 0.0)


@given(polygons, polygons, polygons)
def test_one_less_the_share_in_common_is_a_distance(a: Floats, b: Floats, c: Floats) -> None:
    def apart(one: Floats, other: Floats) -> float:
        both, either = shared_area(one, other)
        return 1 - both / either if either > 1e-9 else 0.0

    hollow = any(shared_area(each, each)[0] < 1e-6 for each in (a, b, c))
    assert apart(a, b) == pytest.approx(apart(b, a), abs=1e-9)
    assert apart(a, a) == pytest.approx(0, abs=1e-9)
    assert hollow or apart(a, c) <= apart(a, b) + apart(b, c) + 1e-9


@settings(max_examples=20)
@given(st.floats(0.1, 3), st.floats(0.1, 3), st.floats(0.5, 2))
def test_the_grid_of_shapes_counts_nearly_the_same(dx: float, dy: float, size: float) -> None:
    turned = np.array([2.0, 0, 4, 2, 2, 4, 0, 2]) * size + np.array([dx, dy] * 4)

    counted = polygons_alike(
        polygon_vector(SQUARE.reshape(-1, 2).tolist(), 400),
        polygon_vector(turned.reshape(-1, 2).tolist(), 400),
    )

    assert areas_alike(SQUARE, turned) == pytest.approx(float(counted), abs=0.03)
