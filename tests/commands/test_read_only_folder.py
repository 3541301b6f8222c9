"""A data folder on a disk that is read-only: commands say so, without a traceback."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.running import canut

COMMANDS = [["serve", "--port", "1"], ["work", "--once"], ["backup", "copy.tar"], ["migrate"]]


@pytest.fixture
def read_only(migrated: Path, tmp_path: Path) -> Iterator[Path]:
    """Copy an instance onto a small disk of memory, and make that read-only."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or mount is None or umount is None:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run([mount, "-t", "tmpfs", "canut", disk], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        data = Path(shutil.copytree(migrated, disk / "data"))
        subprocess.run([mount, "-o", "remount,ro", disk], check=True)
        yield data
    finally:
        subprocess.run([umount, "--lazy", disk], check=True)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_command_names_the_folder_and_the_reason(
    read_only: Path, tmp_path: Path, words: list[str]
) -> None:
    arguments = [str(tmp_path / word) if word.endswith(".tar") else word for word in words]

    done = canut(*arguments, data=read_only)

    assert done.returncode == 1
    assert f"cannot write in the data folder {read_only}" in done.stderr
    assert "Read-only file system" in done.stderr
    assert not list(tmp_path.glob("copy.tar*"))


def test_doctor_says_why_the_folder_cannot_be_written(read_only: Path) -> None:
    done = canut("doctor", data=read_only)

    assert done.returncode == 1
    assert "Read-only file system" in " ".join(done.stdout.split())
