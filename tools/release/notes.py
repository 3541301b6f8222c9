"""Release notes: the lines of ``news/``, grouped by what an operator looks for.

A line's area is chosen by the first words of its file's name (``news/+pay-floor.added.md``);
what no area claims stands under *Also*. towncrier reads the same folder.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

AREAS: dict[str, tuple[str, ...]] = {
    "Install, run and upgrade": (
        *(
            "operating",
            "operations",
            "instance",
            "idle",
            "damaged",
            "orphan",
            "read-only",
            "hostile",
        ),
        *(
            "demo",
            "first-run",
            "security",
            "threat",
            "languages",
            "platform-log",
            "log-names",
        ),
        *("release", "parquet", "row-opening"),
    ),
    "Projects, imports and exports": (
        *(
            "project",
            "imports",
            "export",
            "opening",
            "setup",
            "pilot",
            "price",
            "task",
            "saved",
            "first-hour",
        ),
        *("overview", "empty", "pages", "source", "kinds", "question", "webhook", "api", "resales"),
        *("material", "remote", "notebooks"),
    ),
    "Work": (
        *("work", "first-page", "join", "my-click", "plain", "record-names", "systems", "offline"),
    ),
    "Time": ("time",),
    "Pay": ("pay", "terms", "record"),
    "Decisions, protection and voice": (
        *("decisions", "protection", "participation", "oversight", "effects", "email", "rules"),
        *("inspect", "statement", "withdrawal"),
    ),
    "Labels and models": ("quality", "consensus", "model", "models", "review"),
    "Ledger, cards and datasets": ("ledger", "bundle", "card", "witness", "passport"),
    "Portrait and lessons": ("portrait", "lesson", "lessons"),
    "Accounts and people": ("account", "people", "pathways"),
}
ALSO = "Also"
KINDS = {"added": "New", "changed": "Changed", "fixed": "Fixed"}
NAME = re.compile(r"\+([a-z0-9-]+)\.(added|changed|fixed)\.md")
START = "<!-- towncrier release notes start -->\n"


class NewsLine(NamedTuple):
    """One line of the news: its area, its kind (a key of ``KINDS``) and its text."""

    area: str
    kind: str
    text: str


def area_of(topic: str) -> str:
    """Return the area whose longest prefix begins this topic; ``ALSO`` where none does."""
    claims = [
        (len(prefix), area)
        for area, all_ in AREAS.items()
        for prefix in all_
        if topic.startswith(prefix)
    ]
    return max(claims)[1] if claims else ALSO


def read_news(folder: Path) -> list[NewsLine]:
    """Read every file of the news, by name.

    Raises:
        SystemExit: a file is not named as towncrier reads it, or is empty.
    """
    lines = []
    for path in sorted(folder.glob("*.md")):
        name, text = NAME.fullmatch(path.name), " ".join(path.read_text().split())
        if name is None or not text:
            raise SystemExit(
                f"{path}: name it +topic.added.md, .changed.md or .fixed.md, and write a line"
            )
        lines.append(NewsLine(area_of(name[1]), name[2], text))
    return lines


def render(lines: list[NewsLine], version: str, day: str) -> str:
    """Write the notes of one version as Markdown: areas, and in each what is new first."""
    by_area: dict[str, list[NewsLine]] = defaultdict(list)
    for line in lines:
        by_area[line.area].append(line)
    parts = [f"## {version} ({day})\n"]
    for area in (*AREAS, ALSO):
        if by_area[area]:
            parts.append(f"### {area}\n")
        for kind, title in KINDS.items():
            texts = [line.text for line in by_area[area] if line.kind == kind]
            if texts:
                parts += [f"#### {title}\n", *(f"- {text}" for text in texts), ""]
    return "\n".join(parts)


def write_changelog(root: Path, version: str, day: str) -> int:
    """Put the notes into the changelog and empty the news; return how many lines moved."""
    changelog, folder = root / "CHANGELOG.md", root / "news"
    lines = read_news(folder)
    head, start, rest = changelog.read_text().partition(START)
    if not start:
        raise SystemExit(f"{changelog} lacks the line {START.strip()}")
    changelog.write_text(f"{head}{start}\n{render(lines, version, day)}{rest}")
    for path in folder.glob("*.md"):
        path.unlink()
    return len(lines)
