"""Choices leave as a Ground Truth manifest, and such a manifest comes in with its class names."""

import json
from pathlib import Path

import pytest

from canut.actions.datasets.ground_truth_exports import export_ground_truth
from canut.core.clock import to_ms
from canut.core.errors import BadInput
from canut.core.formats.tables import jsonl
from canut.core.formats.tables.sniffing import sniff
from canut.store.models import Task, TaskState
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


def test_only_classifications_and_only_jsonl_leave_as_a_manifest() -> None:
    text = {
        "questions": [{"id": "t", "kind": "text", "ask": "Say it."}],
        "show": [{"column": "text", "as": "text"}],
    }
    made = make_project(tasks=1, workers=0)

    with pytest.raises(BadInput, match="not as csv"):
        export_ground_truth(made.project.pk, "csv")
    with pytest.raises(BadInput, match="one choice of a list"):
        export_ground_truth(make_project(tasks=1, workers=0, schema=text).project.pk)
