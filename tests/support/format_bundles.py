"""The test bundles of the format, as ``examples/bundles`` makes them."""

import importlib.util
from pathlib import Path
from types import ModuleType

from tests.core.ledger.bundles import Memory

FOLDER = Path(__file__).parents[2] / "examples/bundles"
MAKER, FIGURES = FOLDER / "make_bundles.py", FOLDER / "good-figures.json"
POLICY = FOLDER / "policy.txt"


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_bundles", MAKER)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(MAKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MAKER = _maker()
CASES = _MAKER.CASES


def bundle_of(name: str) -> Memory:
    """Make one test bundle."""
    return Memory(CASES[name][2](_MAKER.read_good()))


def policy_of() -> bytes:
    """Return the policy that all test bundles are judged by."""
    return POLICY.read_bytes()
