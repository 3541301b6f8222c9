import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.platform.uploads import (
    forget_old_uploads,
    forget_upload,
    keep_upload,
    keep_uploads,
    upload_at,
)
from canut.core.errors import BadInput, Missing, TooLarge

WEEK = 7 * 86_400


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    settings.UPLOAD_LIMIT_BYTES = 100
    return tmp_path / "imports"


def test_one_file_is_found_under_its_plain_name(kept: Path) -> None:
    path = upload_at(keep_upload("C:\\secret\\..\\été 1/a<b>.csv", [b"a,", b"b\n"]))

    assert (path.name, path.read_bytes()) == ("a_b_.csv", b"a,b\n")
    assert path.parent.parent == kept


def test_several_files_make_a_folder(kept: Path) -> None:
    path = upload_at(keep_uploads([("a.png", [b"1"]), ("a.png", [b"2"]), ("..", [b"3"])]))

    assert sorted(file.name for file in path.iterdir()) == ["2-a.png", "a.png", "file"]
    assert path.parent == kept


@pytest.mark.parametrize("together", [1, 2])
def test_too_much_is_refused_with_the_limit_and_nothing_is_kept(kept: Path, together: int) -> None:
    with pytest.raises(TooLarge) as refusal:
        keep_uploads([("a", [b"x" * (102 // together)])] * together)

    assert refusal.value.facts == {"limit": 100}
    assert list(kept.iterdir()) == []


def test_nothing_sent_is_refused(kept: Path) -> None:
    with pytest.raises(BadInput):
        keep_uploads([])

    assert list(kept.iterdir()) == []


def test_a_sender_who_goes_away_leaves_nothing(kept: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        keep_upload("a", broken())

    assert list(kept.iterdir()) == []


@pytest.mark.parametrize("token", ["", "..", "0" * 32, "../imports"])
def test_an_unknown_token_leads_nowhere(token: str) -> None:
    keep_upload("a", [b"x"])

    with pytest.raises(Missing):
        upload_at(token)


def test_only_what_lies_here_is_removed(kept: Path, tmp_path: Path) -> None:
    path, other = upload_at(keep_upload("a", [b"x"])), tmp_path / "own.csv"
    other.write_text("mine")

    for one in (other, kept, kept / "../own.csv", path):
        forget_upload(one)

    assert other.exists()
    assert list(kept.iterdir()) == []


def test_uploads_nobody_came_back_to_are_forgotten_after_a_week() -> None:
    names = ["young", "old", "needed", "folder"]
    paths = {name: upload_at(keep_upload(name, [b"x"])) for name in names}
    folder = upload_at(keep_uploads([("a", [b"x"]), ("b", [b"x"])]))
    now = paths["young"].parent.stat().st_mtime + 10
    for path in (paths["old"].parent, paths["needed"].parent, folder):
        os.utime(path, (now - WEEK - 5, now - WEEK - 5))

    forgotten = forget_old_uploads([str(paths["needed"]), str(folder)], now)

    assert forgotten == 1
    assert not paths["old"].exists()
    assert paths["needed"].exists()
    assert folder.exists()
    assert paths["young"].exists()
