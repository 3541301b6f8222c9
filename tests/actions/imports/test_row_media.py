"""A zip with a table and the pictures its cells name."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from canut.actions.imports.lifecycle import ImportOptions, discard_import, publish_import
from canut.actions.imports.thumbnails import draw_smaller
from canut.core.errors import Refusal
from canut.core.formats import preview, sniff
from canut.store.media.files import media_bytes
from canut.store.models import ImportProblem, Media, Project, Task
from canut.web.tasks.task_view import name_of_task
from tests.support.factories import NOW_MS, make_project
from tests.support.importing import brought

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Project:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data/media"
    return make_project(tasks=0).project


def picture(shade: int, side: int = 120) -> bytes:
    out = io.BytesIO()
    Image.new("L", (side, side), shade).save(out, "PNG")
    return out.getvalue()


TABLE = (
    "id,photo,place\n"
    "a,img/1.png,Lyon\n"
    "b,2.png,Paris\n"
    "c,./img/1.png,Lille\n"
    "d,lost.png,Nice\n"
    "e,../../etc/passwd,Brest\n"
    "f,img/bad.png,Metz\n"
    "g,,Nancy\n"
)
FILES = {
    "lot/tasks.csv": TABLE.encode(),
    "lot/img/1.png": picture(1),
    "lot/img/deep/2.png": picture(2),
    "lot/img/bad.png": b"<script>alert(1)</script>",
    "lot/img/3.png": picture(3),
}


def zipped(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "lot.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def unpacked(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "lot"


@pytest.mark.parametrize("pack", [zipped, unpacked])
def test_cells_that_name_files_become_pictures(
    project: Project, tmp_path: Path, pack: object
) -> None:
    path = zipped(tmp_path, FILES) if pack is zipped else unpacked(tmp_path, FILES)

    source = brought(project, path, ImportOptions(id_column="id", required=("photo",)))

    assert (source.state, source.rows_good, source.rows_bad) == ("ready", 3, 4)
    assert source.bytes_read == source.bytes_total >= len(picture(1))
    rows = {t.key: json.loads(t.data) for t in Task.objects.filter(source=source)}
    assert rows["a"]["photo"] == rows["c"]["photo"] != rows["b"]["photo"]
    assert [rows[key]["photo.file"] for key in "abc"] == ["img/1.png", "2.png", "./img/1.png"]
    assert media_bytes(project.pk, rows["b"]["photo"], smooth=False)[0] == picture(2)
    assert Media.objects.count() == 2
    problems = ImportProblem.objects.order_by("line").values_list("line", "column", "code")
    assert list(problems) == [
        (5, "photo", "picture-not-beside"),
        (6, "photo", "picture-not-beside"),
        (7, "photo", "not-a-picture"),
        (8, "photo", "cell-missing"),
    ]


def test_the_first_rows_can_be_seen_before_anything_is_kept(tmp_path: Path) -> None:
    path = zipped(tmp_path, FILES)

    reading = sniff(path)

    assert (reading.format, reading.inside, reading.media) == ("csv", "lot/tasks.csv", ("photo",))
    assert preview(path, 2, reading).rows[1]["photo"] == "2.png"


def test_pictures_of_a_discarded_table_go_with_it(project: Project, tmp_path: Path) -> None:
    source = brought(project, zipped(tmp_path, FILES), ImportOptions(id_column="id"))

    discard_import(source.id, NOW_MS)

    assert not Media.objects.exists()
    kept = (tmp_path / "data/media").rglob("*")
    assert not [path for path in kept if path.is_file()]


def test_pictures_that_another_import_shows_stay(project: Project, tmp_path: Path) -> None:
    only = {"1.png": picture(1)}
    first = brought(project, zipped(tmp_path, only))
    publish_import(first.id, NOW_MS)
    second = brought(project, zipped(tmp_path, FILES), ImportOptions(id_column="id"))

    discard_import(second.id, NOW_MS)

    assert [m.sha256 for m in Media.objects.all()] == [
        json.loads(Task.objects.filter(source=first, row__gt=0)[0].data)["image"]
    ]


def test_a_table_alone_in_a_zip_is_read(project: Project, tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.jsonl": b'{"text": "un"}\n{"text": "deux"}\n'})

    source = brought(project, path)

    assert (source.format, source.rows_good) == ("jsonl", 2)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.csv": b"x\n1\n", "b.csv": b"x\n1\n"}, "tables-several"),
        ({"../a.csv": b"x\n1\n", "1.png": picture(1)}, "table-unsafe-name"),
        ({"a.csv": b"x\n" + b"0" * 3_000_000, "1.png": picture(1)}, "table-zip-ratio"),
        ({"a.csv": b"", "1.png": picture(1)}, "file-empty"),
    ],
)
def test_a_zip_that_means_harm_or_nothing_is_refused(
    tmp_path: Path, files: dict[str, bytes], code: str
) -> None:
    path = zipped(tmp_path, files)

    with pytest.raises(Refusal) as refusal:
        sniff(path)

    assert refusal.value.case == code


def test_smaller_copies_are_drawn_once(project: Project, tmp_path: Path) -> None:
    source = brought(project, zipped(tmp_path, FILES), ImportOptions(id_column="id"))
    publish_import(source.id, NOW_MS)

    drawn = [draw_smaller.call(project.pk), draw_smaller.call(project.pk)]

    assert drawn == [2, 0]
    media = Media.objects.all()[0]
    assert media.smaller == [160]
    content, content_type = media_bytes(project.pk, media.sha256, smooth=False, smaller=160)
    assert content_type == "image/webp"
    assert Image.open(io.BytesIO(content)).size == (120, 120)


def test_row_that_its_picture_names_is_known_by_the_file_never_by_its_hash(
    project: Project, tmp_path: Path
) -> None:
    table = "left,right\nimg/1.png,2.png\nimg/1.png,img/3.png\n"
    path = zipped(tmp_path, FILES | {"lot/tasks.csv": table.encode()})

    source = brought(project, path, ImportOptions(id_column="right", required=("left",)))

    tasks = Task.objects.filter(source=source).order_by("row")
    assert [task.key for task in tasks] == ["2.png", "img/3.png"]
    assert [name_of_task(task) for task in tasks] == [
        "img/1.png · 2.png",
        "img/1.png · img/3.png",
    ]
