"""A Label Studio project comes over as a draft that can be opened."""

import json
from pathlib import Path
from typing import Any

import pytest

from canut.actions.imports.lifecycle import publish_import
from canut.actions.projects.from_label_studio import (
    LabelStudioExport,
    LabelStudioImport,
    bring_label_studio,
)
from canut.core.errors import BadFile, BadQuestion
from canut.store.models import Media, ModelAnswer, Organisation, Project, Task
from tests.browser.asked import sound
from tests.support.factories import NOW, NOW_MS, make_person

pytestmark = pytest.mark.django_db
CONFIG = """<View>
  <Text name="t" value="$text"/>
  <Choices name="s" toName="t"><Choice value="oui"/><Choice value="non"/></Choices>
</View>"""
PICTURES = """<View>
  <Image name="t" value="$image"/>
  <Choices name="s" toName="t"><Choice value="oui"/><Choice value="non"/></Choices>
</View>"""

WORDS = """<View>
  <Text name="t" value="$text"/>
  <TextArea name="w" toName="t" required="true"/>
</View>"""
ONE = """<View>
  <Text name="t" value="$text"/>
  <Choices name="s" toName="t"><Choice value="oui"/></Choices>
</View>"""


def said(value: str) -> list[dict[str, Any]]:
    """Return a result that chooses."""
    return [{"from_name": "s", "to_name": "t", "type": "choices", "value": {"choices": [value]}}]


TASKS = [
    {
        "id": 7,
        "data": {"text": "Très bien", "note": 3},
        "annotations": [
            {"result": said("oui"), "completed_by": 1, "lead_time": 4.5, "ground_truth": True},
            {"result": said("non"), "completed_by": 2, "lead_time": 2},
        ],
        "predictions": [{"result": said("oui"), "score": 0.75, "model_version": "v2"}],
    },
    {"id": 8, "data": {"text": "Bof", "note": 1}, "annotations": [], "predictions": []},
]


def bring(
    tmp_path: Path, config: str = CONFIG, tasks: object = TASKS, media: Path | None = None
) -> LabelStudioImport:
    """Bring a project from its two files."""
    (tmp_path / "config.xml").write_text(config)
    (tmp_path / "export.json").write_text(json.dumps(tasks))
    organisation, _ = Organisation.objects.get_or_create(
        name="Labo", defaults={"kind": "requester", "created_at": NOW}
    )
    files = LabelStudioExport(tmp_path / "export.json", tmp_path / "config.xml", media)
    return bring_label_studio(organisation, "Avis", files, by=make_person(), now_ms=NOW_MS)


def test_what_does_not_answer_all_that_is_asked_is_left_out_and_said(tmp_path: Path) -> None:
    came = bring(tmp_path, WORDS)

    assert (came.source.rows_good, came.source.rows_bad) == (2, 0)
    noted = {one.facts["field"] for one in came.notes if one.code == "note-incomplete"}
    assert noted == {"ground_truth", "predictions"}


def test_tasks_known_answers_predictions_and_answers_come_over(tmp_path: Path) -> None:
    came = bring(tmp_path)
    publish_import(came.source.pk, NOW_MS)

    assert (came.source.rows_good, came.source.rows_bad) == (2, 0)
    assert (came.answers, came.people) == (2, 2)
    first, second = Task.objects.filter(project=came.project, row__gt=0).order_by("row")
    assert first.key == "7"
    data = json.loads(first.data)
    assert (data["text"], data["note"]) == ("Très bien", "3")
    kept = json.loads(data["ls_answers"])
    assert [(one["by"], one["seconds"]) for one in kept] == [("1", 4.5), ("2", 2)]
    assert first.known is not None
    assert "oui" in first.known
    assert second.known is None
    predicted = ModelAnswer.objects.get(task=first)
    assert (predicted.author.name, predicted.score) == ("v2", 0.75)
    question = came.project.questions.get().schema["questions"][0]
    assert [one["value"] for one in question["choices"]] == ["oui", "non"]


def test_sounds_come_over_with_their_segments(tmp_path: Path) -> None:
    config = """<View>
      <Labels name="s" toName="a"><Label value="voix"/></Labels>
      <Audio name="a" value="$audio"/>
    </View>"""
    heard = {"start": 0.5, "end": 2, "labels": ["voix"]}
    marked = [{"id": "r1", "from_name": "s", "to_name": "a", "type": "labels", "value": heard}]
    task = {
        "id": 3,
        "data": {"audio": "/data/upload/1/ab12-metier.wav"},
        "annotations": [{"result": marked, "completed_by": 1, "ground_truth": True}],
    }
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds/ab12-metier.wav").write_bytes(sound(1))

    with pytest.raises(BadFile, match="--media"):
        bring(tmp_path, config, [task])
    came = bring(tmp_path, config, [task], media=tmp_path / "sounds")
    publish_import(came.source.pk, NOW_MS)

    (brought,) = Task.objects.filter(project=came.project, row__gt=0)
    media = Media.objects.get(project=came.project)
    assert json.loads(brought.data)["audio"] == media.sha256
    assert (media.content_type, media.duration_ms) == ("audio/wav", 4_000)
    assert json.loads(brought.known or "") == [{"end": 2, "label": "voix", "start": 0.5}]


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (PICTURES, BadFile),
        ("<View><Text name='t' value='$text'/></View>", BadFile),
        (ONE, BadQuestion),
    ],
)
def test_what_cannot_come_makes_nothing(tmp_path: Path, config: str, why: type) -> None:
    with pytest.raises(why):
        bring(tmp_path, config)

    assert not Project.objects.exists()
