"""A large file reaches the disk in pieces: nobody waits behind all of it."""

import errno
import os
from pathlib import Path

import pytest

from canut.store.platform.synced_file import STEP_BYTES, SyncedWriter

CHUNK = 2**16 - 1


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how long the file is whenever the disk is waited for."""
    lengths: list[int] = []
    sync = os.fsync

    def noted(file: int) -> None:
        sync(file)
        lengths.append(os.fstat(file).st_size)

    monkeypatch.setattr(os, "fsync", noted)
    return lengths


def test_disk_is_waited_for_every_four_megabytes_and_at_the_end(
    tmp_path: Path, synced: list[int]
) -> None:
    with SyncedWriter(tmp_path / "large", "xb") as out:
        out.writelines(bytes(CHUNK) for _ in range(200))

    steps = [after - before for before, after in zip([0, *synced], synced, strict=False)]
    assert synced[-1] == 200 * CHUNK == (tmp_path / "large").stat().st_size
    assert max(steps) < STEP_BYTES + CHUNK
    assert len(steps) == 4


def test_what_is_written_into_stays_around_it(tmp_path: Path, synced: list[int]) -> None:
    path = tmp_path / "known"
    path.write_bytes(b"abcdef")

    with SyncedWriter(path, "r+b") as out:
        out.truncate(4)
        out.seek(2)
        out.write(b"xy")

    assert path.read_bytes() == b"abxy"
    assert synced == [4]


def test_what_is_no_file_of_a_disk_is_written_all_the_same(synced: list[int]) -> None:
    with SyncedWriter(Path(os.devnull)) as out:
        out.write(bytes(2 * STEP_BYTES))

    assert synced == []


def test_file_that_the_disk_refuses_is_closed_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    out = SyncedWriter(tmp_path / "large")
    out.write(b"a")

    with pytest.raises(OSError, match="full"):
        out.close()

    assert out.closed


def test_nothing_written_waits_for_nothing(tmp_path: Path, synced: list[int]) -> None:
    with SyncedWriter(os.open(tmp_path / "empty", os.O_WRONLY | os.O_CREAT)):
        pass

    assert synced == []
