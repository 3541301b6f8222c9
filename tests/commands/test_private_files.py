"""What an instance writes is its owner's alone, even in a folder that others may enter."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.commands.running import canut_program
from tests.commands.serving import seconds_for, served

pytestmark = pytest.mark.process


@pytest.fixture
def usual_mask() -> Iterator[None]:
    """Let others read what is written unless a program says otherwise, as systems do."""
    mask = os.umask(0o022)
    yield
    os.umask(mask)


def run(data: Path, *words: str) -> str:
    """Run a command as a program; return what it printed."""
    done = canut_program(*words, data=data)
    assert done.returncode == 0, done.stderr
    return done.stdout


def opened(folder: Path) -> list[str]:
    """List what others can read or enter in a folder."""
    return [
        f"{path} {stat.S_IMODE(path.stat().st_mode):o}"
        for path in folder.rglob("*")
        if path.stat().st_mode & 0o077
    ]


@pytest.mark.usefixtures("usual_mask")
def test_files_in_a_folder_that_was_there_are_of_their_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    pictures, out = tmp_path / "pictures", tmp_path / "out"
    pictures.mkdir()
    Image.new("L", (8, 8), 90).save(pictures / "grey.png")
    out.mkdir(mode=0o755)

    run(data, "migrate")
    run(data, "operator", "add", "ines", "--organisation", "Soies")
    made = run(data, "import", str(pictures), "--title", "Grey")
    slug = made.strip().split("/")[-2]
    with served(data) as (port, _pid):
        seconds_for(port, "/accounts/login/")
        run(data, "work", "--once")
        run(data, "export", slug, "-o", str(out / "labels.csv"))
        run(data, "backup", str(out / "copy.tar"))
        during = opened(data)
    back = tmp_path / "back"
    back.mkdir(mode=0o755)
    run(back, "restore", str(out / "copy.tar"))

    assert stat.S_IMODE(data.stat().st_mode) == 0o755
    assert during == opened(data) == opened(out) == opened(back) == []
    assert {"canut.sqlite3", "grey.png", "secret.key"} & {path.name for path in data.rglob("*")}
