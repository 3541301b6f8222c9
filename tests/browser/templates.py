"""Answer what labelling configurations of Label Studio ask, by keyboard, and write it back to them.

``python -m tests.browser.templates DATA FOLDER`` makes a project of each ``*.xml`` in a folder, or
``*/config.xml`` under it, in a migrated data folder, with somebody at work in each. It prints JSON:
where that person enters once, the projects by name, and why the others were refused.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadFile, BadQuestion
from canut.core.formats.platforms.label_studio import Answer, Task
from canut.core.formats.platforms.label_studio import read as read_tasks
from canut.core.formats.platforms.label_studio_config import Config, read
from canut.core.formats.platforms.label_studio_tasks import write_tasks
from canut.core.formats.training.labelled_items import Notes
from canut.core.kinds import check_schema, check_values
from tests.browser import asked
from tests.browser.instance import Instance

# how a region is marked, by kind; then the question is gone on from
MARK: Mapping[str, list[str]] = {
    "spans": ["ArrowRight", "1", "Enter"],
    "audio": ["i", "Shift+ArrowRight", "o", "1", "Enter"],
    "boxes": ["i", "Shift+ArrowRight", "Shift+ArrowDown", "i", "Enter"],
    "polygons": ["i", "Shift+ArrowRight", "i", "Shift+ArrowDown", "i", "Enter", "Enter"],
    "keypoints": ["i", "Shift+ArrowRight", "i", "Enter"],
}
MOST_STEPS = 60
TURN = """() => {
  const page = document.querySelector('canut-workbench'), own = page.answering, slot = own.slot;
  return {
    lease: page.session.shown?.lease ?? 0,
    kind: slot?.question.kind ?? '',
    name: slot?.name ?? '',
    field: !!slot?.kind.field && slot.question.kind !== 'audio',
    lines: !!slot?.kind.hasLines?.(slot.question),
    done: !!slot && !!own.sheet?.isDone(slot)
      && own.sheet.values.values?.[slot.question.id] != null,
    key: own.commands[0]?.key ?? '',
    check: !!document.activeElement?.closest('.wb-check'),
  };
}"""


def config_of(path: Path) -> Config:
    """Read a configuration.

    Raises:
        BadFile: it has no counterpart here, with tag and line.
    """
    return read(path.read_bytes(), path.name, Notes())


def found_in(folder: Path) -> dict[str, Path]:
    """Return the configurations of a folder by their names."""
    flat = {path.stem: path for path in folder.glob("*.xml")}
    deep = {str(p.parent.relative_to(folder)): p for p in folder.rglob("config.xml")}
    return dict(sorted((flat | deep).items()))


def prepare(data: str, folder: Path) -> dict[str, Any]:
    """Make a project of each configuration that can be asked here."""
    os.environ |= {"CANUT_DATA": data, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    import django

    django.setup()

    from canut.actions.people.accounts import add_operator, make_one_time_link

    person = add_operator("ada", None, "Atelier", now_ms())
    made, refused = dict[str, str](), dict[str, str]()
    for number, (name, path) in enumerate(found_in(folder).items(), 1):
        try:
            schema = check_schema(config_of(path).schema())
            made[name] = asked.make_project(person, f"template {number}", schema)
        except (BadFile, BadQuestion) as refusal:
            refused[name] = str(refusal)
    token = make_one_time_link(person, "/", now_ms())
    return {"enter": f"/enter/{token}", "projects": made, "refused": refused}


def answer(page: Page, words: str) -> bool:
    """Answer the task in view by keyboard, question by question; False where it cannot be."""
    first, marked = page.evaluate(TURN)["lease"], set[str]()
    for _ in range(MOST_STEPS):
        turn = page.evaluate(TURN)
        if turn["lease"] != first:
            return True
        if turn["check"]:
            page.keyboard.press("Enter")
        elif turn["kind"] in MARK and turn["name"] not in marked:
            marked.add(turn["name"])  # nothing marked is an answer too, and would go through
            for step in MARK[turn["kind"]]:
                page.keyboard.press(step)
        elif turn["done"]:
            page.keyboard.press("Control+Enter" if turn["lines"] else "Enter")
        elif turn["field"]:
            page.keyboard.insert_text("7" if turn["kind"] == "number" else words)
        elif turn["key"]:
            page.keyboard.press(turn["key"])
        else:
            return False
        page.wait_for_timeout(60)
    return False


def exported(instance: Instance, slug: str, config: Config) -> list[dict[str, Any]]:
    """Write what was answered as tasks that Label Studio imports, after reading them back alike."""
    rows = instance.rows(
        'SELECT t.id, t.data, a."values" FROM store_answer a JOIN store_task t ON t.id = a.task_id'
        " JOIN store_project p ON p.id = a.project_id WHERE p.slug = ? ORDER BY a.id",
        slug,
    )
    shown = [part["column"] for part in config.show if part["as"] == "image"]
    sizes = dict.fromkeys(shown, (640, 420))
    tasks = [
        Task(str(number), json.loads(data), (Answer(json.loads(values)),), (), sizes)
        for number, data, values in rows
    ]
    content = b"".join(write_tasks(tasks, config.schema(), config, Notes()))
    back = list(read_tasks([content], "tasks.json", config, Notes()))
    schema = check_schema(config.schema())
    came, went = ([check_values(schema, one.answers[0].values) for one in each]
                  for each in (back, tasks))  # fmt: skip
    assert came == went, f"{slug}: {came} is not {went}"
    found: list[dict[str, Any]] = json.loads(content)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(prepare(sys.argv[1], Path(sys.argv[2]))))
