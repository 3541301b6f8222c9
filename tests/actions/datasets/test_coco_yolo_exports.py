"""Labels of pictures leave as COCO and YOLO, are read back, and come in as what a model said."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from canut.actions.datasets.coco_yolo_exports import EXPORTS, FORMS, export_coco, training_of
from canut.actions.datasets.export_jobs import ExportIn, ask_export, file_of
from canut.actions.imports.prelabel_files import Origin, bring_coco, bring_yolo
from canut.core.errors import BadInput, Missing
from canut.core.formats.training import coco, yolo, yolo_writing
from canut.core.formats.training.labelled_items import LabelledImage, Notes
from canut.core.formats.training.splits import SplitShares, split_of
from canut.core.kinds import check_schema, label_of_values
from canut.core.kinds.sample import Sample, samples
from canut.store.models import Media, ModelAnswer, Task, TaskState
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = pytest.mark.django_db
SAMPLES = [one for one in samples() if one.kind in {"boxes", "polygons", "keypoints"}]
WIDTH, HEIGHT = 640, 420
CHOICES = [{"value": "y"}, {"value": "n"}]
BY_NAME = pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.kind}-{one.name}")


def pictured(schema: dict[str, Any], answers: list[object]) -> Made:
    """Make a project whose tasks have a picture each, one answered by each of the answers."""
    made = make_project(tasks=len(answers) + 1, workers=1, overlap=1, schema=schema)
    for number, task in enumerate(made.tasks):
        sha256 = f"{number:064x}"
        Media.objects.create(
            project=made.project,
            sha256=sha256,
            content_type="image/png",
            width=WIDTH,
            height=HEIGHT,
            size_bytes=1,
        )
        row = {"photo": sha256, "file": f"quai/{number}.png"}
        Task.objects.filter(pk=task.pk).update(data=json.dumps(row), row=number + 1)
    for answer in answers:
        answer_next(made.workers[0], answer)
    return made


def labels_of(made: Made) -> dict[str, list[Any]]:
    """Return the label of each task that has one, by the name of its picture."""
    found = TaskState.objects.filter(project=made.project, label__isnull=False)
    return {
        json.loads(state.task.data)["file"]: json.loads(str(state.label))
        for state in found.select_related("task")
    }


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_each_kind_knows_what_can_hold_it() -> None:
    held = {f"{one.kind}-{one.name}": training_of(one.schema["en"]) for one in SAMPLES}

    assert held == {
        "boxes-upright": ["coco", "yolo-detect", "yolo-obb", "coco-split"],
        "boxes-rotated": ["coco", "yolo-obb", "coco-split"],
        "polygons-outlines": ["coco", "yolo-segment", "coco-split"],
        "keypoints-hand": ["coco", "yolo-pose", "coco-split"],
    }


@BY_NAME
def test_coco_holds_every_label_and_is_read_back(sample: Sample) -> None:
    made, notes = pictured(sample.schema["en"], sample.answers), Notes()

    content = b"".join(export_coco(made.project.pk, notes=notes))

    read = coco.read([content], "c.json", sample.kind, Notes())
    assert {one.file: list(one.value or ()) for one in read.pictures} == labels_of(made)
    assert {one.id for one in read.pictures} <= {str(task.pk) for task in made.tasks}
    assert [(note.code, note.count) for note in notes] == [("note-unwritten", 1)]
    left = TaskState.objects.filter(project=made.project, exported_ms__isnull=False).count()
    assert left == len(sample.answers)


@BY_NAME
def test_yolo_holds_every_label_and_is_read_back(sample: Sample) -> None:
    made = pictured(sample.schema["en"], sample.answers)
    what = training_of(sample.schema["en"])[1]

    files = unzipped(b"".join(EXPORTS[what](made.project.pk)))

    data = yolo.read_data(files.pop("data.yaml"), "data.yaml", Notes())
    files.pop("notes.txt")
    labelled = [
        yolo.Labelled(f"images/{path[7:-4]}.png", WIDTH, HEIGHT, content)
        for path, content in files.items()
    ]
    pictures = list(yolo.read(labelled, data, what.removeprefix("yolo-"), Notes()))
    names = {one.file.rpartition("/")[2].replace("quai_", "quai/") for one in pictures}
    assert names == labels_of(made).keys()
    assert sorted(map(_rounded, pictures)) == sorted(
        _rounded(LabelledImage("", WIDTH, HEIGHT, tuple(value)))
        for value in labels_of(made).values()
    )


def test_yolo_puts_a_fifth_of_the_pictures_aside_and_always_names_both_folders() -> None:
    (sample, *_) = SAMPLES
    made = pictured(sample.schema["en"], [sample.answers[0]] * 30)

    files = unzipped(b"".join(EXPORTS["yolo-detect"](made.project.pk)))

    data = yolo.read_data(files["data.yaml"], "data.yaml", Notes())
    shares = SplitShares(validation=20, test=0)
    aside = {task.pk for task in made.tasks if split_of(task.key, shares) == "validation"}
    folders = [path.split("/")[1] for path in files if path.startswith("labels/")]
    labelled = {state.task_id for state in TaskState.objects.filter(label__isnull=False)}
    assert data.splits == {"train": ("images/train",), "val": ("images/val",)}
    assert 0 < folders.count("val") == len(aside & labelled) < folders.count("train")

    only = yolo_writing.data_file(
        {"kind": "boxes", "labels": [{"value": "a"}]}, "detect", ["train"]
    )
    alone = yolo.read_data(only, "data.yaml", Notes())
    assert alone.splits == {"train": ("images/train",), "val": ("images/train",)}


def _rounded(picture: LabelledImage) -> str:
    """Write regions with a thousandth of a pixel, angles from 0."""

    def told(value: object) -> object:
        if isinstance(value, dict):
            return {name: told(one) for name, one in sorted(value.items())}
        if isinstance(value, list | tuple):
            return [told(one) for one in value]
        return round(float(value), 2) if isinstance(value, int | float) else value

    return json.dumps(told(picture.value or ()))


@pytest.mark.parametrize("format_", ["coco", "yolo"])
@BY_NAME
def test_what_left_comes_back_as_what_a_model_said(
    sample: Sample, format_: str, tmp_path: Path
) -> None:
    made = pictured(sample.schema["en"], sample.answers)
    what = "coco" if format_ == "coco" else training_of(sample.schema["en"])[1]
    path = tmp_path / f"set.{FORMS[what]}"
    path.write_bytes(b"".join(EXPORTS[what](made.project.pk)))

    bring = bring_coco if format_ == "coco" else bring_yolo
    brought = bring(made.project, path, Origin("detector", "2"), Notes())

    assert (brought.kept, brought.problems) == (len(sample.answers), [])
    said = {
        json.loads(one.task.data)["file"]: _rounded(
            LabelledImage("", WIDTH, HEIGHT, tuple(json.loads(one.label)))
        )
        for one in ModelAnswer.objects.select_related("task", "author")
    }
    assert said == {
        name: _rounded(LabelledImage("", WIDTH, HEIGHT, tuple(value)))
        for name, value in labels_of(made).items()
    }
    assert ModelAnswer.objects.filter(author__name="detector", author__version="2").exists()


def test_picture_of_no_task_and_unknown_label_are_set_aside(tmp_path: Path) -> None:
    sample = SAMPLES[0]
    made = pictured(sample.schema["en"], sample.answers)
    document = {
        "images": [
            {"id": 1, "file_name": "0.png", "width": WIDTH, "height": HEIGHT},
            {"id": 2, "file_name": "elsewhere.png", "width": WIDTH, "height": HEIGHT},
        ],
        "categories": [{"id": 1, "name": "shuttle"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}],
    }
    path = tmp_path / "c.json"
    path.write_text(json.dumps(document))

    brought = bring_coco(made.project, path, Origin("detector"), Notes())

    assert [one.code for one in brought.problems] == ["prelabel-unknown", "prelabel-no-task"]
    assert not ModelAnswer.objects.exists()


def test_two_files_of_coco_hold_each_picture_once_as_yolo_splits_them() -> None:
    sample = SAMPLES[0]
    made = pictured(sample.schema["en"], list(sample.answers) * 6)
    pk = made.project.pk

    split = unzipped(b"".join(EXPORTS["coco-split"](pk)))
    whole = json.loads(b"".join(export_coco(pk)))
    yolo_files = unzipped(b"".join(EXPORTS[training_of(sample.schema["en"])[1]](pk)))

    documents = {name.partition(".")[0]: json.loads(content) for name, content in split.items()}
    names = {
        folder: {Path(image["file_name"].replace("/", "_")).stem for image in document["images"]}
        for folder, document in documents.items()
    }
    of_yolo = {
        folder: {Path(name).stem for name in yolo_files if name.startswith(f"labels/{folder}/")}
        for folder in ("train", "val")
    }
    assert {folder: found for folder, found in of_yolo.items() if found} == names
    assert set(names) == {"train", "val"}
    counts = [len(document["annotations"]) for document in documents.values()]
    assert sum(counts) == len(whole["annotations"]) > min(counts) > 0
    assert all(each["categories"] == whole["categories"] for each in documents.values())


@pytest.mark.parametrize(("what", "form"), [("yolo-obb", "csv"), ("coco", "zip")])
def test_another_form_is_refused(what: str, form: str) -> None:
    made = pictured(SAMPLES[0].schema["en"], [])

    with pytest.raises(BadInput) as refusal:
        EXPORTS[what](made.project.pk, form)

    assert refusal.value.case == "format-unknown"


def test_what_cannot_be_held_is_refused_with_what_can() -> None:
    made = pictured(SAMPLES[1].schema["en"], [])
    texts = make_project(tasks=1)

    with pytest.raises(BadInput) as turned:
        EXPORTS["yolo-detect"](made.project.pk)
    with pytest.raises(BadInput) as text:
        EXPORTS["coco"](texts.project.pk)
    with pytest.raises(Missing):
        EXPORTS["coco"](0)

    assert (turned.value.case, turned.value.facts["known"]) == (
        "export-unheld",
        "coco, yolo-obb, coco-split",
    )
    assert text.value.case == "export-unheld"


def test_one_question_of_several_is_written() -> None:
    boxes = {"id": "b", "kind": "boxes", "ask": "?", "labels": ["cat"]}
    awake = {"id": "a", "kind": "choice", "ask": "?", "each": "b", "choices": CHOICES}
    show = [{"column": "photo", "as": "image"}]
    schema = check_schema({"questions": [boxes, awake], "show": show})
    made = pictured(schema, [])
    box = {"label": "cat", "x": 1, "y": 2, "w": 3, "h": 4}
    label = label_of_values(schema, {"b": [box], "a": ["y"]})
    TaskState.objects.filter(task=made.tasks[0]).update(label=label)

    read = coco.read([b"".join(export_coco(made.project.pk))], "c.json", "boxes", Notes())

    assert [one.value for one in read.pictures] == [(box,)]


def test_it_is_asked_for_as_a_job_too(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    made = pictured(SAMPLES[0].schema["en"], SAMPLES[0].answers)

    one = ask_export(
        made.project, ExportIn("yolo-detect", "zip"), by=made.project.created_by, now_ms=NOW_MS
    )

    assert "data.yaml" in unzipped(file_of(one).read_bytes())
    with pytest.raises(BadInput):
        ask_export(made.project, ExportIn("coco", "csv"), by=made.project.created_by, now_ms=NOW_MS)
