"""Name the array types, and compile loops in the one allowed way.

Kernels are serial: two Python threads inside a parallel one abort the whole process. They release
the interpreter's lock, so a server that runs one keeps answering.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from threading import Lock
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
_SPARED: list[bool] = []
_COMPILING = Lock()


def part[**P, R](piece: Callable[P, R]) -> Callable[P, R]:
    """Mark a function as part of a kernel of the same file; it is inlined when compiled."""
    _PARTS.add(piece)
    return piece


def kernel[**P, R](loop: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over arrays to machine code at its first call.

    The compiled code is cached beside the module for the next process or, where neither the package
    nor the home folder is writable (containers, service users), for this process only. The first
    call imports numba, so a server that never estimates does not pay its half second. A loop calls
    parts, never another loop.
    """
    return _run_of(loop, None)


def kernel_or[**P, R](whole: Callable[P, R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Compile a loop as ``kernel`` does, or call ``whole`` where ``compiler_spared``.

    Args:
        whole: the same in a few operations of NumPy on whole arrays, equal up to rounding.
    """

    def decorate(loop: Callable[P, R]) -> Callable[P, R]:
        return _run_of(loop, whole)

    return decorate


def _run_of[**P, R](loop: Callable[P, R], whole: Callable[P, R] | None) -> Callable[P, R]:
    ready: list[Callable[P, R]] = []

    @wraps(loop)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _SPARED and whole is not None:
            return whole(*args, **kwargs)
        if not ready:
            with _COMPILING:
                if not ready:
                    ready.append(_compiled(loop))
        return ready[0](*args, **kwargs)

    return run


@contextmanager
def compiler_spared() -> Generator[None]:
    """Run kernels as whole arrays meanwhile, where they are written so too, in all threads.

    Numba takes longer to import than ten thousand answers to infer from, so a command that has few
    asks for this. Programs that go on afterwards are better off with machine code.
    """
    _SPARED.append(True)
    try:
        yield
    finally:
        _SPARED.pop()


def is_compiler_spared() -> bool:
    """Return whether kernels run as whole arrays."""
    return bool(_SPARED)


def for_rows[**P, R](loop: Callable[P, R], rows: int) -> Callable[P, R]:
    """Return a compiled kernel for many rows, and the plain Python loop for few.

    This way a page that measures one person's day does not wait for the compiler.
    """
    as_written: Callable[P, R] = getattr(loop, "__wrapped__", loop)
    return loop if rows > FEW_ROWS else as_written


def put_in(numbers: tuple[float, ...], place: int, number: float) -> tuple[float, ...]:
    """Return a copy of the tuple with one number replaced.

    In a kernel a tuple is in the processor's registers, where an array would be in memory.
    """
    return (*numbers[:place], number, *numbers[place + 1 :])


def ask_for(table: Reals, row: int | np.uint32, column: int) -> None:
    """Prefetch a table cell that a kernel will read or write soon.

    Tables of counts are read in an order the processor cannot predict; outside a kernel this does
    nothing.
    """


def _ask_for_compiled(table: object, row: object, column: object) -> Callable[..., object]:
    """Return ``ask_for`` for kernels: the processor's prefetch instruction, by LLVM."""
    del table, row, column
    numba, ir = import_module("numba"), import_module("llvmlite.ir")
    cgutils = import_module("numba.core.cgutils")
    whole, wide, byte = ir.IntType(32), ir.IntType(64), ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, whole, whole, whole])

    def built(*arguments: object) -> object:
        context, builder, signature, (table, row, column) = cast("Any", arguments)
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
    """Return ``put_in`` for kernels."""
    del numbers, place, number
    set_item = import_module("numba.cpython.unsafe.tuple").tuple_setitem

    def compiled(numbers: object, place: object, number: object) -> object:
        return set_item(numbers, place, number)

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
    compiled: Any
    try:
        compiled = numba.njit(cache=True, nogil=True)(loop)
    except RuntimeError:
        compiled = numba.njit(nogil=True)(loop)
    compiled.compile = _side_by_side(compiled.compile)
    return cast("Callable[P, R]", compiled)


def _side_by_side(compile_once: Callable[..., object]) -> Callable[..., object]:
    """Let LLVM join neighbouring operations into one instruction while this kernel is compiled.

    Numba leaves that off. It makes a pass a third faster and changes no bit: nothing is added in
    another order. The setting is put back, so that kernels of other packages are as before.
    """
    lock = import_module("numba.core.compiler_lock").global_compiler_lock
    settings = import_module("numba").config

    def compiled(*signature: object) -> object:
        with lock:
            usual, settings.SLP_VECTORIZE = settings.SLP_VECTORIZE, 1
            try:
                return compile_once(*signature)
            finally:
                settings.SLP_VECTORIZE = usual

    return compiled


def _parts_of(loop: Callable[..., object]) -> Iterator[Callable[..., object]]:
    """Yield the parts that a loop or a part calls, at any depth."""
    for name in loop.__code__.co_names:
        called = loop.__globals__.get(name)
        if callable(called) and called in _PARTS:
            yield called
            yield from _parts_of(called)
