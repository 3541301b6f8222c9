"""Have a live Label Studio import what Canut exports: ``python tools/label_studio_live.py``.

It runs the one that ``make bench-peers`` installs apart. Of every way of asking that has a
counterpart there, a project is answered and exported as its requester does it; Label Studio makes a
project of the configuration, imports the tasks with their annotations and predictions, and is asked
for each over its API. What it holds is compared, result by result, with what was sent; then its own
export is read back, each answer the same to a tenth of a pixel. The table of the docs is printed;
``--write`` keeps what Label Studio wrote beside the tests that read it.
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from canut.core.formats.platforms import label_studio, label_studio_config
from canut.core.formats.training.labelled_items import Notes

if TYPE_CHECKING:
    from bench.peers.label_studio import LabelStudio
    from canut.core.kinds.sample import Sample

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "tests/actions/label_studio"
NEAR = 1e-9
"""Shares of a picture, in percent: Label Studio keeps them as they came."""
OF_THE_INSTANCE = {"created_username", "unique_id", "file_upload"}
"""What says more of the instance than of the answers; it is not kept with the tests."""


class Found(NamedTuple):
    """What became of one way of asking: counts, and what differs."""

    name: str
    tasks: int
    annotations: int
    predictions: int
    differs: list[str]


def main() -> int:
    """Return 0 when Label Studio holds all that was sent."""
    sys.path[:0] = [str(ROOT)]
    peer: Any = importlib.import_module("bench.peers.label_studio")
    with tempfile.TemporaryDirectory(prefix="canut-live-") as folder:
        projects = _projects(Path(folder, "canut"))
        home = Path(folder, "label-studio")
        home.mkdir()
        there = peer.LabelStudio(home, postgres=None, server=peer.START)
        try:
            results = [_brought(there, *project) for project in projects]
        finally:
            there.stop()
    print("| asked | tasks | annotations | predictions | came back |\n|---|---|---|---|---|")
    for result in results:
        outcome = "; ".join(result.differs) or "the same"
        numbers = f"{result.tasks} | {result.annotations} | {result.predictions}"
        print(f"| {result.name} | {numbers} | {outcome} |")
    return int(any(result.differs for result in results))


def _projects(data: Path) -> list[tuple["Sample", bytes, bytes, list[Any]]]:
    """Answer and export a project of each; return what was asked, both files, and the answers."""
    os.environ |= {"CANUT_DATA": str(data), "DJANGO_SETTINGS_MODULE": "canut.settings"}
    data.mkdir()
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    leaving: Any = importlib.import_module("tests.actions.datasets.test_label_studio_exports")
    projects = list[tuple["Sample", bytes, bytes, list[Any]]]()
    for sample in leaving.HELD:
        work = leaving.answered(leaving.schema_of(sample), sample.answers)
        rows = work.project.answer_set.order_by("id").values_list("values", flat=True)
        expected = [leaving.expected(json.loads(row)) for row in rows]
        files = leaving.written(work, "xml"), leaving.written(work)
        projects.append((sample, *files, expected))
    return projects


def _brought(
    there: "LabelStudio", sample: "Sample", content: bytes, tasks: bytes, expected: list[Any]
) -> Found:
    """Have Label Studio make a project of it; compare what it holds."""
    refused: Any = importlib.import_module("bench.peers.wire").RefusedError
    name, differs = f"{sample.kind}, {sample.name}", list[str]()
    try:
        project_form = {"title": f"{sample.kind}-{sample.name}", "label_config": content.decode()}
        project = int(there.boss.post("/api/projects/", project_form)["id"])
        counts = there.send(project, tasks)
    except refused as refusal:
        return Found(name, 0, 0, 0, [f"refused: {refusal}"])
    sent = json.loads(tasks)
    listed = there.boss.get(f"/api/tasks/?project={project}&page_size=100&fields=all")["tasks"]
    stored = [there.boss.get(f"/api/tasks/{task['id']}/") for task in listed]
    stored.sort(key=lambda task: int(task["inner_id"]))
    for number, (sent_task, stored_task) in enumerate(zip(sent, stored, strict=True), 1):
        differs += _differing(f"task {number}", sent_task, stored_task)
    export = there.export(project)
    differs += _read_back(export, content, expected)
    if "--write" in sys.argv:
        _keep(f"{sample.kind}-{sample.name}", export)
    n_tasks, n_annotations, n_predictions = (
        int(counts[f"{what}_count"]) for what in ("task", "annotation", "prediction")
    )
    return Found(name, n_tasks, n_annotations, n_predictions, differs)


def _differing(where: str, sent_task: dict[str, Any], stored_task: dict[str, Any]) -> list[str]:
    """Name what Label Studio changed or dropped of a task."""
    differences = list[str]()
    if sent_task["data"] != stored_task["data"]:
        differences.append(f"{where}: data {stored_task['data']}")
    for what, fields in (
        ("annotations", ("lead_time", "ground_truth", "was_cancelled")),
        ("predictions", ("score", "model_version")),
    ):
        sent, stored = sent_task[what], sorted(stored_task[what], key=lambda item: int(item["id"]))
        if len(sent) != len(stored):
            differences.append(f"{where}: {len(stored)} {what} of {len(sent)}")
            continue
        for item, other in zip(sent, stored, strict=True):
            differences += [
                f"{where}: {what}.{field} {other.get(field)!r}, was {item[field]!r}"
                for field in fields
                if field in item and item[field] != other.get(field)
            ]
            differences += _results(f"{where}: {what}", item["result"], other["result"])
    return differences


def _results(where: str, sent: list[dict[str, Any]], stored: list[dict[str, Any]]) -> list[str]:
    if len(sent) != len(stored):
        return [f"{where}: {len(stored)} results of {len(sent)}"]
    return [
        f"{where}: {name} {other.get(name)!r}, was {value!r}"
        for result, other in zip(sent, stored, strict=True)
        for name, value in result.items()
        if not _same(value, other.get(name))
    ]


def _same(sent: object, stored: object) -> bool:
    if isinstance(sent, dict) and isinstance(stored, dict):
        sent_fields, stored_fields = (
            cast("dict[str, object]", sent),
            cast("dict[str, object]", stored),
        )
        return sent_fields.keys() == stored_fields.keys() and all(
            _same(sent_fields[n], stored_fields[n]) for n in sent_fields
        )
    if isinstance(sent, list) and isinstance(stored, list):
        sent_items, stored_items = cast("list[object]", sent), cast("list[object]", stored)
        return len(sent_items) == len(stored_items) and all(map(_same, sent_items, stored_items))
    if isinstance(sent, float) and isinstance(stored, int | float):
        return abs(sent - stored) < NEAR
    return bool(sent == stored)


def _read_back(export: bytes, content: bytes, expected: list[Any]) -> list[str]:
    """Read its export as Canut does; name the answers that came back otherwise."""
    near: Any = importlib.import_module("tools.readers").near
    config = label_studio_config.read(content, "config.xml", Notes())
    tasks = label_studio.read([export], "export.json", config, Notes())
    came = [answer.values for task in tasks for answer in task.answers]
    if len(came) != len(expected):
        return [f"{len(came)} answers of {len(expected)} in its export"]
    return [
        f"answer {number}: {values}, was {sent}"
        for number, (values, sent) in enumerate(zip(came, expected, strict=True), 1)
        if not near(values, sent)
    ]


def _keep(name: str, export: bytes) -> None:
    """Keep its export for the tests, without what is of the instance."""
    tasks = json.loads(export)
    for task in tasks:
        for part in (task, *task["annotations"]):
            for field in OF_THE_INSTANCE & part.keys():
                del part[field]
    KEPT.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in tasks)
    (KEPT / f"{name}.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    sys.exit(main())
