"""Whatever a package holds, it is read or refused in words; nothing else comes out."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from canut.core.errors import Refusal
from canut.core.portrait.deposits.descriptor import DESCRIPTOR, description_fields
from canut.core.portrait.deposits.package import pack_deposit, read_deposit
from tests.core.portrait.deposits.test_adapters import EACH
from tests.support.deposits import TODAY, write_package

TRIES = 60
STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 0.5, "", " ", "\0", "\ud800", "x" * 5000, "=1+1", "../a", "1e999",
    "2025-02-30/2025-03-01", "NaN", "٣", [], {}, [[]], {"a": {}}, ["a", 1], "all", "CA-QC", "M",
)  # fmt: skip
PACKAGES: dict[str, Callable[[Path], Path]] = {"": write_package, **EACH}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where in a document each value stands."""
    if isinstance(value, dict):
        return [path, *(p for k, v in value.items() for p in places(v, (*path, k)))]
    if isinstance(value, list):
        return [path, *(p for k, v in enumerate(value) for p in places(v, (*path, k)))]
    return [path]


def change(document: Any, path: tuple[Any, ...], value: Any) -> None:
    """Replace one value of a document."""
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


@pytest.mark.parametrize("kind", PACKAGES)
def test_changed_description_is_read_or_refused(tmp_path: Path, kind: str) -> None:
    folder, rng = PACKAGES[kind](tmp_path), np.random.default_rng(7)
    whole = (folder / DESCRIPTOR).read_text()
    spots = [path for path in places(json.loads(whole)) if path]
    for _ in range(TRIES):
        document = json.loads(whole)
        spot = spots[int(rng.integers(len(spots)))]
        change(document, spot, STRANGE[int(rng.integers(len(STRANGE)))])
        (folder / DESCRIPTOR).write_text(json.dumps(document))
        try:
            deposit = read_deposit([folder], TODAY)
        except Refusal:
            continue
        assert description_fields(deposit.description.text)
        assert pack_deposit(deposit.description.text, deposit.observations)


@pytest.mark.parametrize("kind", PACKAGES)
def test_changed_bytes_of_a_file_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    folder, rng = PACKAGES[kind](tmp_path), np.random.default_rng(11)
    described = json.loads((folder / DESCRIPTOR).read_text())
    file = folder / described["resources"][0]["path"]
    whole = file.read_bytes()
    for _ in range(TRIES):
        content = bytearray(whole)
        for _ in range(int(rng.integers(1, 6))):
            content[int(rng.integers(len(content)))] = int(rng.choice(list(b'\0",;\n\xff9-.e{[')))
        file.write_bytes(content)
        described["resources"][0]["hash"] = hashlib.sha256(content).hexdigest()
        (folder / DESCRIPTOR).write_text(json.dumps(described))
        try:
            read_deposit([folder], TODAY)
        except Refusal:
            continue
