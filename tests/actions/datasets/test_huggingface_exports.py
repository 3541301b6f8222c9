"""Labels leave with the type of each question, by split, with their pictures, and are read back."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from canut_verify.__main__ import main
from PIL import Image
from pytest_django import Settings

from canut.actions.datasets import huggingface_exports
from canut.actions.datasets.bundles import policy_text, write_bundle
from canut.actions.datasets.export_jobs import ExportIn, ask_export, file_of
from canut.actions.datasets.huggingface_exports import export_huggingface
from canut.actions.ledger import log_keys
from canut.core.errors import BadInput
from canut.core.formats.training import huggingface
from canut.core.formats.training.splits import SPLITS, SplitShares, split_of
from canut.core.kinds import check_schema
from canut.store.media.files import keep_picture
from canut.store.models import Import, Media, QuestionVersion, Task, TaskState
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = pytest.mark.django_db
ANSWERED, TASKS = 30, 31
SCHEMA = check_schema(
    {
        "questions": [
            {
                "id": "q",
                "kind": "choice",
                "ask": "Chat ?",
                "choices": [{"value": "0"}, {"value": "1"}],
            }
        ],
        "show": [{"column": "photo", "as": "image"}, {"column": "text", "as": "text"}],
    }
)


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (64, 64), number).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def made() -> Made:
    """Make a project whose tasks have a picture each, all answered but the last."""
    made = make_project(tasks=TASKS, schema=SCHEMA)
    for number, task in enumerate(made.tasks):
        facts = keep_picture(made.project.pk, picture(number))
        Media.objects.create(
            project=made.project,
            sha256=facts.sha256,
            content_type=facts.content_type,
            width=facts.width,
            height=facts.height,
            size_bytes=facts.size_bytes,
        )
        row = {
            "photo": facts.sha256,
            "photo.file": f"{number}.png",
            "text": f"avis {number}",
            "q": "own",
        }
        Task.objects.filter(pk=task.pk).update(data=json.dumps(row), key=f"t-{number}")
    columns = ["photo", "photo.file", "text", "q"]
    Import.objects.filter(project=made.project).update(reading={"columns": columns})
    for number in range(ANSWERED):
        answer_next(made.worker, str(number % 2))
    return made


def content_of(made: Made, form: str) -> bytes:
    return b"".join(export_huggingface(made.project.pk, form, now_ms=NOW_MS))


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_labels_have_their_class_and_are_read_back(made: Made, tmp_path: Path) -> None:
    (file := tmp_path / "labels.parquet").write_bytes(content_of(made, "parquet"))

    table = pq.read_table(file)
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    (rows,) = huggingface.read(file, huggingface.questions_in(file))

    assert features["q"] == {"names": ["0", "1"], "_type": "ClassLabel"}
    assert features["photo"] == {"dtype": "string", "_type": "Value"}
    labels = dict(TaskState.objects.filter(label__isnull=False).values_list("task__key", "label"))
    assert {row.cells["key"]: row.values["q"] for row in rows} == labels
    assert {row.cells["data.q"] for row in rows} == {"own"}
    assert {row.cells["simulated"] for row in rows} == {False}


def test_folder_has_each_labelled_task_in_one_split_with_its_picture(made: Made) -> None:
    files = files_of(content_of(made, "zip"))

    tables = {
        split: pq.read_table(io.BytesIO(files[f"typed/{split}-00000.parquet"]))
        for split in SPLITS
        if f"typed/{split}-00000.parquet" in files
    }
    rows = [{**row, "split": split} for split in tables for row in tables[split].to_pylist()]
    assert len(rows) == ANSWERED
    assert {row["split"] for row in rows} == {split_of(f"t-{n}") for n in range(ANSWERED)}
    for row in rows:
        number = int(row["key"].removeprefix("t-"))
        assert row["split"] == split_of(row["key"])
        assert row["photo"] == {"bytes": picture(number), "path": f"{number}.png"}
    head = files["README.md"].decode()
    assert 'path: "typed/train-*.parquet"' in head
    assert head.count("- split: ") == len(tables)


def test_large_pictures_go_to_several_files(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_exports, "FILE_BYTES", 1)
    monkeypatch.setattr(huggingface_exports, "ROWS_TOGETHER", 4)

    files = files_of(content_of(made, "zip"))

    trained = [name for name in files if name.startswith("typed/train-")]
    expected = sum(split_of(f"t-{n}") == "train" for n in range(ANSWERED))
    assert trained == [f"typed/train-{n:05}.parquet" for n in range(-(-expected // 4))]
    counts = [pq.read_table(io.BytesIO(files[name])).num_rows for name in trained]
    assert sum(counts) == expected


def test_bundle_with_pictures_is_accepted_by_the_verifier(made: Made, kept: Path) -> None:
    folder = write_bundle(made.project, kept / "bundle", NOW_MS, with_media=True).folder
    (kept / "policy.txt").write_text(policy_text())

    assert main([str(folder), "--policy", str(kept / "policy.txt")]) == 0
    card: dict[str, Any] = json.loads((folder / "labour-card.json").read_bytes())
    assert "typed/train-00000.parquet" in json.dumps(card)
    head, _, _ = (folder / "README.md").read_text().partition("\n# ")
    assert head.index("config_name: typed") < head.index("config_name: labels")
    assert head.count("default: true") == 1


def test_export_is_asked_for_by_name_and_refused_before_a_question(made: Made) -> None:
    by = made.project.created_by
    export = ask_export(made.project, ExportIn("huggingface", "zip"), by=by, now_ms=NOW_MS)
    assert export.state == "done"
    assert "README.md" in files_of(file_of(export).read_bytes())

    with pytest.raises(BadInput, match="parquet or zip"):
        ask_export(made.project, ExportIn("huggingface", "csv"), by=by, now_ms=NOW_MS)
    unasked = make_project(tasks=1).project
    QuestionVersion.objects.filter(project=unasked).delete()
    with pytest.raises(BadInput, match="nothing is asked"):
        export_huggingface(unasked.pk)


def test_shares_of_splits_are_those_asked_for_and_more_tasks_move_none() -> None:
    keys = [f"task {number}" for number in range(4_000)]
    shares = SplitShares(validation=20, test=5)

    splits = [split_of(key, shares) for key in keys]

    assert abs(splits.count("validation") - 800) < 120
    assert abs(splits.count("test") - 200) < 60
    assert [split_of(key, shares) for key in keys[:100]] == splits[:100]
    assert {split_of(key, SplitShares(0, 0)) for key in keys} == {"train"}
