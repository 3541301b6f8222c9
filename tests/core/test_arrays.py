from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from canut.core.arrays import Floats, kernel


def total(values: Floats) -> float:
    found = 0.0
    for value in values:
        found += value
    return found


def test_a_kernel_gives_what_the_loop_gives() -> None:
    assert kernel(total)(np.arange(4.0)) == 6


def test_a_kernel_works_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    compile_uncached = numba.njit

    def refusing(*, nogil: bool, cache: bool = False) -> Callable[[Any], Any]:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        assert nogil
        return compile_uncached(nogil=True)

    monkeypatch.setattr(numba, "njit", refusing)

    assert kernel(total)(np.arange(4.0)) == 6
