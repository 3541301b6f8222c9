"""Read the tables of requirements, and try each row: without its line, its test must fail.

There are two: what a fair platform can be held to, and what the founding article asks of Canut.

``tools/requirements.py`` says what is amiss; ``--try [R1 …]`` works in a copy of the repository,
row by row: the named test must pass as things are, and fail without the line.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = tuple(f"R{number}" for number in range(1, 46))
SEEDS = tuple(f"A{number}" for number in range(1, 39))
NOT_YET = "not yet"
_CODE = re.compile(r"`([^`]+)`")


class Table(NamedTuple):
    """One table: its page, its rows, how many may wait, and which may not."""

    page: Path
    numbers: tuple[str, ...]
    may_wait: int
    never_wait: frozenset[str]


LABOUR = Table(
    ROOT / "docs/developers/labour-requirements.md",
    NUMBERS,
    5,
    frozenset(
        f"R{number}"
        for number in (
            *range(1, 10), 13, 14, 16, *range(18, 25), 27, 28, 29, 34, 35, *range(38, 43),
        )
    ),
)  # fmt: skip
ARTICLE = Table(
    ROOT / "docs/developers/article-requirements.md",
    SEEDS,
    8,
    frozenset(
        f"A{number}"
        for number in (3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 20, *range(22, 29), 30, 36, 37)
    ),
)
TABLES = (LABOUR, ARTICLE)


class Row(NamedTuple):
    """One requirement, and what shows that it is met.

    ``line`` is code that stands once in ``file``; without it ``test`` fails.
    """

    number: str
    text: str
    where: str
    test: str
    file: str
    line: str

    @property
    def waits(self) -> bool:
        """Whether it is not met yet."""
        return self.where.startswith(NOT_YET)


def rows(table: Table = LABOUR) -> list[Row]:
    """Read a table; a bar within a cell has a backslash before it."""
    found: list[Row] = []
    for text in table.page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", text)[1:-1]]
        if cells and cells[0] in table.numbers:
            number, requirement, where, test, removed = cells
            codes = [*_CODE.findall(removed), "", ""]
            test = (_CODE.findall(test) or [""])[0]
            found.append(Row(number, requirement, where, test, codes[0], codes[1]))
    return found


def amiss(table: Table = LABOUR) -> list[str]:
    """Say what does not hold: rows that lack, tests or lines that are not there."""
    found = rows(table)
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    wrong = [f"{n}: {[r.number for r in found].count(n)} rows" for n in table.numbers
             if [r.number for r in found].count(n) != 1]  # fmt: skip
    waiting = [row for row in found if row.waits]
    if len(waiting) > table.may_wait:
        wrong.append(f"{len(waiting)} wait; at most {table.may_wait} may")
    wrong += [f"{row.number} may not wait" for row in waiting if row.number in table.never_wait]
    for row in found:
        if row.waits:
            continue
        if f"def {row.test}(" not in tests:
            wrong.append(f"{row.number}: no test {row.test!r} under tests/")
        if len(_places(row)) != 1:
            wrong.append(f"{row.number}: {row.line!r} stands {len(_places(row))} times"
                         f" in {row.file or 'no file'}")  # fmt: skip
    return wrong


def _places(row: Row) -> list[int]:
    """Return where the line stands in its file."""
    path = ROOT / row.file
    if not row.line or not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [number for number, text in enumerate(lines) if text.strip() == row.line.strip()]


def try_rows(asked: list[str]) -> int:
    """Take each row's line away in a copy; return how many tests did not notice."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made, "copy")
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".venv", ".git", "_build", "node_modules")
        )
        for row in (one for table in TABLES for one in rows(table)):
            if row.waits or (asked and row.number not in asked):
                continue
            before = _passes(copy, row.test)
            path = copy / row.file
            whole = path.read_text(encoding="utf-8")
            lines = whole.splitlines(keepends=True)
            at = _places(row)[0]
            path.write_text("".join(_without(lines, at)), encoding="utf-8")
            after = _passes(copy, row.test)
            path.write_text(whole, encoding="utf-8")
            is_shown = before and not after
            unnoticed += not is_shown
            print(f"{row.number:<4} {'shown' if is_shown else 'NOT SHOWN'}  {row.test}", flush=True)
    return unnoticed


def _without(lines: list[str], at: int) -> list[str]:
    """Leave a line out; where it is all that a block holds, or opens one, stand in for it."""
    text = lines[at]
    indent = text[: len(text) - len(text.lstrip())]
    stands_in = f"{indent}if False:\n" if text.rstrip().endswith(":") else f"{indent}pass\n"
    return [*lines[:at], stands_in if _is_statement(text) else "", *lines[at + 1 :]]


def _is_statement(text: str) -> bool:
    return text.rstrip().endswith((":", ")")) or not text.rstrip().endswith((",", "("))


def _passes(copy: Path, test: str) -> bool:
    """Run one test by its name, against the copy."""
    files = [p for p in (copy / "tests").rglob("test_*.py") if f"def {test}(" in p.read_text()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-k", test, *map(str, files)],
        cwd=copy,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "PYTHONPATH": str(copy / "src")},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def main() -> int:
    """Check, or try."""
    if sys.argv[1:2] == ["--try"]:
        return min(try_rows(sys.argv[2:]), 1)
    wrong = [one for table in TABLES for one in amiss(table)]
    print(*wrong, sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
