"""Say which of the templates that Label Studio's package ships can be read, as the docs' table.

    python tools/label_studio_templates.py FOLDER

FOLDER is the package's ``annotation_templates``. Nothing of it is kept but the names.
"""

import sys
from pathlib import Path

from canut.core.errors import BadFile
from canut.core.formats import label_studio_config
from canut.core.formats.labelled import Notes


def rows(folder: Path) -> list[tuple[str, bool, str]]:
    """Return name, whether it can be read, and the questions it asks or why it is refused."""
    found = list[tuple[str, bool, str]]()
    for path in sorted(folder.rglob("config.xml")):
        name = str(path.parent.relative_to(folder))
        try:
            config = label_studio_config.read(path.read_bytes(), "config.xml", Notes())
        except BadFile as refused:
            found.append((name, False, str(refused).removeprefix("config.xml, ")))
            continue
        asked = dict.fromkeys(
            f"{q['kind']} of each region" if "each" in q else str(q["kind"])
            for q in config.questions
        )
        found.append((name, True, ", ".join(asked)))
    return found


def main() -> int:
    """Print the table; 0 when there is a template."""
    found = rows(Path(sys.argv[1])) if sys.argv[1:] else []
    if not found:
        print(__doc__, file=sys.stderr)
        return 2
    print("| template | read | asks, or why not |\n|---|---|---|")
    for name, is_read, said in found:
        safe = said.replace("<", "`<").replace(">", ">`").replace("|", "\\|")
        print(f"| {name} | {'yes' if is_read else 'no'} | {safe} |")
    print(f"\n{sum(is_read for _, is_read, _ in found)} of {len(found)} are read.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
