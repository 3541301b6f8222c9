"""Check Canut's configuration and tasks with Label Studio's own SDK, and convert them with it."""

import copy
import json
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface

OURS, THEIRS = Path(sys.argv[1]), Path(sys.argv[2])
CONFIG = (OURS / "config.xml").read_text()
SAID = json.loads((OURS / "expected.json").read_text())
TASKS = json.loads((OURS / "tasks.json").read_text())

interface = LabelInterface(CONFIG)
interface.validate()


def accepts(task: dict[str, Any]) -> bool:
    """Return what ``validate_task`` says of a whole task.

    At 2.1.2 it calls ``validate_annotation`` and ``validate_prediction`` without the answer they
    want, so that it raises on each task that has a list of answers, an empty one too. It is given
    them here. A version that no longer raises ends this, so that nobody keeps the detour.
    """
    try:
        LabelInterface(CONFIG).validate_task(task)
    except TypeError:
        whole = LabelInterface(CONFIG)
        for kind in ("annotation", "prediction"):
            check = getattr(interface, f"validate_{kind}")
            setattr(whole, f"validate_{kind}", partial(all_pass, check, task[f"{kind}s"]))
        return bool(whole.validate_task(task))
    sys.exit("validate_task of this version takes a whole task: call it alone")


def all_pass(check: Callable[[Any], bool], answers: list[Any]) -> bool:
    """Return whether a check of Label Studio accepts each of the answers."""
    return all(check(answer) for answer in answers)


broken = copy.deepcopy(TASKS[0])
broken["annotations"][0]["result"][0]["from_name"] = "nowhere"
if accepts(broken):
    sys.exit("Label Studio takes an answer of a control that is not there")
for task in TASKS:
    task["annotations"][0].setdefault("id", 1)
    if not accepts(task):
        sys.exit("Label Studio refuses the task")
    controls = {
        each["from_name"] for each in task["annotations"][0]["result"] if "from_name" in each
    }
    known = {control.name for control in interface.controls}
    if not controls <= known:
        sys.exit(f"Label Studio knows {known} and not {controls - known}")
(THEIRS / "tasks.json").write_text(json.dumps(TASKS, ensure_ascii=False))
shutil.copy(OURS / "config.xml", THEIRS / "config.xml")

# its own converter, to COCO and to CoNLL
for name, control in (("boxes", "RectangleLabels"), ("spans", "Labels")):
    labels = "".join(f'<Label value="{each}"/>' for each in SAID["labels"])
    shown = '<Image name="image" value="$image"/><Text name="text-shown" value="$text"/>'
    to = "image" if name == "boxes" else "text-shown"
    config = f'<View>{shown}<{control} name="{name}" toName="{to}">{labels}</{control}></View>'
    kept = [
        {
            **task,
            "annotations": [
                {
                    **each,
                    "result": [r for r in each["result"] if r.get("from_name") == name],
                }
                for each in task["annotations"]
            ],
            "predictions": [],
        }
        for task in TASKS
    ]
    source, made = THEIRS.parent / f"{name}.tasks.json", THEIRS.parent / name
    source.write_text(json.dumps(kept))
    converter = Converter(config, str(THEIRS.parent), download_resources=False)
    if name == "boxes":
        converter.convert_to_coco(str(source), str(made), output_image_dir=str(made), is_dir=False)
        shutil.copy(made / "result.json", THEIRS / "boxes.coco.json")
    else:
        converter.convert_to_conll2003(str(source), str(made), is_dir=False)
        shutil.copy(made / "result.conll", THEIRS / "spans.conll")
