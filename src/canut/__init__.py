"""Canut: paid microtasks whose labels, pay and authorship can be checked by anyone."""

from functools import partial
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canut.core.quality.estimators.infer import infer

__all__ = ["__version__", "infer"]
__version__ = "1.0.0rc1"


def __getattr__(name: str) -> object:
    """Import ``infer``, with a clock, or ``quality`` on first use."""
    if name == "quality":
        return import_module("canut.quality")
    if name != "infer":
        raise AttributeError(f"module 'canut' has no attribute {name!r}")
    return partial(import_module("canut.core.quality.estimators.infer").infer, clock=perf_counter)
