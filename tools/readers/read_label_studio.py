"""Check Canut's configuration and tasks with Label Studio's own SDK, and convert them with it."""

import json
import shutil
import sys
from pathlib import Path

from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface

OURS, THEIRS = Path(sys.argv[1]), Path(sys.argv[2])
CONFIG = (OURS / "config.xml").read_text()
SAID = json.loads((OURS / "expected.json").read_text())
TASKS = json.loads((OURS / "tasks.json").read_text())

interface = LabelInterface(CONFIG)
interface.validate()
for task in TASKS:
    task["annotations"][0].setdefault("id", 1)
    if not interface.validate_task({"data": task["data"]}):
        sys.exit("Label Studio refuses the task")
    for name in ("annotations", "predictions"):
        for each in task[name]:
            check = getattr(interface, f"validate_{name[:-1]}")
            if not check(each):
                sys.exit(f"Label Studio refuses the {name[:-1]}")
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
