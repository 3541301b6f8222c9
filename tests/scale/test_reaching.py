"""A cluster that is not there, or cannot be: said in words, and nothing is left."""

import gc
import sys
from pathlib import Path

import pytest
from distributed import Client

from canut.__main__ import main
from canut.core.errors import NotReady
from canut.scale import cluster
from canut.scale.cluster import connect
from tests.scale.made import crowd, written

pytestmark = pytest.mark.slow


@pytest.mark.slow
def test_an_address_that_does_not_answer_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ANSWERS_SECONDS", 1)
    path = written(crowd(100), tmp_path / "a.parquet")

    assert main(["infer", str(path), "--cluster", "127.0.0.1:9"]) == 1
    assert main(["infer", str(path), "--cluster", "nowhere"]) == 1

    told = capsys.readouterr().err
    assert "no Dask scheduler answers at 127.0.0.1:9" in told
    assert "no Dask scheduler answers at nowhere" in told


def clients() -> list[object]:
    """Find every client there is, whole or half made."""
    return [one for one in gc.get_objects() if type(one) is Client]


@pytest.mark.parametrize("address", ["127.0.0.1:9", "nowhere"])
def test_nothing_is_left_of_a_client_that_reached_nobody(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ANSWERS_SECONDS", 1)
    before = set(map(id, clients()))
    gc.disable()
    try:
        with pytest.raises(NotReady), connect(address):
            pass
        left = [one for one in clients() if id(one) not in before]
    finally:
        gc.enable()

    assert left == []


def test_without_dask_the_command_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    path = written(crowd(100), tmp_path / "a.parquet")

    assert main(["infer", str(path), "--cluster", "127.0.0.1:9"]) == 1

    assert "pip install 'canut[scale]'" in capsys.readouterr().err
