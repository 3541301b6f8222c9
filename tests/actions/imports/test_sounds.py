"""Sounds come in as pictures do: from a folder, a zip or beside a table, once each."""

import json
import zipfile
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.imports.lifecycle import discard_import, publish_import
from canut.core.errors import Missing, TooLarge
from canut.store.media.files import check_media, sound_part
from canut.store.models import ImportProblem, Media, Task
from tests.support import sounds
from tests.support.factories import NOW_MS, make_project
from tests.support.importing import brought

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


FILES = {
    "1.wav": sounds.wav(1.5, 2),
    "2.mp3": sounds.mp3(),
    "3.opus": sounds.opus(),
    "4.flac": sounds.flac(),
    "5.m4a": sounds.m4a(),
    "6.webm": sounds.webm(),
}


def test_zip_of_sounds_becomes_tasks(tmp_path: Path) -> None:
    project = make_project(tasks=0).project

    made = brought(project, zipped(tmp_path / "sons.zip", FILES))
    publish_import(made.pk, NOW_MS)

    rows = Task.objects.filter(source=made, row__gt=0).order_by("row").values_list("data")
    kept = Media.objects.order_by("id").values_list("content_type", "duration_ms", "channels")
    assert [json.loads(data)["file"] for (data,) in rows] == list(FILES)
    assert all("audio" in json.loads(data) for (data,) in rows)
    assert sorted(kept) == [
        ("audio/flac", 3_000, 2),
        ("audio/mp4", 3_000, 2),
        ("audio/mpeg", 2_612, 2),
        ("audio/ogg", 2_000, 1),
        ("audio/wav", 1_500, 2),
        ("audio/webm", 2_000, 2),
    ]


def test_one_sound_is_known_by_its_content(tmp_path: Path) -> None:
    file = tmp_path / "sans-nom"
    file.write_bytes(sounds.mp3())

    made = brought(make_project(tasks=0).project, file)

    assert (made.state, made.rows_good) == ("ready", 1)


def test_sound_that_cannot_be_played_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    files = {
        "a.wav": sounds.wav(),
        "b.wav": sounds.wav()[:30],
        "c.mp4": sounds.m4a(kind=b"vide"),
        "d.mp3": b"une chanson",
        "e.wav": sounds.wav(),
    }

    made = brought(make_project(tasks=0).project, zipped(tmp_path / "sons.zip", files))

    said = ImportProblem.objects.filter(source=made).order_by("line")
    assert made.rows_good == 1
    assert [one.code for one in said] == [
        "sound-damaged",
        "video-refused",
        "not-a-picture",
        "same-picture",
    ]


def test_sounds_beside_a_table_take_the_place_of_their_names(tmp_path: Path) -> None:
    files = {"tasks.csv": b"id,clip\n1,a.wav\n2,b.opus\n", "a.wav": sounds.wav()}
    project = make_project(tasks=0).project

    made = brought(project, zipped(tmp_path / "t.zip", files | {"b.opus": sounds.opus()}))
    publish_import(made.pk, NOW_MS)

    rows = [json.loads(one.data) for one in Task.objects.filter(source=made, row__gt=0)]
    hashes = set(Media.objects.values_list("sha256", flat=True))
    assert {row["clip"] for row in rows} == hashes
    assert {row["clip.file"] for row in rows} == {"a.wav", "b.opus"}


def test_sound_over_four_hours_is_refused_with_the_limit() -> None:
    day = sounds.flac(seconds=4 * 3600 + 1, rate=8_000)

    with pytest.raises(TooLarge) as refused:
        check_media(day)

    assert refused.value.case == "sound-too-long"
    assert refused.value.facts == {"seconds": 14_401, "limit": 14_400}


def test_discarded_sounds_are_gone(tmp_path: Path) -> None:
    project = make_project(tasks=0).project
    made = brought(project, zipped(tmp_path / "sons.zip", FILES))
    sha256 = Media.objects.filter(content_type="audio/wav").get().sha256
    kept = sound_part(project.pk, sha256, 0, 4)

    discard_import(made.pk, NOW_MS)

    assert kept == b"RIFF"
    assert Media.objects.count() == 0
    with pytest.raises(Missing):
        sound_part(project.pk, sha256, 0, 4)
