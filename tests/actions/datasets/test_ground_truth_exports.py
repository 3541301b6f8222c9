"""Choices leave as a Ground Truth manifest, and such a manifest comes in with its class names."""

import json
from pathlib import Path

import pytest

from canut.actions.datasets.ground_truth_exports import export_ground_truth
from canut.core.clock import to_ms
from canut.core.errors import BadInput
from canut.core.formats.tables import jsonl
from canut.core.formats.tables.sniffing import sniff
from canut.core.kinds import check_schema, kind_of, questions_of
from canut.store.models import Media, Task, TaskState
from canut.store.projects.versions import current_question
from tests.support.factories import NOW, make_project

pytestmark = pytest.mark.django_db
MULTIPLE = {
    "questions": [
        {
            "id": "animals",
            "kind": "choice",
            "ask": "Which?",
            "multiple": True,
            "choices": [{"value": name, "label": name} for name in ("dog", "cat", "hen")],
        }
    ],
    "show": [{"column": "photo", "as": "image"}],
}
BOXES = {
    "questions": [
        {
            "id": "animals",
            "kind": "boxes",
            "ask": "Where?",
            "labels": [{"value": name, "label": name} for name in ("dog", "cat", "hen")],
        }
    ],
    "show": [{"column": "photo", "as": "image"}],
}
SPANS = {
    "questions": [
        {
            "id": "s",
            "kind": "spans",
            "ask": "Which?",
            "labels": [{"value": name, "label": name} for name in ("place", "person")],
        }
    ],
    "show": [{"column": "source", "as": "text"}],
}
JOB = {
    "class-name": "dog",
    "confidence": 0.9,
    "type": "groundtruth/image-classification",
    "human-annotated": "yes",
}


def lines_of(project: int) -> list[dict[str, object]]:
    content = b"".join(export_ground_truth(project, now_ms=to_ms(NOW)))
    return [json.loads(line) for line in content.splitlines()]


def test_one_choice_leaves_with_its_number_and_comes_back_with_its_name(tmp_path: Path) -> None:
    made = make_project(tasks=2, workers=0)
    first = made.tasks[0]
    Task.objects.filter(pk=first.pk).update(
        data=json.dumps(
            {"source-ref": "s3://b/1.png", "old": "dog", "old-metadata": json.dumps(JOB)}
        )
    )
    TaskState.objects.filter(task=first).update(label="non", confidence=0.75, counted=3)

    labelled, other = lines_of(made.project.pk)

    assert labelled["source-ref"] == "s3://b/1.png"
    assert labelled["old-metadata"] == JOB
    assert labelled["q"] == 1
    assert labelled["q-metadata"] == {
        "class-name": "non",
        "confidence": 0.75,
        "human-annotated": "yes",
        "job-name": f"labeling-job/{made.project.slug}",
        "creation-date": NOW.strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "type": "groundtruth/text-classification",
    }
    assert "source" in other
    assert "q" not in other
    path = tmp_path / "output.manifest"
    path.write_bytes(b"".join(export_ground_truth(made.project.pk, now_ms=to_ms(NOW))))
    (batch,) = jsonl.read(path, sniff(path))
    assert (batch.rows[0]["q"], batch.rows[0]["old"]) == ("non", "dog")


def test_several_choices_are_numbers_with_a_map_and_none_is_an_empty_list(tmp_path: Path) -> None:
    made = make_project(tasks=2, workers=0, schema=MULTIPLE)
    first, second = made.tasks
    TaskState.objects.filter(task=first).update(label='["dog","hen"]', confidence=0.5, counted=1)
    TaskState.objects.filter(task=second).update(label="[]", counted=1)

    both, none = lines_of(made.project.pk)

    assert both["animals"] == [0, 2]
    described = both["animals-metadata"]
    assert isinstance(described, dict)
    assert described["class-map"] == {"0": "dog", "2": "hen"}
    assert described["confidence-map"] == {"0": 0.5, "2": 0.5}
    assert described["type"] == "groundtruth/image-classification-multilabel"
    assert "source-ref" in both
    assert none["animals"] == []
    path = tmp_path / "output.manifest"
    path.write_text("\n".join(map(json.dumps, (both, none))))
    (batch,) = jsonl.read(path, sniff(path))
    assert [row["animals"] for row in batch.rows] == ['["dog","hen"]', "[]"]


