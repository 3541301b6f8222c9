import gc
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from canut.actions.imports.import_writer import ImportBatch, join_batches
from canut.actions.imports.lifecycle import ImportOptions, discard_import
from canut.actions.platform.bulk_pacing import BulkPacer, spared
from canut.core.formats.tables.rows import Problem
from canut.store.imports.bulk_rows import NewTask
from canut.store.media.files import NewPictures
from canut.store.models import ImportProblem, Media, Project, Task
from tests.support.factories import NOW_MS, make_project
from tests.support.importing import brought

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Project:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data/media"
    return make_project(tasks=0).project


def picture(shade: int, size: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("L", (size, size), shade).save(out, "PNG")
    return out.getvalue()


def folder_of_pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "chiffres"
    for name, content in {
        "3/img2.png": picture(2),
        "3/img10.png": picture(10),
        "7/a.png": picture(7),
        "7/again.png": picture(7),
        "7/notes.txt": b"hello",
        "7/broken.png": picture(9)[:-20],
        ".DS_Store": b"x",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_pictures_of_a_folder_come_in_once_each(project: Project, tmp_path: Path) -> None:
    folder = folder_of_pictures(tmp_path)

    source = brought(project, folder, ImportOptions(known_column="folder"))

    assert (source.state, source.rows_good, source.rows_bad) == ("ready", 3, 3)
    tasks = Task.objects.order_by("row").values_list("key", "known")
    assert list(tasks) == [("3/img2.png", "3"), ("3/img10.png", "3"), ("7/a.png", "7")]
    problems = ImportProblem.objects.order_by("line").values_list("code", "facts__file")
    assert list(problems) == [
        ("same-picture", "7/again.png"),
        ("picture-damaged", "7/broken.png"),
        ("not-a-picture", "7/notes.txt"),
    ]
    assert list(Media.objects.values_list("content_type", "width").distinct()) == [("image/png", 8)]


def test_no_row_names_a_picture_before_the_disk_has_it(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_pictures: NewPictures) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(NewPictures, "settle", full)

    with pytest.raises(OSError, match="no space"):
        brought(project, folder_of_pictures(tmp_path))

    assert not Task.objects.exists()
    assert not Media.objects.exists()


def test_pictures_of_a_zip_come_in(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", picture(1))
        archive.writestr("../b.png", picture(2))

    source = brought(project, path)

    assert (source.rows_good, source.rows_bad) == (1, 1)
    assert ImportProblem.objects.get().code == "unsafe-name"


def test_discarding_leaves_neither_rows_nor_pictures(
    project: Project, tmp_path: Path, settings: Settings
) -> None:
    source = brought(project, folder_of_pictures(tmp_path))

    discard_import(source.id, NOW_MS)

    source.refresh_from_db()
    assert source.state == "discarded"
    assert not Task.objects.exists()
    assert not Media.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_discarding_keeps_pictures_of_another_import(project: Project, tmp_path: Path) -> None:
    first = brought(project, folder_of_pictures(tmp_path))
    second = brought(project, tmp_path / "chiffres/7/a.png")

    discard_import(first.id, NOW_MS)

    assert Media.objects.count() == 1
    assert list(Task.objects.values_list("source", flat=True)) == [second.id]


def landed(tasks: int, problems: int, bytes_read: int) -> ImportBatch:
    new = [NewTask(1, 1, n, str(n), "{}", None) for n in range(tasks)]
    return ImportBatch(new, [Problem(n, "", "row-empty") for n in range(problems)], bytes_read)


def test_batches_are_joined_while_a_chunk_has_room_and_no_further() -> None:
    with BulkPacer() as pacing:
        pacing.rows = 10
        batches = [landed(4, 0, 1), landed(3, 3, 2), landed(0, 9, 3), landed(0, 2, 4)]

        found = [
            (len(batch.tasks), len(batch.problems), batch.bytes_read)
            for batch in join_batches(iter(batches), pacing)
        ]

    assert found == [(7, 3, 2), (0, 9, 3), (0, 2, 4)]


def test_what_was_there_before_is_spared_while_rows_come_in() -> None:
    before = gc.get_freeze_count()

    with spared():
        inside = gc.get_freeze_count()

    assert (before, inside > 10_000, gc.get_freeze_count()) == (0, True, 0)
