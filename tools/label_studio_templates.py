"""Say which of the templates that Label Studio's package ships work here, as the docs' table.

    python tools/label_studio_templates.py FOLDER

FOLDER is the package's ``annotation_templates``. Each is read; what the page draws is answered by
keyboard in a real browser and written back as tasks that Label Studio imports. Nothing of the
package is kept but the names.
"""

import importlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from canut.core.errors import BadFile
from canut.core.formats.platforms import label_studio_config
from canut.core.formats.training.labelled_items import Notes

ROOT = Path(__file__).resolve().parent.parent


def rows(folder: Path) -> list[tuple[str, bool, str]]:
    """Return name, whether it can be read, and the questions it asks or why it is refused."""
    templates = list[tuple[str, bool, str]]()
    for path in sorted(folder.rglob("config.xml")):
        name = str(path.parent.relative_to(folder))
        try:
            config = label_studio_config.read(path.read_bytes(), "config.xml", Notes())
        except BadFile as refused:
            templates.append((name, False, str(refused).removeprefix("config.xml, ")))
            continue
        kinds = dict.fromkeys(
            f"{q['kind']} of each region" if "each" in q else str(q["kind"])
            for q in config.questions
        )
        templates.append((name, True, ", ".join(kinds)))
    return templates


def driven(folder: Path) -> dict[str, str]:
    """Answer each that is drawn, and write it back; return what came of it, by name."""
    sys.path.insert(0, str(ROOT))
    testing: Any = importlib.import_module("tests.browser.instance")
    templates: Any = importlib.import_module("tests.browser.templates")
    playwright: Any = importlib.import_module("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory(prefix="canut-templates-") as data,
        playwright.sync_playwright() as p,
    ):
        instance = testing.Instance(Path(data) / "data", testing.free_port(), ["serve"])
        instance.canut("migrate")
        words = ("-m", "tests.browser.templates", str(instance.data), str(folder))
        state = json.loads(instance.told(sys.executable, *words))
        outcomes = dict.fromkeys(state["refused"], "not yet")
        instance.start()
        try:
            browser = p.chromium.launch(executable_path=chromium, args=testing.FLAGS)
            page = browser.new_page(locale="en-GB")
            page.goto(instance.url + state["enter"])
            for name, slug in state["projects"].items():
                page.goto(f"{instance.url}/work/{slug}/")
                page.locator(".wb-choices").first.wait_for()
                is_answered = templates.answer(page, "A tight weft.")
                page.wait_for_timeout(1_000)
                config = templates.config_of(templates.found_in(folder)[name])
                is_exported = is_answered and templates.exported(instance, slug, config)
                outcomes[name] = "yes" if is_exported else "no"
            browser.close()
        finally:
            instance.stop()
    return outcomes


def main() -> int:
    """Print the table; 0 when there is a template."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else None
    templates = rows(folder) if folder else []
    if not templates or folder is None:
        print(__doc__, file=sys.stderr)
        return 2
    answered = driven(folder)
    print("| template | read | answered and written back | asks, or why not |\n|---|---|---|---|")
    for name, is_read, asks in templates:
        safe = asks.replace("<", "`<").replace(">", ">`").replace("|", "\\|")
        came = answered.get(name, "not yet") if is_read else "no"
        print(f"| {name} | {'yes' if is_read else 'no'} | {came} | {safe} |")
    worked = sum(answered.get(name) == "yes" for name, is_read, _ in templates if is_read)
    readable = sum(is_read for _, is_read, _ in templates)
    print(f"\n{readable} of {len(templates)} are read; {worked} are")
    print("answered by keyboard and written back.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