def test_boxes_leave_in_pixels_and_come_back_as_an_answer(tmp_path: Path) -> None:
    made = make_project(tasks=2, workers=0, schema=check_schema(BOXES))
    boxes = [
        {"label": "hen", "x": 10, "y": 5.5, "w": 30, "h": 20},
        {"label": "cat", "x": 40, "y": 8, "w": 3, "h": 2},
    ]
    picture = Media.objects.create(
        project=made.project,
        sha256="a" * 64,
        content_type="image/png",
        width=640,
        height=480,
        size_bytes=1,
    )
    Task.objects.filter(pk=made.tasks[0].pk).update(
        data=json.dumps({"photo": picture.sha256, "file": "yard.png"})
    )
    label = label_of(made.project.pk, boxes)
    TaskState.objects.filter(task=made.tasks[0]).update(label=label, confidence=0.5, counted=2)

    labelled, other = lines_of(made.project.pk)

    assert labelled["source-ref"] == "yard.png"
    assert labelled["animals"] == {
        "image_size": [{"width": 640, "height": 480, "depth": 3}],
        "annotations": [
            {"class_id": 2, "left": 10, "top": 5.5, "width": 30, "height": 20},
            {"class_id": 1, "left": 40, "top": 8, "width": 3, "height": 2},
        ],
    }
    described = labelled["animals-metadata"]
    assert isinstance(described, dict)
    assert described["class-map"] == {"1": "cat", "2": "hen"}
    assert described["objects"] == [{"confidence": 0.5}] * 2
    assert described["type"] == "groundtruth/object-detection"
    assert "animals" not in other
    again = json.loads(_read_back(tmp_path, labelled)["animals"])
    assert label_of(made.project.pk, again) == label


def test_spans_leave_by_characters_and_come_back_as_an_answer(tmp_path: Path) -> None:
    made = make_project(tasks=1, workers=0, schema=check_schema(SPANS))
    spans = {"spans": [{"label": "place", "start": 0, "end": 4}]}
    label = label_of(made.project.pk, spans)
    Task.objects.filter(pk=made.tasks[0].pk).update(data=json.dumps({"source": "Lyon 🙂 dort"}))
    TaskState.objects.filter(task=made.tasks[0]).update(label=label, counted=1)

    (labelled,) = lines_of(made.project.pk)

    assert labelled["source"] == "Lyon 🙂 dort"
    assert labelled["s"] == {
        "annotations": {
            "entities": [{"label": "place", "startOffset": 0, "endOffset": 4}],
            "labels": [{"label": "place"}, {"label": "person"}],
        }
    }
    described = labelled["s-metadata"]
    assert isinstance(described, dict)
    assert (described["type"], described["entities"]) == ("groundtruth/text-span", [{}])
    again = json.loads(_read_back(tmp_path, labelled)["s"])
    assert label_of(made.project.pk, again) == label


@pytest.mark.parametrize(
    ("job", "label"),
    [
        ("object-detection", {"annotations": [{"class_id": 7, "left": 1}]}),
        ("object-detection", {"annotations": 3}),
        ("text-span", {"annotations": [1]}),
        ("semantic-segmentation", {}),
    ],
)
def test_label_without_the_form_of_its_job_stays_as_it_is(
    tmp_path: Path, job: str, label: dict[str, object]
) -> None:
    described = {"type": f"groundtruth/{job}", "class-map": {"0": "dog"}}
    line: dict[str, object] = {"source": "x", "q": label, "q-metadata": described}

    assert json.loads(_read_back(tmp_path, line)["q"]) == label


def _read_back(tmp_path: Path, line: dict[str, object]) -> dict[str, str]:
    path = tmp_path / "output.manifest"
    path.write_text(json.dumps(line))
    (batch,) = jsonl.read(path, sniff(path))
    return dict(batch.rows[0])


def label_of(project: int, answer: object) -> str:
    (question,) = questions_of(current_question(project).schema)
    kind = kind_of(question)
    return kind.label_of(question, kind.check_answer(question, answer))


def test_only_what_jobs_ask_and_only_jsonl_leave_as_a_manifest() -> None:
    text = {
        "questions": [{"id": "t", "kind": "text", "ask": "Say it."}],
        "show": [{"column": "text", "as": "text"}],
    }
    made = make_project(tasks=1, workers=0)

    with pytest.raises(BadInput, match="not as csv"):
        export_ground_truth(made.project.pk, "csv")
    with pytest.raises(BadInput, match="one choice of a list, upright boxes or spans"):
        export_ground_truth(make_project(tasks=1, workers=0, schema=text).project.pk)
