"""Refresh the French words from code and templates; says what still waits for a translation."""

import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po

WEB = Path(__file__).resolve().parent.parent / "src/canut/web"


def main() -> int:
    """Run ``makemessages``; returns 1 when a sentence has no French yet."""
    subprocess.run(
        [
            *(sys.executable, "-m", "django", "makemessages", "--locale", "fr"),
            *("--no-obsolete", "--no-wrap", "--add-location", "file", "-v", "0"),
        ],
        cwd=WEB,
        check=True,
    )
    with (WEB / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        waiting = [m for m in read_po(file) if m.id and (m.fuzzy or not m.string)]
    for message in waiting:
        print(f"no French yet: {message.id}")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
