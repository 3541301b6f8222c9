"""A database file that is damaged: every command says so, with the way out, and changes nothing."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.running import canut, canut_program, database

type Damage = Callable[[Path], object]
COMMANDS = [["serve", "--port", "1"], ["work", "--once"], ["backup", "copy.tar"], ["migrate"]]


def flip_bytes(data: Path) -> None:
    """Overwrite the middle of every page but the first few, as a failing disk may."""
    path = data / "canut.sqlite3"
    content = bytearray(path.read_bytes())
    for page in range(4096 * 3, len(content), 4096):
        content[page : page + 40] = b"\xff" * 40
    path.write_bytes(content)


def cut(data: Path) -> None:
    path = data / "canut.sqlite3"
    path.write_bytes(path.read_bytes()[: 4096 * 40 + 100])


def replace_by_text(data: Path) -> None:
    (data / "canut.sqlite3").write_text("no database at all\n" * 4_000)


def empty(data: Path) -> None:
    (data / "log.key").write_bytes(b"k" * 32)
    (data / "canut.sqlite3").write_bytes(b"")


def drop_a_table(data: Path) -> None:
    with closing(database(data)) as opened, opened:
        opened.execute("PRAGMA foreign_keys=OFF")
        opened.execute("DROP TABLE store_personkey")


DAMAGES: list[Damage] = [flip_bytes, cut, replace_by_text, empty, drop_a_table]


def prints(data: Path) -> dict[str, str]:
    """Hash the files of a folder, but those SQLite keeps beside an open database."""
    return {
        path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in data.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


@pytest.fixture
def settled(instance: Path) -> Path:
    """Return an instance whose database is one file."""
    with closing(database(instance)) as opened:
        opened.execute("PRAGMA journal_mode=DELETE")
        opened.execute("PRAGMA journal_mode=WAL")
    for beside in instance.glob("canut.sqlite3-*"):
        beside.unlink()
    return instance


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_command_says_what_is_damaged_and_changes_nothing(
    settled: Path, tmp_path: Path, words: list[str], damage: Damage
) -> None:
    damage(settled)
    before = prints(settled)
    arguments = [str(tmp_path / word) if word.endswith(".tar") else word for word in words]

    done = canut(*arguments, data=settled)

    assert done.returncode == 1, done.stdout
    assert "is damaged" in done.stderr
    assert "canut restore" in done.stderr
    assert prints(settled) == before
    assert not list(tmp_path.glob("copy.tar*"))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_doctor_names_the_damage(settled: Path, damage: Damage) -> None:
    damage(settled)

    done = canut("doctor", data=settled)

    assert done.returncode == 1
    assert "The database is damaged" in done.stdout
    assert "canut restore" in done.stdout


def test_damaged_copy_replaces_no_keys_of_earlier_backups(settled: Path, tmp_path: Path) -> None:
    assert canut("backup", str(tmp_path / "good.tar"), data=settled).returncode == 0
    before = prints(tmp_path / "keys")
    content = bytearray((settled / "canut.sqlite3").read_bytes())
    with closing(sqlite3.connect(settled / "canut.sqlite3")) as opened:
        page = opened.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'store_answer'"
        ).fetchone()[0]
    content[4096 * (page - 1) : 4096 * page] = b"\xff" * 4096
    (settled / "canut.sqlite3").write_bytes(content)

    done = canut("backup", str(tmp_path / "bad.tar"), data=settled)

    assert done.returncode == 1
    assert "is damaged" in done.stderr
    assert prints(tmp_path / "keys") == before
    assert not list(tmp_path.glob("bad*"))


@pytest.mark.process
def test_program_ends_without_a_traceback(settled: Path) -> None:
    replace_by_text(settled)

    done = canut_program("serve", "--port", "1", data=settled)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "canut restore" in done.stderr


@pytest.mark.slow
def test_folder_of_a_first_start_that_was_cut_short_is_no_damage(settled: Path) -> None:
    (settled / "canut.sqlite3").write_bytes(b"")

    assert canut("migrate", data=settled).returncode == 0
