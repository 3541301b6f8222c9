"""A copy taken while people work comes back whole, and a damaged one not at all."""

import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.running import canut, canut_program, database

PICTURE = bytes(range(256)) * 40


@pytest.fixture
def copy(instance: Path, tmp_path: Path) -> Path:
    folder = instance / "media/1/ab"
    folder.mkdir(parents=True)
    (folder / "abcd").write_bytes(PICTURE)
    (instance / "log.key").write_text("of the ledger's logs")
    (instance / "log.key").chmod(0o600)
    made = canut("backup", str(tmp_path / "copy.tar"), data=instance)
    assert made.returncode == 0, made.stderr
    return tmp_path / "copy.tar"


def facts(data: Path) -> list[int]:
    with closing(database(data)) as held:
        rows = held.execute("SELECT value FROM store_fact WHERE name LIKE 'count%'")
        return sorted(int(value) for (value,) in rows)


@pytest.mark.process
def test_copy_is_private_and_comes_back_as_it_was(copy: Path, tmp_path: Path) -> None:
    back = canut_program("restore", str(copy), data=tmp_path / "back")

    assert back.returncode == 0, back.stderr
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert (tmp_path / "back/media/1/ab/abcd").read_bytes() == PICTURE
    assert (tmp_path / "back/secret.key").read_text() == (tmp_path / "data/secret.key").read_text()
    assert stat.S_IMODE((tmp_path / "back/secret.key").stat().st_mode) == 0o600
    assert (tmp_path / "back/log.key").read_text() == "of the ledger's logs"
    assert stat.S_IMODE((tmp_path / "back/log.key").stat().st_mode) == 0o600
    assert canut_program("migrate", data=tmp_path / "back").returncode == 0


@pytest.mark.process
def test_copy_taken_while_others_write_is_of_one_moment(instance: Path, tmp_path: Path) -> None:
    stop, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        with closing(sqlite3.connect(instance / "canut.sqlite3", timeout=20)) as held:
            while not stop.is_set():
                number = written + 1
                with held:
                    held.execute("INSERT INTO store_fact VALUES (?, ?)", (f"count{number}", number))
                written = number

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = canut_program("backup", str(tmp_path / "copy.tar"), data=instance)
    finally:
        stop.set()
        writer.join()

    assert made.returncode == 0, made.stderr
    assert canut("restore", str(tmp_path / "copy.tar"), data=tmp_path / "back").returncode == 0
    kept = facts(tmp_path / "back")
    assert kept == list(range(1, len(kept) + 1))
    assert 0 < len(kept) <= written
    with closing(database(tmp_path / "back")) as held:
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    "harm", [pytest.param("flipped", marks=pytest.mark.slow), "cut", "stranger"]
)
def test_damaged_copy_brings_nothing_back(copy: Path, tmp_path: Path, harm: str) -> None:
    whole = bytearray(copy.read_bytes())
    if harm == "flipped":
        whole[whole.index(PICTURE) + 500] ^= 1
    elif harm == "cut":
        del whole[len(whole) // 2 :]
    copy.write_bytes(whole)
    if harm == "stranger":
        with tarfile.open(copy, "a") as tar:
            tar.add(__file__, arcname="../outside.py")

    back = canut("restore", str(copy), data=tmp_path / "back")

    assert back.returncode == 1
    assert "copy" in back.stderr
    assert [path.name for path in (tmp_path / "back").rglob("*")] == []
    assert not (tmp_path / "outside.py").exists()


def test_folder_that_holds_an_instance_is_left_alone(copy: Path, instance: Path) -> None:
    before = facts(instance)

    back = canut("restore", str(copy), data=instance)

    assert back.returncode == 1
    assert "--data" in back.stderr
    assert facts(instance) == before


def test_copy_never_takes_the_place_of_a_file(copy: Path, instance: Path) -> None:
    before = copy.read_bytes()

    again = canut("backup", str(copy), data=instance)

    assert again.returncode == 1
    assert copy.read_bytes() == before
