"""Name the arrays the sums run on, and compile loops in the one way allowed here.

Kernels are serial: two Python threads inside a parallel one abort the whole process. They release
the interpreter's lock, so a server that runs one keeps answering.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

type Codes = NDArray[np.int32]
type Counts = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]
type Reals = NDArray[np.floating]

FEW_ROWS = 20_000
_PARTS: set[object] = set()
_EXTENDED: list[bool] = []


def part[**P, R](piece: Callable[P, R]) -> Callable[P, R]:
    """Mark a piece of a kernel of the same file; it is compiled into each that calls it."""
    _PARTS.add(piece)
    return piece


def kernel[**P, R](loop: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over arrays to machine code, when it is first called.

    The code is kept beside the module for the next process, or, where neither the package nor the
    home folder can be written (containers, service users), for this one only. numba is imported by
    the first call: a server that never estimates does not pay its half second. A loop calls parts,
    no other loop.
    """
    ready: list[Callable[P, R]] = []

    @wraps(loop)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not ready:
            ready.append(_compiled(loop))
        return ready[0](*args, **kwargs)

    return run


def for_rows[**P, R](loop: Callable[P, R], rows: int) -> Callable[P, R]:
    """Return a kernel where there are many rows, and its loop as it is written where there are few.

    A page that measures one person's day so never waits for a compiler.
    """
    as_written: Callable[P, R] = getattr(loop, "__wrapped__", loop)
    return loop if rows > FEW_ROWS else as_written


def put_in(numbers: tuple[float, ...], place: int, number: float) -> tuple[float, ...]:
    """Return the numbers with one replaced.

    In a kernel a tuple lives in the processor's registers, where an array would lie in memory.
    """
    return (*numbers[:place], number, *numbers[place + 1 :])


def ask_for(table: Reals, row: int | np.uint32, column: int) -> None:
    """Have the processor fetch a place of a table that a kernel will read or write soon.

    Tables of counts are read in no order a processor can foresee; outside a kernel this does
    nothing.
    """


def _ask_for_compiled(table: object, row: object, column: object) -> Callable[..., object]:
    """Return what ``ask_for`` is in a kernel: the processor's own instruction, by LLVM."""
    del table, row, column
    numba, ir = import_module("numba"), import_module("llvmlite.ir")
    cgutils = import_module("numba.core.cgutils")
    whole, wide, byte = ir.IntType(32), ir.IntType(64), ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, whole, whole, whole])

    def built(*known: object) -> object:
        context, builder, signature, (table, row, column) = cast("Any", known)
        array = context.make_array(signature.args[0])(context, builder, table)
        down, across = cgutils.unpack_tuple(builder, array.strides)
        offset = builder.add(
            builder.mul(builder.zext(row, wide), down), builder.mul(column, across)
        )
        address = builder.gep(builder.bitcast(array.data, byte), [offset])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(fetch, [address, whole(0), whole(3), whole(1)])  # to read, keep, data
        return context.get_dummy_value()

    def typed(context: object, table: object, row: object, column: object) -> object:
        del context
        return numba.types.void(table, row, column), built

    fetch = numba.extending.intrinsic(typed)

    def compiled(table: object, row: object, column: object) -> object:
        return fetch(table, row, column)

    return compiled


def _put_in_compiled(numbers: object, place: object, number: object) -> Callable[..., object]:
    """Return what ``put_in`` is in a kernel."""
    del numbers, place, number
    put = import_module("numba.cpython.unsafe.tuple").tuple_setitem

    def compiled(numbers: object, place: object, number: object) -> object:
        return put(numbers, place, number)

    return compiled


def _compiled[**P, R](loop: Callable[P, R]) -> Callable[P, R]:
    import numba  # noqa: PLC0415 - takes half a second, needed by estimates alone

    extending = import_module("numba.extending")
    if not _EXTENDED:
        extending.overload(put_in)(_put_in_compiled)
        extending.overload(ask_for)(_ask_for_compiled)
        _EXTENDED.append(True)
    for piece in _parts_of(loop):
        extending.register_jitable(piece)
    try:
        compiled: Callable[P, R] = numba.njit(cache=True, nogil=True)(loop)
    except RuntimeError:
        compiled = numba.njit(nogil=True)(loop)
    return compiled


def _parts_of(loop: Callable[..., object]) -> Iterator[Callable[..., object]]:
    """Yield the parts a loop or a part calls, at any depth."""
    for name in loop.__code__.co_names:
        called = loop.__globals__.get(name)
        if callable(called) and called in _PARTS:
            yield called
            yield from _parts_of(called)
