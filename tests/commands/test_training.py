"""``canut export --what coco`` and ``canut import coco``: what is marked in pictures, both ways."""

import argparse
import json
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.commands import export, import_data
from canut.core.kinds.sample import samples
from canut.store.models import Media, ModelAnswer, Task
from tests.support.factories import NOW_MS, Made, make_project

pytestmark = pytest.mark.django_db
(SAMPLE,) = (one for one in samples() if (one.kind, one.name) == ("boxes", "upright"))


@pytest.fixture
def made(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Return a project of two pictures, one of them answered."""
    settings.DATA = tmp_path / "data"
    monkeypatch.setenv("CANUT_DATA", str(settings.DATA))
    monkeypatch.setenv("LANG", "en_CA.UTF-8")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "canut.settings")
    found = make_project(tasks=2, workers=1, schema=SAMPLE.schema["en"])
    for number, task in enumerate(found.tasks, 1):
        sha256 = f"{number:064x}"
        Media.objects.create(
            project=found.project,
            sha256=sha256,
            content_type="image/png",
            width=640,
            height=420,
            size_bytes=1,
        )
        data = json.dumps({"photo": sha256, "file": f"{number}.png"})
        Task.objects.filter(pk=task.pk).update(data=data, row=number)
    (lent,) = lease_tasks(found.worker.pk, 1, NOW_MS).tasks
    answer = Submission(lent.lease, "0" * 32, {"q": SAMPLE.answers[0]})
    submit(found.worker.pk, answer, NOW_MS + 5000)
    return found


def test_labels_go_out_as_coco_and_a_models_come_in(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "labels.json"
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    words = [made.project.slug, "--what", "coco", "-o", str(out), "--no-estimate"]
    assert export.run(parser.parse_args(words)) == 0

    document = json.loads(out.read_text())
    assert [one["bbox"] for one in document["annotations"]] == [[40, 32, 120, 80.5]]
    assert "(coco, json)" in capsys.readouterr().err

    parser = argparse.ArgumentParser()
    import_data.add_arguments(parser)
    words = ["coco", made.project.slug, str(out), "--model", "detector"]
    assert import_data.run(parser.parse_args(words)) == 0
    assert ModelAnswer.objects.get().author.name == "detector"
    assert "1 pictures marked by a model kept" in capsys.readouterr().err
