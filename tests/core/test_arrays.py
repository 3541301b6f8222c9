from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from canut.core.arrays import Floats, compiler_spared, is_compiler_spared, kernel, kernel_or


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


def test_a_loop_runs_as_whole_arrays_while_the_compiler_is_spared() -> None:
    def whole(values: Floats) -> float:
        return float(values.sum()) + 0.5  # so as to tell them apart

    either = kernel_or(whole)(total)

    with compiler_spared():
        assert is_compiler_spared()
        assert either(np.arange(4.0)) == 6.5
    assert not is_compiler_spared()
    assert either(np.arange(4.0)) == 6
