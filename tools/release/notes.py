"""Release notes: the lines of ``news/``, grouped by what an operator looks for.

A line's area is chosen by the first words of its file's name (``news/+pay-floor.added.md``);
what no area claims stands under *Also*. towncrier reads the same folder. News that come after the
notes of their version were written join them there, area by area; what stands is not touched.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

AREAS: dict[str, str] = {
    "Install, run and upgrade": (
        "release operating operations instance first-run first-hour demo idle new-database "
        "damaged orphan read-only objects platform-log"
    ),
    "Security": "security threat hostile parquet",
    "Projects and questions": (
        "project opening setup pilot price-agreements task saved overview question kinds "
        "own-page material resales commissions comparisons reader-tests source"
    ),
    "People for a project": (
        "projects-people ways qualification eligibility studies prolific mechanical turk "
        "move-over alias join hits study"
    ),
    "Imports, exports and formats": "imports export exports ground-truth",
    "API, client and commands": "api webhook remote notebooks",
    "Work": "work worker my-click systems offline",
    "Time": "time",
    "Pay": "pay payroll terms statements",
    "Decisions, protection and voice": (
        "decisions protection participation oversight effects email rules inspect "
        "statement-representatives withdrawal ethics"
    ),
    "Labels and their quality": "quality consensus truth review",
    "Models": "model models anchoring",
    "Ledger, cards and datasets": "ledger bundle card witness log-names row-opening",
    "The Portrait": "portrait",
    "Lessons, passport and pathways": "lesson lessons passport pathways",
    "Accounts, pages and languages": (
        "account people pages languages first-page empty plain record-names drafts"
    ),
}
"""Areas in the order of the notes, each with the beginnings of names that belong to it."""
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
        for area, prefixes in AREAS.items()
        for prefix in prefixes.split()
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


def render(lines: list[NewsLine], version: str, day: str, opening: str = "") -> str:
    """Write the notes of one version as Markdown: areas, and in each what is new first."""
    by_area: dict[str, list[NewsLine]] = defaultdict(list)
    for line in lines:
        by_area[line.area].append(line)
    parts = [f"## {version} ({day})\n", *([f"{opening}\n"] if opening else [])]
    for area in (*AREAS, *sorted(by_area.keys() - AREAS.keys())):
        if by_area[area]:
            parts.append(f"### {area}\n")
        for kind, title in KINDS.items():
            texts = [line.text for line in by_area[area] if line.kind == kind]
            if texts:
                parts += [f"#### {title}\n", *(f"- {text}" for text in texts), ""]
    return "\n".join(parts)


class Section(NamedTuple):
    """The notes of one version in the changelog, and what stands before and behind them."""

    before: str
    opening: str
    lines: list[NewsLine]
    behind: str


def read_section(text: str, version: str) -> Section:
    """Read the notes of a version out of a changelog; empty where it has none yet.

    Raises:
        SystemExit: the changelog lacks the line after which notes begin, or its notes hold a line
            that belongs to no area.
    """
    head, start, after = text.partition(START)
    if not start:
        raise SystemExit(f"CHANGELOG.md lacks the line {START.strip()}")
    heading = re.match(rf"\n*## {re.escape(version)} .*\n", after)
    if heading is None:
        return Section(head + start, "", [], after)
    body, mark, behind = after[heading.end() :].partition("\n## ")
    opening, _, notes = body.partition("\n### ")
    titles = {title: kind for kind, title in KINDS.items()}
    lines, area, kind = [], "", ""
    for row in f"### {notes}".splitlines() if notes else []:
        if row.startswith("### "):
            area = row.removeprefix("### ")
        elif row.startswith("#### "):
            kind = titles[row.removeprefix("#### ")]
        elif row.startswith("- ") and area and kind:
            lines.append(NewsLine(area, kind, row.removeprefix("- ")))
        elif row:
            raise SystemExit(f"CHANGELOG.md, {version}: a note is one line, “- …”; got: {row}")
    return Section(head + start, opening.strip(), lines, f"\n## {behind}" if mark else "")


def write_changelog(root: Path, version: str, day: str) -> int:
    """Put the notes into the changelog and empty the news; return how many lines moved."""
    changelog, folder = root / "CHANGELOG.md", root / "news"
    news = read_news(folder)
    there = read_section(changelog.read_text(), version)
    notes = render([*there.lines, *news], version, day, there.opening)
    changelog.write_text(f"{there.before}\n{notes}{there.behind}")
    for path in folder.glob("*.md"):
        path.unlink()
    return len(news)
