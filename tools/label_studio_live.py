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
            found = [_brought(there, *one) for one in projects]
        finally:
            there.stop()
    print("| asked | tasks | annotations | predictions | came back |\n|---|---|---|---|---|")
    for one in found:
        said = "; ".join(one.differs) or "the same"
        print(f"| {one.name} | {one.tasks} | {one.annotations} | {one.predictions} | {said} |")
    return int(any(one.differs for one in found))


def _projects(data: Path) -> list[tuple["Sample", bytes, bytes, list[Any]]]:
    """Answer and export a project of each; return what was asked, both files, and the answers."""
    os.environ |= {"CANUT_DATA": str(data), "DJANGO_SETTINGS_MODULE": "canut.settings"}
    data.mkdir()
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    leaving: Any = importlib.import_module("tests.actions.datasets.test_label_studio_exports")
    found = list[tuple["Sample", bytes, bytes, list[Any]]]()
    for sample in leaving.HELD:
        made = leaving.answered(leaving.schema_of(sample), sample.answers)
        rows = made.project.answer_set.order_by("id").values_list("values", flat=True)
        wanted = [leaving.expected(json.loads(one)) for one in rows]
        files = leaving.written(made, "xml"), leaving.written(made)
        found.append((sample, *files, wanted))
    return found


def _brought(
    there: "LabelStudio", sample: "Sample", content: bytes, tasks: bytes, wanted: list[Any]
) -> Found:
    """Have Label Studio make a project of it; compare what it holds."""
    refused: Any = importlib.import_module("bench.peers.wire").RefusedError
    name, differs = f"{sample.kind}, {sample.name}", list[str]()
    try:
        made = {"title": f"{sample.kind}-{sample.name}", "label_config": content.decode()}
        project = int(there.boss.post("/api/projects/", made)["id"])
        told = there.send(project, tasks)
    except refused as refusal:
        return Found(name, 0, 0, 0, [f"refused: {refusal}"])
    sent = json.loads(tasks)
    listed = there.boss.get(f"/api/tasks/?project={project}&page_size=100&fields=all")["tasks"]
    held = [there.boss.get(f"/api/tasks/{one['id']}/") for one in listed]
    held.sort(key=lambda one: int(one["inner_id"]))
    for number, (ours, theirs) in enumerate(zip(sent, held, strict=True), 1):
        differs += _differing(f"task {number}", ours, theirs)
    export = there.export(project)
    differs += _read_back(export, content, wanted)
    if "--write" in sys.argv:
        _keep(f"{sample.kind}-{sample.name}", export)
    given, told_by, predicted = (
        int(told[f"{what}_count"]) for what in ("task", "annotation", "prediction")
    )
    return Found(name, given, told_by, predicted, differs)


def _differing(where: str, ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Name what Label Studio changed or dropped of a task."""
    found = list[str]()
    if ours["data"] != theirs["data"]:
        found.append(f"{where}: data {theirs['data']}")
    for what, fields in (
        ("annotations", ("lead_time", "ground_truth", "was_cancelled")),
        ("predictions", ("score", "model_version")),
    ):
        sent, kept = ours[what], sorted(theirs[what], key=lambda one: int(one["id"]))
        if len(sent) != len(kept):
            found.append(f"{where}: {len(kept)} {what} of {len(sent)}")
            continue
        for one, other in zip(sent, kept, strict=True):
            found += [
                f"{where}: {what}.{field} {other.get(field)!r}, was {one[field]!r}"
                for field in fields
                if field in one and one[field] != other.get(field)
            ]
            found += _results(f"{where}: {what}", one["result"], other["result"])
    return found


def _results(where: str, sent: list[dict[str, Any]], kept: list[dict[str, Any]]) -> list[str]:
    if len(sent) != len(kept):
        return [f"{where}: {len(kept)} results of {len(sent)}"]
    return [
        f"{where}: {name} {other.get(name)!r}, was {value!r}"
        for one, other in zip(sent, kept, strict=True)
        for name, value in one.items()
        if not _same(value, other.get(name))
    ]


def _same(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        ours, theirs = cast("dict[str, object]", one), cast("dict[str, object]", other)
        return ours.keys() == theirs.keys() and all(_same(ours[n], theirs[n]) for n in ours)
    if isinstance(one, list) and isinstance(other, list):
        mine, its = cast("list[object]", one), cast("list[object]", other)
        return len(mine) == len(its) and all(map(_same, mine, its))
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) < NEAR
    return bool(one == other)


def _read_back(export: bytes, content: bytes, wanted: list[Any]) -> list[str]:
    """Read its export as Canut does; name the answers that came back otherwise."""
    near: Any = importlib.import_module("tools.readers").near
    config = label_studio_config.read(content, "config.xml", Notes())
    found = label_studio.read([export], "export.json", config, Notes())
    came = [one.values for task in found for one in task.answers]
    if len(came) != len(wanted):
        return [f"{len(came)} answers of {len(wanted)} in its export"]
    return [
        f"answer {number}: {values}, was {said}"
        for number, (values, said) in enumerate(zip(came, wanted, strict=True), 1)
        if not near(values, said)
    ]


def _keep(name: str, export: bytes) -> None:
    """Keep its export for the tests, without what is of the instance."""
    tasks = json.loads(export)
    for task in tasks:
        for one in (task, *task["annotations"]):
            for field in OF_THE_INSTANCE & one.keys():
                del one[field]
    KEPT.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in tasks)
    (KEPT / f"{name}.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    sys.exit(main())
