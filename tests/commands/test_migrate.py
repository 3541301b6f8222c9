"""``canut migrate`` says what it takes, copies first, and goes on where it was cut short."""

import json
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.running import canut, database


@pytest.fixture
def older(instance: Path) -> Path:
    with closing(database(instance)) as db, db:
        db.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        db.execute("DROP TABLE django_session")
        db.execute(
            "INSERT INTO store_person (username, password, email, shown_name, language, is_active,"
            " is_simulated, is_service, created_at) VALUES ('ada', '!', '', '', 'fr', 1, 0, 0, 0)"
        )
    return instance


def is_whole(data: Path) -> bool:
    with closing(database(data)) as held:
        rows = held.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_session'")
        return rows.fetchone() is not None


def test_what_it_takes_is_said_before_and_a_dry_run_changes_nothing(older: Path) -> None:
    done = canut("migrate", "--dry-run", data=older)

    assert done.returncode == 0, done.stderr
    assert "Changes that wait: 1." in done.stdout
    assert "MiB" in done.stdout
    assert not is_whole(older)
    assert not (older / "backups").exists()


def test_copy_from_before_comes_back_as_it_was(older: Path, tmp_path: Path) -> None:
    done = canut("migrate", data=older)

    (copy,) = (older / "backups").glob("*.tar")
    back = canut("restore", str(copy), data=tmp_path / "back")
    assert (done.returncode, back.returncode) == (0, 0), done.stderr + back.stderr
    assert is_whole(older)
    assert not is_whole(tmp_path / "back")
    assert not (older / "migrating.json").exists()


def test_pictures_are_not_in_the_copy(older: Path, tmp_path: Path) -> None:
    (older / "media").mkdir()
    (older / "media/large").write_bytes(b"x" * 1000)

    canut("migrate", "--backup", str(tmp_path / "copy.tar"), data=older)

    with tarfile.open(tmp_path / "copy.tar") as tar:
        assert set(tar.getnames()) == {"canut.sqlite3", "secret.key", "backup.json"}


def test_upgrade_cut_short_goes_on_without_a_second_copy(older: Path) -> None:
    note = {"begun": "2026-11-25T12:00:00+00:00", "copy": "before.tar"}
    (older / "migrating.json").write_text(json.dumps(note))

    done = canut("migrate", data=older)

    assert "the copy from before it: before.tar" in done.stdout
    assert is_whole(older)
    assert not (older / "backups").exists()
    assert not (older / "migrating.json").exists()


def test_no_copy_is_made_where_none_is_wanted_or_nothing_waits(older: Path) -> None:
    first = canut("migrate", "--no-backup", data=older)
    again = canut("migrate", data=older)

    assert (first.returncode, again.returncode) == (0, 0)
    assert again.stdout == "The database is at this version.\n"
    assert not (older / "backups").exists()
